package dev.whence.graph;

import dev.whence.torch.DType;
import java.util.List;

/**
 * A tensor the caller gives to a graph.
 *
 * @param name the argument's name in the model's forward
 * @param dtype element type
 * @param shape extents, one an axis
 */
public record GraphInput(String name, DType dtype, List<Extent> shape) {
  /** Copies the shape. */
  public GraphInput {
    shape = List.copyOf(shape);
  }
}
