package dev.whence.gradient;

import dev.whence.gradient.RulesTest.Subject;
import dev.whence.gradient.factor.Layout;
import dev.whence.gradient.factor.Layout.Order;
import dev.whence.torch.Generator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Convolutions of all kinds, for {@link RulesTest}. */
final class Convolutions {
  private static final Layout FIRST = Layout.FIRST;
  private static final Layout OUTER = new Layout(0, Order.OUTER);
  private static final Layout INNER = new Layout(0, Order.INNER);

  private Convolutions() {
  }

  static void plain(Generator g, Map<String, Subject> all) {
    all.put("conv2d", conv(g, 1, new long[]{3, 4, 7, 6}, 5, 4, 3, 2));
    all.put("conv2d merged", conv(g, 1, new long[]{6, 4, 7, 6}, 5, 4, 3, 2));
    Objects.requireNonNull(all.get("conv2d merged")).call().examples(3, OUTER);
    all.put("conv2d merged inside", conv(g, 1, new long[]{6, 4, 7, 6}, 5, 4, 3, 3));
    Objects.requireNonNull(all.get("conv2d merged inside")).call().examples(3, INNER);
    all.put("conv2d strided, padded, dilated", conv(g, 1, new long[]{3, 4, 9, 8}, 5, 4, 3, 3));
    Objects.requireNonNull(all.get("conv2d strided, padded, dilated")).call().with("stride", List.of(2L, 1L))
        .with("padding", List.of(1L, 2L))
        .with("dilation", List.of(1L, 2L));
    all.put("conv2d in groups", conv(g, 2, new long[]{3, 4, 9, 8}, 6, 2, 3, 3));
    Objects.requireNonNull(all.get("conv2d in groups")).call().with("padding", List.of(1L));
    all.put("conv2d in groups merged", conv(g, 2, new long[]{6, 4, 9, 8}, 6, 2, 1, 1));
    Objects.requireNonNull(all.get("conv2d in groups merged")).call().examples(3, INNER);
    all.put("conv2d depthwise", conv(g, 4, new long[]{3, 4, 9, 8}, 8, 1, 3, 3));
    Objects.requireNonNull(all.get("conv2d depthwise")).call().with("stride", List.of(2L))
        .with("padding", List.of(2L, 1L))
        .with("dilation", List.of(2L, 1L));
    all.put("conv2d to one channel", conv(g, 1, new long[]{3, 4, 6, 6}, 1, 4, 3, 3));
    all.put("conv2d same", new Subject(new Case("aten::conv2d.padding", g).random("input", 3, 4, 7, 6)
        .random("weight", 5, 4, 4, 3).random("bias", 5).with("padding", "same").examples(3, FIRST), "weight",
        "bias"));
    all.put("conv2d valid", new Subject(new Case("aten::conv2d.padding", g).random("input", 3, 4, 7, 6)
        .random("weight", 5, 4, 4, 3).with("padding", "valid").examples(3, FIRST), "weight"));
    all.put("conv1d",
        new Subject(new Case("aten::conv1d", g).random("input", 3, 4, 11).random("weight", 5, 4, 3)
            .random("bias", 5).with("stride", List.of(2L)).with("padding", List.of(1L))
            .with("dilation", List.of(2L))
            .examples(3, FIRST), "weight", "bias"));
    all.put("conv1d depthwise", new Subject(new Case("aten::conv1d", g).random("input", 3, 4, 11)
        .random("weight", 4, 1, 3).with("groups", 4L).with("padding", List.of(2L)).examples(3, FIRST),
        "weight"));
    all.put("conv1d same", new Subject(new Case("aten::conv1d.padding", g).random("input", 3, 4, 11)
        .random("weight", 5, 4, 2).with("padding", "same").examples(3, FIRST), "weight"));
  }

  static void others(Generator g, Map<String, Subject> all) {
    all.put("conv3d", new Subject(new Case("aten::conv3d", g).random("input", 3, 4, 4, 5, 6)
        .random("weight", 5, 4, 2, 3, 2).random("bias", 5).with("stride", List.of(1L, 2L, 1L))
        .with("padding", List.of(1L, 0L, 2L)).with("dilation", List.of(2L, 1L, 1L)).examples(3, FIRST),
        "weight",
        "bias"));
    all.put("conv3d in groups merged", new Subject(new Case("aten::conv3d", g).random("input", 6, 4, 3, 4, 4)
        .random("weight", 6, 2, 2, 2, 2).with("groups", 2L).examples(3, INNER), "weight"));
    all.put("conv3d depthwise", new Subject(new Case("aten::conv3d", g).random("input", 3, 4, 3, 4, 4)
        .random("weight", 8, 1, 2, 2, 2).with("groups", 4L).examples(3, FIRST), "weight"));
    all.put("conv3d same", new Subject(new Case("aten::conv3d.padding", g).random("input", 3, 2, 3, 4, 4)
        .random("weight", 3, 2, 2, 3, 2).with("padding", "same").examples(3, FIRST), "weight"));
    all.put("conv_transpose2d", new Subject(new Case("aten::conv_transpose2d.input", g)
        .random("input", 3, 4, 5, 3).random("weight", 4, 6, 3, 2).random("bias", 6)
        .with("stride", List.of(2L, 3L)).with("padding", List.of(1L, 0L))
        .with("output_padding", List.of(1L, 2L))
        .with("dilation", List.of(2L, 1L)).examples(3, FIRST), "weight", "bias"));
    all.put("conv_transpose2d in groups merged", new Subject(new Case("aten::conv_transpose2d.input", g)
        .random("input", 6, 4, 3, 3).random("weight", 4, 3, 2, 2).random("bias", 6).with("groups", 2L)
        .with("output_padding", List.of(1L)).with("stride", List.of(2L)).examples(3, INNER), "weight",
        "bias"));
    all.put("conv_transpose1d depthwise", new Subject(new Case("aten::conv_transpose1d", g)
        .random("input", 3, 4, 5).random("weight", 4, 2, 3).with("groups", 4L).examples(3, FIRST), "weight"));
    all.put("conv_transpose3d", new Subject(new Case("aten::conv_transpose3d.input", g)
        .random("input", 3, 2, 3, 2, 3).random("weight", 2, 3, 2, 2, 1).random("bias", 3)
        .with("stride", List.of(2L, 1L, 1L)).examples(3, FIRST), "weight", "bias"));
  }

  private static Subject conv(Generator g, long groups, long[] input, long... weight) {
    return new Subject(new Case("aten::conv2d", g).random("input", input).random("weight", weight)
        .random("bias", weight[0]).with("groups", groups).examples(3, FIRST), "weight", "bias");
  }
}
