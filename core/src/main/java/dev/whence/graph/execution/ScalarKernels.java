package dev.whence.graph.execution;

import dev.whence.graph.Node;
import dev.whence.torch.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's own arithmetic on sizes and numbers, which torch.export leaves in graphs. */
final class ScalarKernels {
  private ScalarKernels() {
  }

  /** The kernel of a target such as {@code _operator::floordiv}, or one that refuses. */
  static Kernel of(Node node) {
    return (_, _, arguments) -> List.of(value(node, arguments));
  }

  /** What the node computes of these numbers. */
  static Object value(Node node, @Nullable Object[] arguments) {
    String name = node.target().substring(node.target().lastIndexOf(':') + 1);
    return apply(node, name, arguments);
  }

  private static Object apply(Node node, String name, @Nullable Object[] arguments) {
    Object a = value(node, arguments, 0);
    return arguments.length == 2 ? binary(node, name, a, arguments) : unary(node, name, a, arguments);
  }

  private static Object unary(Node node, String name, Object a, @Nullable Object[] arguments) {
    return switch (name) {
      case "neg" -> a instanceof Long n ? (Object) Math.negateExact(n) : Double.valueOf(-real(node, a));
      case "abs" -> a instanceof Long n ? (Object) Math.absExact(n) : (Object) Math.abs(real(node, a));
      case "pos" -> a;
      case "not_", "sym_not" -> !truth(a);
      case "invert" -> a instanceof Boolean flag ? (Object) !flag : Long.valueOf(~whole(node, a));
      case "sym_float", "float" -> real(node, a);
      case "sym_int", "trunc", "int" -> a instanceof Long n ? n : (Long) (long) real(node, a);
      case "floor" -> a instanceof Long n ? n : (Long) (long) Math.floor(real(node, a));
      case "ceil" -> a instanceof Long n ? n : (Long) (long) Math.ceil(real(node, a));
      case "round" -> a instanceof Long n ? n : (Long) (long) Math.rint(real(node, a));
      case "sqrt", "sym_sqrt", "_sym_sqrt" -> Math.sqrt(real(node, a));
      case "sym_ite" -> truth(a) ? value(node, arguments, 1) : value(node, arguments, 2);
      case "sym_sum" -> sum(node, a);
      default -> throw unknown(node);
    };
  }

  private static Object sum(Node node, Object list) {
    if (!(list instanceof List<?> items)) {
      throw unknown(node);
    }
    long total = 0;
    for (Object item : items) {
      total = Math.addExact(total, whole(node, java.util.Objects.requireNonNull(item)));
    }
    return total;
  }

  private static Object binary(Node node, String name, Object a, @Nullable Object[] arguments) {
    Object b = value(node, arguments, 1);
    return switch (name) {
      case "eq" -> real(node, a) == real(node, b);
      case "ne" -> real(node, a) != real(node, b);
      case "lt" -> real(node, a) < real(node, b);
      case "le" -> real(node, a) <= real(node, b);
      case "gt" -> real(node, a) > real(node, b);
      case "ge" -> real(node, a) >= real(node, b);
      case "and_" -> a instanceof Long n ? (Object) (n & whole(node, b)) : (Object) (truth(a) && truth(b));
      case "or_" -> a instanceof Long n ? (Object) (n | whole(node, b)) : (Object) (truth(a) || truth(b));
      case "truediv" -> real(node, a) / nonZero(node, real(node, b));
      default -> a instanceof Long m && b instanceof Long n
          ? (Object) wholes(node, name, m, n)
          : (Object) reals(node, name, real(node, a), real(node, b));
    };
  }

  private static long wholes(Node node, String name, long a, long b) {
    try {
      return switch (name) {
        case "add" -> Math.addExact(a, b);
        case "sub" -> Math.subtractExact(a, b);
        case "mul" -> Math.multiplyExact(a, b);
        case "floordiv" -> Math.floorDiv(a, b);
        case "mod" -> Math.floorMod(a, b);
        case "pow" -> power(node, a, b);
        case "sym_max", "max" -> Math.max(a, b);
        case "sym_min", "min" -> Math.min(a, b);
        case "lshift" -> Math.multiplyExact(a, 1L << b);
        case "rshift" -> a >> b;
        default -> throw unknown(node);
      };
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          node.describe() + " cannot compute " + name + " of " + a + " and " + b, e);
    }
  }

  private static double reals(Node node, String name, double a, double b) {
    return switch (name) {
      case "add" -> a + b;
      case "sub" -> a - b;
      case "mul" -> a * b;
      case "floordiv" -> Math.floor(a / nonZero(node, b));
      case "mod" -> a - Math.floor(a / nonZero(node, b)) * b;
      case "pow" -> Math.pow(a, b);
      case "sym_max", "max" -> Math.max(a, b);
      case "sym_min", "min" -> Math.min(a, b);
      default -> throw unknown(node);
    };
  }

  private static long power(Node node, long base, long exponent) {
    if (exponent < 0 || exponent > 63) {
      throw new IllegalArgumentException(node.describe() + " raises " + base + " to " + exponent);
    }
    long result = 1;
    for (long i = 0; i < exponent; i++) {
      result = Math.multiplyExact(result, base);
    }
    return result;
  }

  private static double nonZero(Node node, double value) {
    if (value == 0) {
      throw new IllegalArgumentException(node.describe() + " divides by zero");
    }
    return value;
  }

  private static Object value(Node node, @Nullable Object[] arguments, int i) {
    Object value = i < arguments.length ? arguments[i] : null;
    if (value == null) {
      throw unknown(node);
    }
    return value instanceof Tensor tensor ? number(tensor) : value;
  }

  private static Object number(Tensor tensor) {
    return tensor.dtype().isFloating() ? (Object) tensor.item() : (Object) (long) tensor.item();
  }

  private static double real(Node node, Object value) {
    return switch (value) {
      case Number number -> number.doubleValue();
      case Boolean flag -> flag ? 1 : 0;
      default -> throw unknown(node);
    };
  }

  private static long whole(Node node, Object value) {
    return switch (value) {
      case Long number -> number;
      case Boolean flag -> flag ? 1 : 0;
      default -> throw unknown(node);
    };
  }

  private static boolean truth(Object value) {
    return value instanceof Boolean flag ? flag : value instanceof Number number && number.doubleValue() != 0;
  }

  private static UnsupportedModeException unknown(Node node) {
    return new UnsupportedModeException(
        node.describe() + " is arithmetic Whence does not know; rewrite it in the model and export again");
  }
}
