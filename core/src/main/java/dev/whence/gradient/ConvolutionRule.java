package dev.whence.gradient;

import dev.whence.gradient.ParameterView.Form;
import dev.whence.gradient.factor.DenseFactor;
import dev.whence.gradient.factor.Layout;
import dev.whence.gradient.factor.PatchFactor;
import dev.whence.gradient.factor.Window;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Convolutions over one to three axes. */
final class ConvolutionRule implements Rule {
  @Override
  public Optional<String> refusal(Use use) {
    return unfit(use);
  }

  static Optional<String> unfit(Use use) {
    if (use.argument().equals("bias")) {
      return Optional.empty();
    }
    if (!use.argument().equals("weight")) {
      return Optional.of("is the input of a convolution");
    }
    if (use.view().form() != Form.SAME) {
      return Optional.of("is reshaped before a convolution");
    }
    int rank = use.view().shape().size();
    return rank >= 3 && rank <= 5
        ? Optional.empty()
        : Optional.of("belongs to a convolution of "
            + (rank - 2) + " axes");
  }

  @Override
  public Optional<String> refusal(Use use, Layout layout, int outputRank) {
    return unfit(layout);
  }

  static Optional<String> unfit(Layout layout) {
    return layout.axis() == 0 ? Optional.empty() : Optional.of("has the examples not on the first axis");
  }

  @Override
  public Pending capture(Use use, Call call, Layout layout) {
    int b = call.examples();
    if (use.argument().equals("bias")) {
      return bias(use, layout, b);
    }
    Tensor weight = call.tensor("weight");
    Tensor input = call.tensor("input");
    boolean oneAxis = weight.rank() == 3;
    Window window = window(call, weight);
    Tensor plane = padded(call, oneAxis ? input.unsqueeze(2) : input, window);
    if (window.groups() > 1 && weight.size(1) == 1 && weight.rank() < 5) {
      return new Pending.Whole(use.view(), List.of(plane), delta -> {
        Tensor each = window.depthwise(plane,
            oneAxis ? Call.widened(delta).unsqueeze(2) : Call.widened(delta));
        return layout.toFront(each, b).reshape(b, -1, each.size(1), each.size(2)).sum(1);
      });
    }
    return new Pending.Outer(use.view(), new PatchFactor(plane, window, layout, b), false,
        delta -> new DenseFactor(layout.regroup(byGroup(flat(delta), window.groups()), b)), List.of());
  }

  static Pending bias(Use use, Layout layout, int examples) {
    return new Pending.Whole(use.view(), List.of(), delta -> layout.toFront(flat(delta).sum(2), examples)
        .reshape(examples, -1, delta.size(1)).sum(1));
  }

  /** {@code [n, c, places]} in at least single precision. */
  static Tensor flat(Tensor delta) {
    return Call.widened(delta).flatten(2, delta.rank() - 1);
  }

  static Tensor byGroup(Tensor delta, long groups) {
    return delta.reshape(delta.size(0), groups, delta.size(1) / groups, delta.size(2)).transpose(2, 3);
  }

  static Window window(Call call, Tensor weight) {
    int axes = weight.rank() - 2;
    List<Long> extents = Arrays.stream(weight.shape()).skip(2).boxed().toList();
    List<Long> kernel = plane(extents, 1);
    return new Window(kernel, plane(call.longs("stride", axes, 1), 1), padding(call, axes),
        plane(call.longs("dilation", axes, 1), 1), (long) call.number("groups", 1));
  }

  private static List<Long> plane(List<Long> values, long leading) {
    return values.size() == 1 ? List.of(leading, values.getFirst()) : values;
  }

  private static List<Long> padding(Call call, int axes) {
    // "same" is padded by hand, it need not be symmetric; "valid" pads nothing
    return call.value("padding").orElse(0L) instanceof String
        ? Collections.nCopies(Math.max(2, axes), 0L)
        : plane(call.longs("padding", axes, 0), 0);
  }

  private static Tensor padded(Call call, Tensor input, Window window) {
    if (!call.value("padding").orElse("").equals("same")) {
      return input;
    }
    var sides = new ArrayList<Long>();
    for (int axis = window.axes() - 1; axis >= 0; axis--) {
      long all = window.dilation().get(axis) * (window.kernel().get(axis) - 1);
      sides.addAll(List.of(all / 2, all - all / 2));
    }
    return Tensor.call("aten::constant_pad_nd", input, sides, 0.0);
  }
}
