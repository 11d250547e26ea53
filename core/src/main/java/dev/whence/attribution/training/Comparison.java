package dev.whence.attribution.training;

import dev.whence.torch.Tensor;

/**
 * Gradients of some targets against those of all training examples at one checkpoint; or of training examples, each against
 * its own, with {@code [b]} throughout.
 *
 * @param dots ⟨∇f of the target, ∇ℓ of the source⟩, {@code [b, n]} FLOAT64
 * @param targetSquares ‖∇f‖², {@code [b, 1]} FLOAT64
 * @param sourceSquares ‖∇ℓ‖², {@code [1, n]} FLOAT64
 */
record Comparison(Tensor dots, Tensor targetSquares, Tensor sourceSquares) {
  /** Cosines, of the shape of the dots; 0 where a gradient vanishes, which points nowhere. */
  Tensor cosines() {
    Tensor norms = targetSquares.multiply(sourceSquares).sqrt();
    Tensor quotient = dots.divide(norms);
    return Tensor.call("aten::where.ScalarOther", Tensor.call("aten::gt.Scalar", norms, 0.0), quotient, 0.0);
  }
}
