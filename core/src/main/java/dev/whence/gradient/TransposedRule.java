package dev.whence.gradient;

import dev.whence.gradient.factor.DenseFactor;
import dev.whence.gradient.factor.Layout;
import dev.whence.gradient.factor.PatchFactor;
import dev.whence.gradient.factor.Window;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Transposed convolutions over one to three axes. Their parts change places with a convolution's: the input goes with the
 * kernel's first axis, and patches are cut from the gradient with respect to the output.
 */
final class TransposedRule implements Rule {
  @Override
  public Optional<String> refusal(Use use) {
    return ConvolutionRule.unfit(use);
  }

  @Override
  public Optional<String> refusal(Use use, Layout layout, int outputRank) {
    return ConvolutionRule.unfit(layout);
  }

  @Override
  public Pending capture(Use use, Call call, Layout layout) {
    int b = call.examples();
    if (use.argument().equals("bias")) {
      return ConvolutionRule.bias(use, layout, b);
    }
    Tensor weight = call.tensor("weight");
    int axes = weight.rank() - 2;
    Window given = ConvolutionRule.window(call, weight);
    var window = new Window(given.kernel(), given.stride(), Collections.nCopies(given.axes(), 0L),
        given.dilation(), given.groups());
    List<Long> sides = sides(call, axes);
    Tensor vectors = ConvolutionRule.byGroup(ConvolutionRule.flat(call.tensor("input")), window.groups());
    return new Pending.Outer(use.view(), new DenseFactor(layout.regroup(vectors, b)), true, delta -> {
      Tensor reached = Tensor.call("aten::constant_pad_nd", Call.widened(delta), sides, 0.0);
      return new PatchFactor(axes == 1 ? reached.unsqueeze(2) : reached, window, layout, b);
    }, List.of());
  }

  /** What lies around the output within the kernel's reach, last axis first; output_padding is a part of the output. */
  private static List<Long> sides(Call call, int axes) {
    List<Long> padding = call.longs("padding", axes, 0);
    List<Long> beyond = call.longs("output_padding", axes, 0);
    var sides = new ArrayList<Long>();
    for (int axis = axes - 1; axis >= 0; axis--) {
      sides.addAll(List.of(padding.get(axis), padding.get(axis) - beyond.get(axis)));
    }
    return sides;
  }
}
