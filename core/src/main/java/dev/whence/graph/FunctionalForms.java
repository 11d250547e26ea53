package dev.whence.graph;

import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The operators that compute what an in-place one writes, into memory of their own. */
final class FunctionalForms {
  private FunctionalForms() {
  }

  /** {@code aten::relu} for {@code aten::relu_}; empty if there is none with the same arguments. */
  static Optional<Operator> of(Operator inPlace) {
    String name = inPlace.name();
    if (!name.endsWith("_") || name.endsWith("__") || inPlace.parameters().isEmpty()
        || !inPlace.parameters().getFirst().written()) {
      return Optional.empty();
    }
    String plain = name.substring(0, name.length() - 1);
    if (!Operator.exists(plain, inPlace.overload())) {
      return Optional.empty();
    }
    Operator form = Operator.of(plain, inPlace.overload());
    return sameArguments(inPlace, form) && !form.isMutating() ? Optional.of(form) : Optional.empty();
  }

  private static boolean sameArguments(Operator a, Operator b) {
    return signature(a).equals(signature(b));
  }

  /** The first argument may have another name: dropout's is called input there and self here. */
  private static List<String> signature(Operator operator) {
    var parameters = operator.parameters();
    return IntStream.range(0, parameters.size())
        .mapToObj(i -> (i == 0 ? "" : parameters.get(i).name()) + " " + parameters.get(i).type()).toList();
  }

  /** Calls the form and gives the result the type of what it stands for, as writing in place would have. */
  static Kernel kernel(Operator form, Kernel plain) {
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
