package dev.whence.graph.rewrite;

import dev.whence.torch.Operator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
}
