package dev.whence.torch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call's arguments by the names its operator declares, with forms in place of tensors. What is missing or of another kind
 * takes the value of the caller's choice: whether arguments fit is found out by the call itself.
 */
record Given(Operator operator, List<? extends @Nullable Object> arguments) {
  @Nullable
  Object value(String name) {
    return operator.position(name).filter(i -> i < arguments.size()).map(arguments::get)
        .filter(value -> !Operator.DEFAULT.equals(value)).orElse(null);
  }

  /** The named tensor; a number where there is none. */
  Form form(String name) {
    return value(name) instanceof Form form ? form : Form.dense(List.of(), DType.FLOAT32);
  }

  boolean has(String name) {
    return value(name) instanceof Form;
  }

  long whole(String name, long otherwise) {
    return value(name) instanceof Long number ? number : otherwise;
  }

  boolean flag(String name) {
    return Boolean.TRUE.equals(value(name));
  }

  /** The named list, one number standing for all; empty where it is absent. */
  List<Long> wholes(String name, int length) {
    return switch (value(name)) {
      case Long number -> java.util.Collections.nCopies(Math.max(1, length), number);
      case List<?> list when list.size() == 1 && list.getFirst() instanceof Long number ->
        java.util.Collections.nCopies(Math.max(1, length), number);
      case List<?> list -> list.stream().map(item -> item instanceof Long number ? number : 1L).toList();
      case null, default -> List.of();
    };
  }

  /** The i-th of {@link #wholes}, or the given number. */
  long whole(String name, int i, int length, long otherwise) {
    List<Long> list = wholes(name, length);
    return i < list.size() ? list.get(i) : otherwise;
  }

  /** Whether half-precision numbers stand beside single-precision ones. */
  boolean mixesPrecision() {
    List<Form> floating = forms().stream().filter(form -> form.dtype().isFloating()).toList();
    return floating.stream().anyMatch(Given::isHalf) && !floating.stream().allMatch(Given::isHalf);
  }

  private static boolean isHalf(Form form) {
    return form.dtype().isFloating() && form.dtype().bytes() < DType.FLOAT32.bytes();
  }

  /** The same call with half-precision numbers taken for single-precision ones. */
  Given widened() {
    return new Given(operator, widened(arguments));
  }

  private static List<@Nullable Object> widened(List<? extends @Nullable Object> values) {
    var wide = new ArrayList<@Nullable Object>(values.size());
    for (Object value : values) {
      wide.add(switch (value) {
        case Form form when isHalf(form) -> form.as(DType.FLOAT32);
        case List<?> list -> widened(list);
        case null -> null;
        default -> value;
      });
    }
    return wide;
  }

  /** All tensors among the arguments, also in lists. */
  List<Form> forms() {
    var found = new ArrayList<Form>();
    collect(arguments, found);
    return found;
  }

  private static void collect(List<?> values, List<Form> found) {
    for (Object value : values) {
      if (value instanceof Form form) {
        found.add(form);
      } else if (value instanceof List<?> list) {
        collect(list, found);
      }
    }
  }

  /** The product of all whole numbers above 1, also in lists. */
  long numbers() {
    return numbers(arguments);
  }

  private static long numbers(List<?> values) {
    long product = 1;
    for (Object value : values) {
      if (value instanceof Long number && number > 1) {
        product = Form.times(product, number);
      } else if (value instanceof List<?> list) {
        product = Form.times(product, numbers(list));
      }
    }
    return product;
  }

  /** The shape all tensors broadcast to, of the largest extents where they do not. */
  List<Long> broadcast() {
    var shape = new ArrayList<Long>();
    for (Form form : forms()) {
      while (shape.size() < form.rank()) {
        shape.addFirst(1L);
      }
      for (int i = 1; i <= form.rank(); i++) {
        int at = shape.size() - i;
        long size = form.size(-i);
        long before = shape.get(at);
        // an empty axis wins over 1
        shape.set(at, before == 1 ? size : size == 1 ? before : Math.max(before, size));
      }
    }
    return List.copyOf(shape);
  }

  /** The type all tensors are promoted to, numbers (tensors without axes) only where nothing else tells. */
  DType promoted(List<Form> forms) {
    List<Form> wide = forms.stream().anyMatch(form -> form.rank() > 0)
        ? forms.stream().filter(form -> form.rank() > 0).toList()
        : forms;
    return wide.stream().map(Form::dtype).reduce(Given::wider).orElse(DType.FLOAT32);
  }

  private static DType wider(DType one, DType other) {
    if (one.isFloating() != other.isFloating()) {
      return one.isFloating() ? one : other;
    }
    return one.bytes() >= other.bytes() ? one : other;
  }
}
