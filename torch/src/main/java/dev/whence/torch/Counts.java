package dev.whence.torch;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Operators whose result's size is a number in a tensor: it is read before they are called. */
final class Counts {
  private Counts() {
  }

  /** Whether the size of such a call's result is a number in a tensor. */
  static boolean concerns(Given given) {
    return switch (given.operator().name()) {
      case "aten::one_hot" -> given.whole("num_classes", -1) < 0;
      case "aten::repeat_interleave" -> given.has("repeats");
      default -> true;
    };
  }

  /** Bytes of the call's result; empty where its size does not depend on numbers. */
  static OptionalLong bytes(Operator operator, @Nullable Object... arguments) {
    return switch (operator.name()) {
      case "aten::repeat_interleave" -> repeated(operator, arguments);
      case "aten::bincount" -> arguments[0] instanceof Tensor self
          ? OptionalLong.of(Form.times(Math.max(largest(self) + 1, minimum(operator, arguments)), Long.BYTES))
          : OptionalLong.empty();
      case "aten::one_hot" -> arguments[0] instanceof Tensor self
          && !(arguments.length > 1 && arguments[1] instanceof Long classes && classes >= 0)
              ? OptionalLong.of(Form.times(Form.of(self).bytes(), largest(self) + 1))
              : OptionalLong.empty();
      default -> OptionalLong.empty();
    };
  }

  private static OptionalLong repeated(Operator operator, @Nullable Object... arguments) {
    int at = operator.position("repeats").orElse(-1);
    if (at < 0 || !(arguments[at] instanceof Tensor repeats)) {
      return OptionalLong.empty();
    }
    long times = (long) sum(repeats);
    if (at == 0) {
      return OptionalLong.of(Form.times(Math.max(0, times), Long.BYTES));
    }
    Form self = arguments[0] instanceof Tensor tensor ? Form.of(tensor) : Form.of(repeats);
    // one number for all entries, or one for each along an axis of at least one
    long each = Form.times(self.bytes(), Math.max(0, times));
    boolean along = arguments.length > 2 && arguments[2] instanceof Long && repeats.elements() > 1;
    return OptionalLong.of(along
        ? each / Math.max(1, repeats.elements())
        : repeats.elements() > 1
            ? Form.times(times, self.dtype().bytes())
            : each);
  }

  private static double sum(Tensor numbers) {
    return numbers.elements() == 0 ? 0 : numbers.sum().item();
  }

  private static long largest(Tensor numbers) {
    return numbers.elements() == 0 ? 0 : Math.max(0, (long) Tensor.call("aten::max", numbers).item());
  }

  private static long minimum(Operator operator, @Nullable Object... arguments) {
    int at = operator.position("minlength").orElse(-1);
    return at >= 0 && at < arguments.length && arguments[at] instanceof Long least ? least : 0;
  }
}
