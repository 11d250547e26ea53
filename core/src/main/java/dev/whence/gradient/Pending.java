package dev.whence.gradient;

import dev.whence.gradient.factor.Factor;
import dev.whence.gradient.factor.FactoredGradient;
import dev.whence.gradient.factor.Layout;
import dev.whence.gradient.factor.OuterGradient;
import dev.whence.gradient.factor.WholeGradient;
import dev.whence.gradient.projection.Projection;
import dev.whence.gradient.projection.ProjectionSpec;
import dev.whence.gradient.projection.TwoSidedProjection;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What is known of a parameter's gradients after the forward pass: all but the gradient with respect to the node's output. */
interface Pending {
  /** The gradients, given the gradient with respect to the node's output, of the output's shape. */
  FactoredGradient complete(Tensor delta);

  /**
   * What is left to do for projected gradients {@code [b, k]}, given the gradient with respect to the node's output. Whatever can
   * be projected now is, so that the node's input need not be kept.
   */
  default Prepared prepare(Projection projection) {
    return new Prepared(tensors(), delta -> complete(delta).project(projection));
  }

  /** What must be kept for {@link #complete}. */
  List<Tensor> tensors();

  /** A projection waiting for the gradient with respect to the output. */
  record Prepared(List<Tensor> tensors, UnaryOperator<Tensor> features) {
    /** Copies. */
    public Prepared {
      tensors = List.copyOf(tensors);
    }
  }

  /** Gradients with respect to a value that is computed from the parameter before any example comes in. */
  record Behind(String parameter, Derivation.Recorded recorded, Pending inner) implements Pending {
    @Override
    public FactoredGradient complete(Tensor delta) {
      return new WholeGradient(parameter, each(delta, whole -> whole));
    }

    /** One example's gradient at a time is written out. */
    @Override
    public Prepared prepare(Projection projection) {
      return new Prepared(tensors(), delta -> each(delta,
          whole -> new WholeGradient(parameter, whole).project(projection)));
    }

    private Tensor each(Tensor delta, UnaryOperator<Tensor> then) {
      FactoredGradient all = inner.complete(delta);
      var rows = new ArrayList<Tensor>();
      for (int i = 0; i < all.examples(); i++) {
        try (var scope = Scope.open()) {
          Tensor byValue = all.slice(i, i + 1).materialize();
          rows.add(scope.keep(then.apply(Call.widened(recorded.pull(byValue)).unsqueeze(0))));
        }
      }
      return Tensor.concatenate(rows, 0);
    }

    @Override
    public List<Tensor> tensors() {
      return inner.tensors();
    }
  }

  /** Gradients no larger than a vector, summed up at once. */
  record Whole(ParameterView view, List<Tensor> tensors, UnaryOperator<Tensor> byView) implements Pending {
    /** Copies. */
    public Whole {
      tensors = List.copyOf(tensors);
    }

    @Override
    public FactoredGradient complete(Tensor delta) {
      return view.whole(byView.apply(delta));
    }
  }

  /** The bias of a linear map: the output gradients summed over an example's steps. */
  record Steps(ParameterView view, Layout layout, int examples) implements Pending {
    @Override
    public FactoredGradient complete(Tensor delta) {
      return view.whole(layout.vectors(Call.widened(delta), examples).squeeze(1).sum(1));
    }

    @Override
    public List<Tensor> tensors() {
      return List.of();
    }
  }

  /**
   * Sums of outer products.
   *
   * @param input the factor that is known
   * @param inputIsLeft whether it goes with the parameter's first axis
   * @param other makes the other factor from the gradient with respect to the output
   * @param kept what it needs for that
   */
  record Outer(ParameterView view, Factor input, boolean inputIsLeft,
      Function<Tensor, Factor> other, List<Tensor> kept) implements Pending {
    /** Copies. */
    public Outer {
      kept = List.copyOf(kept);
    }

    @Override
    public FactoredGradient complete(Tensor delta) {
      Factor found = other.apply(delta);
      return new OuterGradient(view.parameter(), view.shape(), inputIsLeft ? input : found,
          inputIsLeft ? found : input);
    }

    @Override
    public Prepared prepare(Projection projection) {
      if (!(projection instanceof TwoSidedProjection sides) || !fits(sides)) {
        return new Prepared(tensors(), delta -> complete(delta).project(projection));
      }
      Tensor known = input.project(inputIsLeft ? OuterGradient.left(sides, input) : sides.right());
      return new Prepared(with(List.of(known)), delta -> {
        Factor factor = other.apply(delta);
        Tensor found = factor.project(inputIsLeft ? sides.right() : OuterGradient.left(sides, factor));
        return inputIsLeft ? OuterGradient.product(known, found) : OuterGradient.product(found, known);
      });
    }

    /** Whether the projection cuts the parameter where the factors meet. */
    boolean fits(TwoSidedProjection sides) {
      long all = ProjectionSpec.elements(view.shape());
      return (inputIsLeft ? input.width() : all / input.width()) == sides.rows();
    }

    @Override
    public List<Tensor> tensors() {
      return with(input.tensors());
    }

    private List<Tensor> with(List<Tensor> others) {
      return Stream.concat(kept.stream(), others.stream()).toList();
    }
  }
}
