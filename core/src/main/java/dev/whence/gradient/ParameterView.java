package dev.whence.gradient;

import dev.whence.gradient.factor.Blocks;
import dev.whence.gradient.factor.WholeGradient;
import dev.whence.torch.Tensor;
import java.util.List;

/**
 * A parameter as an operator is given it: itself, or its numbers under another shape.
 *
 * @param parameter the parameter's name
 * @param shape the parameter's own shape
 * @param form how the numbers lie
 */
record ParameterView(String parameter, List<Long> shape, Form form) {
  /** How a view's numbers lie beside the parameter's. */
  enum Form {
    /** The same shape. */
    SAME,
    /** Another shape, the same order. */
    RESHAPED,
    /** A matrix's two axes exchanged. */
    TRANSPOSED
  }

  /** Copies. */
  ParameterView {
    shape = List.copyOf(shape);
  }

  ParameterView as(Form other) {
    return new ParameterView(parameter, shape, other);
  }

  /** Gradients {@code [b, …]} with respect to the view as gradients with respect to the parameter. */
  WholeGradient whole(Tensor byView) {
    Tensor ordered = form == Form.TRANSPOSED ? byView.transpose(1, 2) : byView;
    return new WholeGradient(parameter, ordered.reshape(Blocks.shape(byView.size(0), shape)));
  }
}
