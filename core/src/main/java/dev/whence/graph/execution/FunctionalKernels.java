package dev.whence.graph.execution;

import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Call an in-place operator's functional form, so that the result is what writing in place would have left. */
final class FunctionalKernels {
  private FunctionalKernels() {
  }

  /** Calls the form and gives the result the type of what it stands for, as writing in place would have. */
  static Kernel of(Operator form, Kernel plain) {
    return switch (form.name()) {
      case "aten::copy" -> (_, _, arguments) -> List.of(copy(arguments));
      case "aten::zero" -> (_, _, arguments) -> List.of(self(arguments).zerosLike());
      default -> (frame, call, arguments) -> typed(plain.run(frame, call, arguments), self(arguments));
    };
  }

  private static Tensor self(@Nullable Object[] arguments) {
    if (arguments[0] instanceof Tensor tensor) {
      return tensor;
    }
    throw new IllegalArgumentException("an in-place operator needs a tensor, got " + arguments[0]);
  }

  private static Tensor copy(@Nullable Object[] arguments) {
    Tensor self = self(arguments);
    Tensor source = (Tensor) java.util.Objects.requireNonNull(arguments[1]);
    return Tensor.call("aten::expand", source.to(self.dtype()), self.shape()).copy();
  }

  private static List<? extends @Nullable Object> typed(List<? extends @Nullable Object> results,
      Tensor self) {
    return results.getFirst() instanceof Tensor made && made.dtype() != self.dtype()
        ? List.of(made.to(self.dtype()))
        : results;
  }
}
