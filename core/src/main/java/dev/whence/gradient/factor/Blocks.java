package dev.whence.gradient.factor;

import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Work on many gradients a few at a time, so that what is written out in between stays small. */
public final class Blocks {
  /** Numbers an intermediate result may hold: 64 MB in single precision. */
  private static final long LIMIT = 1L << 24;

  private Blocks() {
  }

  /** Computes a tensor from two runs of gradients. */
  @FunctionalInterface
  interface Product {
    Tensor of(FactoredGradient a, FactoredGradient b);
  }

  static void requireSame(FactoredGradient a, FactoredGradient b) {
    if (!a.parameter().equals(b.parameter()) || !a.shape().equals(b.shape())) {
      throw new IllegalArgumentException("gradients by " + a.parameter() + " " + a.shape() + " and by "
          + b.parameter() + " " + b.shape()
          + " have no product; pair gradients with respect to the same parameter");
    }
  }

  public static long[] shape(long first, List<Long> rest) {
    var all = new long[rest.size() + 1];
    all[0] = first;
    for (int i = 0; i < rest.size(); i++) {
      all[i + 1] = rest.get(i);
    }
    return all;
  }

  static long size(FactoredGradient gradient) {
    return gradient.shape().stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  private static int rows(long perExample, int examples) {
    return Math.clamp(LIMIT / Math.max(1, perExample), 1, Math.max(1, examples));
  }

  /** {@code [b, b']} from blocks of both, each block's result being {@code [rows, columns]}. */
  static Tensor pairs(FactoredGradient a, FactoredGradient b, long perPair, Product product) {
    int side = Math.clamp((long) Math.sqrt((double) LIMIT / Math.max(1, perPair)), 1, Integer.MAX_VALUE);
    int rows = Math.min(side, a.examples());
    int columns = Math.clamp(LIMIT / Math.max(1, perPair) / rows, 1, Math.max(1, b.examples()));
    return map(a, rows, some -> map(b, columns, others -> product.of(some, others).transpose(0, 1))
        .transpose(0, 1));
  }

  /** {@code [b]} from blocks of examples of both at once. */
  static Tensor examples(FactoredGradient a, FactoredGradient b, long perExample, Product product) {
    if (a.examples() != b.examples()) {
      throw new IllegalArgumentException("one by one products need equally many examples, got " + a.examples()
          + " and " + b.examples());
    }
    int rows = rows(perExample, a.examples());
    try (var scope = Scope.open()) {
      var parts = new ArrayList<Tensor>();
      for (int start = 0; start < a.examples(); start += rows) {
        int end = Math.min(a.examples(), start + rows);
        int first = start;
        parts.add(scoped(() -> product.of(a.slice(first, end), b.slice(first, end))));
      }
      return scope.keep(Tensor.concatenate(parts, 0));
    }
  }

  /** A function of the written-out gradients, example by example: results are stacked along the first axis. */
  static Tensor mapMaterialized(FactoredGradient gradient, UnaryOperator<Tensor> function) {
    return map(gradient, rows(size(gradient), gradient.examples()),
        some -> function.apply(some.materialize()));
  }

  static Tensor dotMaterialized(FactoredGradient a, FactoredGradient b) {
    Blocks.requireSame(a, b);
    return mapMaterialized(a, some -> b.contract(some));
  }

  static Tensor pairedMaterialized(FactoredGradient a, FactoredGradient b) {
    return examples(a, b, size(a), (x, y) -> paired(x.materialize(), y.materialize()));
  }

  /** ⟨xᵢ, yᵢ⟩ of rows, {@code [b]}. */
  static Tensor paired(Tensor x, Tensor y) {
    return x.multiply(y).reshape(x.size(0), -1).sum(1);
  }

  private static Tensor map(FactoredGradient gradient, int rows, Function<FactoredGradient, Tensor> f) {
    try (var scope = Scope.open()) {
      var parts = new ArrayList<Tensor>();
      for (int start = 0; start < gradient.examples(); start += rows) {
        FactoredGradient some = gradient.slice(start, Math.min(gradient.examples(), start + rows));
        parts.add(scoped(() -> f.apply(some)));
      }
      return scope.keep(parts.size() == 1 ? parts.getFirst() : Tensor.concatenate(parts, 0));
    }
  }

  private static Tensor scoped(Supplier<Tensor> work) {
    try (var scope = Scope.open()) {
      return scope.keep(work.get());
    }
  }
}
