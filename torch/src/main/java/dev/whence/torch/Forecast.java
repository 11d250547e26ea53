package dev.whence.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/** Says how much memory a call would take for its results, by calling it on tensors that have a shape but no memory. */
public final class Forecast {
  /** Boxed as the device of tensors without memory. */
  static final Object NOWHERE = Nowhere.DEVICE;

  private Forecast() {
  }

  private enum Nowhere {
    DEVICE
  }

  /**
   * Bytes of the results that do not share an argument's memory; empty where shapes depend on numbers or the operator has no
   * form without memory.
   */
  public static OptionalLong bytes(Operator operator, @Nullable Object... arguments) {
    try (var _ = new PointerScope(); var _ = Autograd.off()) {
      var given = new ArrayList<Tensor>();
      @Nullable
      Object[] hollow = new Object[operator.parameters().size()];
      for (int i = 0; i < hollow.length; i++) {
        boolean device = operator.parameters().get(i).type().startsWith("DeviceObj");
        hollow[i] = device ? NOWHERE : hollow(i < arguments.length ? arguments[i] : Operator.DEFAULT, given);
      }
      return OptionalLong.of(bytes(operator.call(hollow), given));
    } catch (RuntimeException _) {
      return OptionalLong.empty();
    }
  }

  private static @Nullable Object hollow(@Nullable Object value, List<Tensor> given) {
    return switch (value) {
      case Tensor tensor -> {
        Tensor hollow = Tensor.call("aten::empty_strided", tensor.shape(), tensor.strides(), tensor.dtype(),
            null, NOWHERE);
        given.add(hollow);
        yield hollow;
      }
      case List<?> list -> {
        var items = new ArrayList<@Nullable Object>();
        list.forEach(item -> items.add(hollow(item, given)));
        yield items;
      }
      case null -> null;
      default -> value;
    };
  }

  private static long bytes(List<?> results, List<Tensor> given) {
    long total = 0;
    for (Object result : results) {
      if (result instanceof List<?> list) {
        total = Math.addExact(total, bytes(list, given));
      } else if (result instanceof Tensor made
          && given.stream().noneMatch(tensor -> made.handle().is_alias_of(tensor.handle()))) {
        total = Math.addExact(total, Math.multiplyExact(made.elements(), (long) made.dtype().bytes()));
      }
    }
    return total;
  }
}
