package dev.whence.gradient;

import dev.whence.gradient.ParameterView.Form;
import dev.whence.torch.Tensor;
import java.util.List;
import java.util.Optional;

/** Convolutions over one or two axes. */
final class ConvolutionRule implements Rule {
  @Override
  public Optional<String> refusal(Use use) {
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
    return rank == 3 || rank == 4
        ? Optional.empty()
        : Optional.of("belongs to a convolution of "
            + (rank - 2) + " axes");
  }

  @Override
  public Optional<String> refusal(Use use, Layout layout, int outputRank) {
    return layout.axis() == 0 ? Optional.empty() : Optional.of("has the examples not on the first axis");
  }

  @Override
  public Pending capture(Use use, Call call, Layout layout) {
    int b = call.examples();
    if (use.argument().equals("bias")) {
      return new Pending.Whole(use.view(), List.of(),
          delta -> layout.toFront(flat(delta).sum(2), b).reshape(b, -1, delta.size(1)).sum(1));
    }
    Tensor weight = call.tensor("weight");
    Tensor input = call.tensor("input");
    boolean oneAxis = weight.rank() == 3;
    Window window = window(call, weight);
    Tensor plane = padded(call, oneAxis ? input.unsqueeze(2) : input, window);
    if (window.groups() > 1 && weight.size(1) == 1) {
      return new Pending.Whole(use.view(), List.of(plane), delta -> {
        Tensor each = window.depthwise(plane,
            oneAxis ? Call.widened(delta).unsqueeze(2) : Call.widened(delta));
        return layout.toFront(each, b).reshape(b, -1, each.size(1), each.size(2)).sum(1);
      });
    }
    return new Pending.Outer(use.view(), new PatchFactor(plane, window, layout, b), false,
        delta -> new DenseFactor(layout.regroup(byGroup(flat(delta), window.groups()), b)), List.of());
  }

  /** {@code [n, c, places]} in at least single precision. */
  private static Tensor flat(Tensor delta) {
    return Call.widened(delta).flatten(2, delta.rank() - 1);
  }

  private static Tensor byGroup(Tensor delta, long groups) {
    return delta.reshape(delta.size(0), groups, delta.size(1) / groups, delta.size(2)).transpose(2, 3);
  }

  private static Window window(Call call, Tensor weight) {
    int axes = weight.rank() - 2;
    List<Long> kernel = axes == 1 ? List.of(1L, weight.size(2)) : List.of(weight.size(2), weight.size(3));
    return new Window(kernel, plane(call.longs("stride", axes, 1), 1), padding(call, axes),
        plane(call.longs("dilation", axes, 1), 1), (long) call.number("groups", 1));
  }

  private static List<Long> plane(List<Long> values, long leading) {
    return values.size() == 1 ? List.of(leading, values.getFirst()) : values;
  }

  private static List<Long> padding(Call call, int axes) {
    // "same" is padded by hand, it need not be symmetric; "valid" pads nothing
    return call.value("padding").orElse(0L) instanceof String
        ? List.of(0L, 0L)
        : plane(call.longs("padding", axes, 0), 0);
  }

  private static Tensor padded(Call call, Tensor input, Window window) {
    if (!call.value("padding").orElse("").equals("same")) {
      return input;
    }
    long rows = window.dilation().get(0) * (window.kernel().get(0) - 1);
    long columns = window.dilation().get(1) * (window.kernel().get(1) - 1);
    return Tensor.call("aten::constant_pad_nd", input,
        List.of(columns / 2, columns - columns / 2, rows / 2, rows - rows / 2), 0.0);
  }
}
