package dev.whence.gradient.factor;

import dev.whence.gradient.projection.Projection;
import dev.whence.torch.Tensor;
import java.util.List;

/**
 * The gradients of some examples with respect to one parameter, kept in the form in which they fell out of the backward pass: for
 * a linear layer the inputs {@code a} and the output gradients {@code δ}, example i's gradient being Σₜ δᵢₜ aᵢₜᵀ. That
 * matrix is only built by {@link #materialize} and, a few examples at a time, where it is the cheaper way.
 *
 * <p>Immutable. Tensors belong to the scope in which the gradient was made; results to the caller's scope.
 */
public interface FactoredGradient {
  /** Name of the parameter in the model. */
  String parameter();

  /** Shape of the parameter. */
  List<Long> shape();

  /** Number of examples, b. */
  int examples();

  /**
   * Inner products ⟨gᵢ, hⱼ⟩ with other examples' gradients with respect to the same parameter, {@code [b, b']}. Costs the smaller of
   * b·b'·t²·(dᵢ+dₒ) and (b+b')·t·dᵢ·dₒ multiplications; memory is bounded by working in blocks.
   *
   * @throws IllegalArgumentException if the other belongs to another parameter or shape
   */
  Tensor dot(FactoredGradient other);

  /** Inner products ⟨gᵢ, hᵢ⟩ of equally many examples, one by one, {@code [b]}. */
  Tensor pairedDot(FactoredGradient other);

  /** ‖gᵢ‖², {@code [b]}. */
  default Tensor squaredNorm() {
    return pairedDot(this);
  }

  /** The gradients' projections, {@code [b, projection.columns()]}. */
  Tensor project(Projection projection);

  /**
   * Inner products with given directions.
   *
   * @param directions {@code [m, …shape]}
   * @return {@code [m, b]}
   */
  Tensor contract(Tensor directions);

  /** The gradients themselves, {@code [b, …shape]}. */
  Tensor materialize();

  /** The gradients of examples [start, end), sharing memory with this one. */
  FactoredGradient slice(int start, int end);

  /** The tensors this gradient is made of: what a scope must keep for it to outlive the scope. */
  List<Tensor> tensors();
}
