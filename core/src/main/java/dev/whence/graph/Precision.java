package dev.whence.graph;

import dev.whence.torch.DType;
import dev.whence.torch.Tensor;
import java.util.Collection;
import java.util.stream.Stream;

/** In which types a graph computes: the coarsest of them decides by how much equal computations may differ. */
public final class Precision {
  private Precision() {
  }

  /**
   * The coarsest floating type of parameters, inputs, casts and mixed-precision regions; FLOAT32 where all are at least as fine.
   */
  public static DType coarsest(Graph graph) {
    Stream<DType> numbers = graph.state().parameters().values().stream().map(Tensor::dtype);
    Stream<DType> inputs = graph.inputs().stream().map(GraphInput::dtype);
    Stream<DType> calls = graph.nodes().stream().map(Node::arguments).map(java.util.Map::values)
        .flatMap(Collection::stream).map(Precision::named);
    return Stream.of(numbers, inputs, calls).flatMap(each -> each)
        .filter(dtype -> dtype == DType.BFLOAT16 || dtype == DType.FLOAT16)
        .reduce(DType.FLOAT32, (one, other) -> one == DType.BFLOAT16 ? one : other);
  }

  /** The type an argument names, also inside a closed sub-graph. */
  private static DType named(Argument argument) {
    return switch (argument) {
      case Argument.Literal(DType dtype) -> dtype;
      case Argument.SubGraph(Graph inner) -> coarsest(inner);
      case Argument.Literal _,Argument.Reference _,Argument.Sequence _ -> DType.FLOAT32;
    };
  }

  /** The distance from 1 to the next larger number of that type. */
  public static double rounding(DType dtype) {
    return switch (dtype) {
      case BFLOAT16 -> 1.0 / (1 << 7);
      case FLOAT16 -> 1.0 / (1 << 10);
      case FLOAT64, COMPLEX128 -> Math.ulp(1.0);
      case FLOAT32, COMPLEX64, INT64, INT32, INT16, INT8, UINT8, BOOL -> Math.ulp(1f);
    };
  }
}
