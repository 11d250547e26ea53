package dev.whence.gradient.factor;

import dev.whence.torch.Tensor;

/** Inner products of the vectors of two factors, all against all or example by example. */
final class Grams {
  private Grams() {
  }

  /** All vectors against all, {@code [g, b·s, b'·t]}. */
  static Tensor cross(Factor a, Factor b) {
    if (a instanceof OneHotFactor one && b instanceof OneHotFactor other) {
      Tensor equal = Tensor.call("aten::eq.Tensor", one.indices().reshape(-1, 1),
          other.indices().reshape(1, -1));
      return equal.to(one.dtype()).unsqueeze(0);
    }
    if (a instanceof OneHotFactor one) {
      return flat(b).squeeze(0).transpose(0, 1).indexSelect(0, one.indices().reshape(-1)).unsqueeze(0);
    }
    if (b instanceof OneHotFactor) {
      return cross(b, a).transpose(1, 2);
    }
    return flat(a).bmm(flat(b).transpose(1, 2));
  }

  /** Each example's vectors against the same example's of the other, {@code [b, g, s, t]}. */
  static Tensor paired(Factor a, Factor b) {
    if (a instanceof OneHotFactor one && b instanceof OneHotFactor other) {
      Tensor equal = Tensor.call("aten::eq.Tensor", one.indices().unsqueeze(2),
          other.indices().unsqueeze(1));
      return equal.to(one.dtype()).unsqueeze(1);
    }
    if (a instanceof OneHotFactor one) {
      Tensor dense = b.dense().squeeze(1).transpose(1, 2);
      Tensor rows = one.indices().unsqueeze(2);
      Tensor all = Tensor.call("aten::expand", rows,
          new long[]{dense.size(0), one.steps(), dense.size(2)});
      return Tensor.call("aten::gather", dense, 1, all).unsqueeze(1);
    }
    if (b instanceof OneHotFactor) {
      return paired(b, a).transpose(2, 3);
    }
    return a.dense().matmul(b.dense().transpose(2, 3));
  }

  private static Tensor flat(Factor factor) {
    return factor.dense().transpose(0, 1).flatten(1, 2);
  }
}
