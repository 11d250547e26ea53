package dev.whence.graph.execution;

import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention with dropout as its plain operators, so that the mask is a function of (seed, step, node).
 * Arguments: query [.., l, e], key [.., s, e], value [.., s, v], mask, dropout, causal, scale, grouped queries.
 */
final class AttentionKernel implements Kernel {
  @Override
  public List<? extends @Nullable Object> run(Frame frame, Instruction call, @Nullable Object[] arguments) {
    Tensor query = (Tensor) java.util.Objects.requireNonNull(arguments[0]);
    Tensor key = (Tensor) java.util.Objects.requireNonNull(arguments[1]);
    Tensor value = (Tensor) java.util.Objects.requireNonNull(arguments[2]);
    double p = ((Number) java.util.Objects.requireNonNull(arguments[4])).doubleValue();
    try (var scope = Scope.open(); var generator = Draws.of(frame, call.node)) {
      int rank = query.rank();
      long groups = Boolean.TRUE.equals(arguments[7]) ? query.size(rank - 3) / key.size(rank - 3) : 1;
      double scale = arguments[6] instanceof Number given
          ? given.doubleValue()
          : 1 / Math.sqrt((double) query.size(rank - 1));
      Tensor scores = query.multiply(scale).matmul(repeated(key, groups).transpose(rank - 2, rank - 1));
      Tensor weights = softmax(masked(scores, arguments[3], Boolean.TRUE.equals(arguments[5])));
      Tensor kept = DropoutKernel.kept(weights, false, p, generator);
      return List.of(scope.keep(DropoutKernel.scaled(weights, kept, p).matmul(repeated(value, groups))));
    }
  }

  /** Every head of keys or values serves a group of queries. */
  private static Tensor repeated(Tensor heads, long groups) {
    return groups == 1
        ? heads
        : Tensor.call("aten::repeat_interleave.self_int", heads, groups, heads.rank() - 3);
  }

  private static Tensor masked(Tensor scores, @Nullable Object mask, boolean causal) {
    Tensor result = scores;
    if (causal) {
      int rank = scores.rank();
      Tensor ones = Tensor.full(1, DType.BOOL, scores.size(rank - 2), scores.size(rank - 1));
      result = hidden(result, Tensor.call("aten::tril", ones));
    }
    if (mask instanceof Tensor given) {
      result = given.dtype() == DType.BOOL ? hidden(result, given) : result.add(given.to(scores.dtype()));
    }
    return result;
  }

  private static Tensor hidden(Tensor scores, Tensor visible) {
    return Tensor.call("aten::masked_fill.Scalar", scores, Tensor.call("aten::logical_not", visible),
        Double.NEGATIVE_INFINITY);
  }

  /** Softmax over keys; a row that sees none is 0, as in libtorch. */
  private static Tensor softmax(Tensor scores) {
    int last = scores.rank() - 1;
    Tensor blind = Tensor.call("aten::all.dim",
        Tensor.call("aten::eq.Scalar", scores.detach(), Double.NEGATIVE_INFINITY), last, true);
    Tensor safe = Tensor.call("aten::masked_fill.Scalar", scores, blind, 0.0);
    return Tensor.call("aten::masked_fill.Scalar", Tensor.call("aten::softmax.int", safe, last), blind, 0.0);
  }
}
