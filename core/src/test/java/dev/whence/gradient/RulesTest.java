package dev.whence.gradient;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.gradient.factor.Blocks;
import dev.whence.gradient.factor.FactoredGradient;
import dev.whence.gradient.factor.Layout;
import dev.whence.gradient.factor.Layout.Order;
import dev.whence.gradient.factor.SumGradient;
import dev.whence.gradient.factor.WholeGradient;
import dev.whence.gradient.projection.Projection;
import dev.whence.gradient.projection.ProjectionKind;
import dev.whence.gradient.projection.ProjectionKind.Exact;
import dev.whence.gradient.projection.ProjectionKind.Gaussian;
import dev.whence.gradient.projection.ProjectionKind.Rademacher;
import dev.whence.gradient.projection.ProjectionKind.SparseSign;
import dev.whence.gradient.projection.ProjectionKind.TwoSided;
import dev.whence.gradient.projection.ProjectionSpec;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Natives;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every rule against one backward pass per example, in double precision: only rounding is allowed, 1e-10. */
class RulesTest {
  private static final double ROUNDING = 1e-10;
  private static final Layout FIRST = Layout.FIRST;
  private static final Layout SECOND = new Layout(1, Order.ALONE);
  private static final Layout OUTER = new Layout(0, Order.OUTER);
  private static final Layout INNER = new Layout(0, Order.INNER);

  /** A call and the arguments to differentiate by. */
  record Subject(Case call, List<String> parameters) {
    Subject(Case call, String... parameters) {
      this(call, List.of(parameters));
    }
  }

  private static Map<String, Subject> subjects(Generator g) {
    var all = new LinkedHashMap<String, Subject>();
    linear(g, all);
    Convolutions.plain(g, all);
    Convolutions.others(g, all);
    bags(g, all);
    norms(g, all);
    others(g, all);
    return all;
  }

  private static void linear(Generator g, Map<String, Subject> all) {
    for (Map.Entry<Layout, long[]> at : Map.of(FIRST, new long[]{3, 5, 7}, SECOND, new long[]{5, 3, 7}, OUTER,
        new long[]{15, 7}, INNER, new long[]{15, 7}).entrySet()) {
      all.put("linear with " + at.getKey(),
          new Subject(new Case("aten::linear", g).random("input", at.getValue())
              .random("weight", 6, 7).random("bias", 6).examples(3, at.getKey()), "weight", "bias"));
    }
    all.put("linear of a vector", new Subject(new Case("aten::linear", g).random("input", 3, 7)
        .random("weight", 6, 7).random("bias", 6).examples(3, FIRST), "weight", "bias"));
    all.put("linear of rank 4 to one number",
        new Subject(new Case("aten::linear", g).random("input", 3, 2, 4, 7)
            .random("weight", 1, 7).examples(3, FIRST), "weight"));
    all.put("addmm", new Subject(new Case("aten::addmm", g).random("self", 6).random("mat1", 12, 7)
        .random("mat2", 7, 6).examples(3, OUTER), "self", "mat2"));
    all.put("mm", new Subject(
        new Case("aten::mm", g).random("self", 12, 7).random("mat2", 7, 6).examples(3, INNER), "mat2"));
    all.put("matmul", new Subject(
        new Case("aten::matmul", g).random("self", 3, 4, 7).random("other", 7, 6).examples(3, FIRST),
        "other"));
  }

  private static void bags(Generator g, Map<String, Subject> all) {
    long[] picks = {1, 2, 1, 0, 8, 2, 2, 2, 0, 1, 1, 7};
    for (long mode : new long[]{0, 1}) {
      for (Layout layout : List.of(FIRST, OUTER, INNER)) {
        long[] starts = layout.equals(FIRST) ? new long[]{0, 4, 5} : new long[]{0, 4, 4, 7, 8, 11};
        all.put("embedding bag of mode " + mode + " with " + layout,
            new Subject(new Case("aten::embedding_bag.padding_idx", g).random("weight", 9, 4)
                .with("indices", Tensor.of(picks, picks.length))
                .with("offsets", Tensor.of(starts, starts.length))
                .with("scale_grad_by_freq", false).with("mode", mode).with("sparse", false)
                .with("per_sample_weights", null).with("include_last_offset", false).with("padding_idx", 2L)
                .examples(3, layout), "weight"));
      }
    }
    all.put("embedding bag with weights and the last offset",
        new Subject(new Case("aten::embedding_bag.padding_idx", g).random("weight", 9, 4)
            .with("indices", Tensor.of(picks, picks.length))
            .with("offsets", Tensor.of(new long[]{0, 4, 8, 12}, 4)).with("scale_grad_by_freq", false)
            .with("mode", 0L).with("sparse", false).random("per_sample_weights", 12)
            .with("include_last_offset", true).with("padding_idx", null).examples(3, FIRST), "weight"));
  }

  private static void norms(Generator g, Map<String, Subject> all) {
    all.put("layer norm", new Subject(new Case("aten::layer_norm", g).random("input", 3, 5, 2, 4)
        .with("normalized_shape", List.of(2L, 4L)).random("weight", 2, 4).random("bias", 2, 4)
        .examples(3, FIRST),
        "weight", "bias"));
    all.put("layer norm, time first", new Subject(new Case("aten::layer_norm", g).random("input", 5, 3, 4)
        .with("normalized_shape", List.of(4L)).random("weight", 4).random("bias", 4).with("eps", .1)
        .examples(3, SECOND), "weight", "bias"));
    all.put("rms norm", new Subject(new Case("aten::rms_norm", g).random("input", 15, 4)
        .with("normalized_shape", List.of(4L)).random("weight", 4).with("eps", .1).examples(3, INNER),
        "weight"));
    all.put("group norm", new Subject(new Case("aten::group_norm", g).random("input", 6, 4, 5)
        .with("num_groups", 2L).random("weight", 4).random("bias", 4).examples(3, OUTER), "weight", "bias"));
    all.put("instance norm", new Subject(new Case("aten::instance_norm", g).random("input", 3, 4, 5)
        .random("weight", 4).random("bias", 4).with("running_mean", null).with("running_var", null)
        .with("use_input_stats", true).with("momentum", .1).with("eps", 1e-5).with("cudnn_enabled", false)
        .examples(3, FIRST), "weight", "bias"));
    for (long[] shape : new long[][]{{3, 4}, {3, 4, 5}, {3, 4, 5, 2}}) {
      all.put("batch norm of rank " + shape.length, new Subject(new Case("aten::batch_norm", g)
          .random("input", shape).random("weight", 4).random("bias", 4).random("running_mean", 4)
          .with("running_var", Tensor.of(new double[]{.5, 1, 2, 3}, 4)).with("training", false)
          .with("momentum", .1).with("eps", 1e-3).with("cudnn_enabled", false).examples(3, FIRST), "weight",
          "bias"));
    }
  }

  private static void others(Generator g, Map<String, Subject> all) {
    all.put("embedding", new Subject(new Case("aten::embedding", g).random("weight", 9, 4)
        .with("indices", Tensor.of(new long[]{1, 2, 1, 0, 8, 2, 2, 2, 0, 1, 1, 7}, 3, 4)).examples(3, FIRST),
        "weight"));
    all.put("embedding with padding, time first",
        new Subject(new Case("aten::embedding", g).random("weight", 9, 4)
            .with("indices", Tensor.of(new long[]{1, 2, 1, 0, 8, 2, 2, 2, 0, 1, 1, 7}, 4, 3))
            .with("padding_idx", 2L)
            .examples(3, SECOND), "weight"));
    all.put("position table", new Subject(
        new Case("aten::add.Tensor", g).random("self", 3, 5, 4).random("other", 1, 5, 4).examples(3, FIRST),
        "other"));
    all.put("position table, time first", new Subject(
        new Case("aten::add.Tensor", g).random("self", 5, 1, 4).random("other", 5, 3, 4).examples(3, SECOND),
        "self"));
    all.put("gain by channel", new Subject(
        new Case("aten::mul.Tensor", g).random("self", 6, 4, 5).random("other", 4, 1).examples(3, OUTER),
        "other"));
    all.put("gain by channel, steps outside", new Subject(
        new Case("aten::mul.Tensor", g).random("self", 5).random("other", 6, 4, 5).examples(3, INNER),
        "self"));
    all.put("difference", new Subject(
        new Case("aten::sub.Tensor", g).random("self", 3, 4).random("other", 4).examples(3, FIRST), "other"));
    all.put("quotient", new Subject(
        new Case("aten::div.Tensor", g).random("self", 3, 4).random("other", 4).examples(3, FIRST), "other"));
    all.put("repeated queries", new Subject(new Case("aten::repeat", g).random("self", 1, 2, 4)
        .with("repeats", List.of(3L, 1L, 1L)).examples(3, FIRST), "self"));
    all.put("a slope for all",
        new Subject(new Case("aten::prelu", g).random("self", 3, 4, 5).random("weight", 1)
            .examples(3, FIRST), "weight"));
    all.put("a slope by channel", new Subject(new Case("aten::prelu", g).random("self", 6, 4, 5)
        .random("weight", 4).examples(3, OUTER), "weight"));
    all.put("a slope of vectors",
        new Subject(new Case("aten::prelu", g).random("self", 3, 4).random("weight", 4)
            .examples(3, FIRST), "weight"));
    all.put("class token", new Subject(
        new Case("aten::expand", g).random("self", 1, 2, 4).with("size", List.of(3L, -1L, -1L)).examples(3,
            FIRST),
        "self"));
  }

  @TestFactory
  Stream<DynamicTest> gradientsAndTheirAlgebraEqualOneBackwardPassAnExample() {
    List<String> names;
    try (var _ = Scope.open(); var g = new Generator(1)) {
      names = List.copyOf(subjects(g).keySet());
    }
    return names.stream().map(name -> DynamicTest.dynamicTest(name, () -> {
      try (var _ = Scope.open(); var g = new Generator(1)) {
        Subject subject = requireNonNull(subjects(g).get(name));
        for (String parameter : subject.parameters()) {
          check(subject.call(), parameter);
        }
      }
    }));
  }

  private static void check(Case call, String parameter) {
    Tensor brute = call.brute(parameter);
    FactoredGradient gradient = call.gradient(parameter);
    assertThat(gradient.examples()).isEqualTo(3);
    assertClose(gradient.materialize(), brute);
    Tensor flat = brute.reshape(3, -1);
    assertClose(gradient.dot(gradient), flat.matmul(flat.transpose(0, 1)));
    assertClose(gradient.dot(gradient.slice(1, 3)), flat.matmul(flat.slice(0, 1, 3).transpose(0, 1)));
    var whole = new WholeGradient("p", brute);
    assertClose(gradient.dot(whole), flat.matmul(flat.transpose(0, 1)));
    assertClose(whole.dot(gradient), flat.matmul(flat.transpose(0, 1)));
    assertClose(gradient.squaredNorm(), flat.multiply(flat).sum(1));
    assertClose(gradient.contract(brute.slice(0, 0, 2)), flat.slice(0, 0, 2).matmul(flat.transpose(0, 1)));
    for (ProjectionKind kind : List.of(new TwoSided(3, 2), new TwoSided(2, 100), new TwoSided(100, 3),
        new Gaussian(11), new Rademacher(11), new SparseSign(11, 2), new Exact())) {
      checkProjection(call, parameter, kind);
    }
  }

  /** The fast projection, from the factors or before the output's gradient is known, is P times the gradient. */
  private static void checkProjection(Case call, String parameter, ProjectionKind kind) {
    FactoredGradient gradient = call.gradient(parameter);
    var spec = new ProjectionSpec(kind, 5);
    try (Projection projection = spec.projection("p", gradient.shape(), DType.FLOAT64)) {
      Tensor matrix = matrix(projection, gradient.shape());
      Tensor expected = gradient.materialize().reshape(3, -1).matmul(matrix);
      assertThat(projection.columns()).isEqualTo(spec.columns(gradient.shape()));
      assertClose(gradient.project(projection), expected);
      assertClose(call.pending(parameter).prepare(projection).features().apply(call.delta()), expected);
    }
  }

  /** The projection as a matrix {@code [p, k]}: what it does to unit vectors. */
  private static Tensor matrix(Projection projection, List<Long> shape) {
    long p = ProjectionSpec.elements(shape);
    Tensor units = Tensor.call("aten::eye", p, DType.FLOAT64).reshape(Blocks.shape(p, shape));
    return projection.apply(units);
  }

  @Test
  void aTiedParametersGradientIsTheSumOverItsUses() {
    try (var _ = Scope.open(); var g = new Generator(3)) {
      Tensor table = Tensor.randomNormal(g, DType.FLOAT64, 9, 4);
      var embedding = new Case("aten::embedding", g).with("weight", table)
          .with("indices", Tensor.of(new long[]{1, 2, 1, 0, 8, 2, 2, 2, 0, 1, 1, 7}, 3, 4))
          .examples(3, FIRST);
      var head = new Case("aten::linear", g).random("input", 3, 4, 4).with("weight", table).examples(3,
          FIRST);
      Tensor brute = embedding.brute("weight").add(head.brute("weight"));
      Tensor flat = brute.reshape(3, -1);
      FactoredGradient sum = SumGradient
          .of(List.of(embedding.gradient("weight"), head.gradient("weight")));
      assertClose(sum.materialize(), brute);
      assertClose(sum.dot(sum), flat.matmul(flat.transpose(0, 1)));
      assertClose(sum.squaredNorm(), flat.multiply(flat).sum(1));
      assertClose(sum.contract(brute), flat.matmul(flat.transpose(0, 1)));
      assertClose(sum.dot(head.gradient("weight")),
          flat.matmul(head.brute("weight").reshape(3, -1).transpose(0, 1)));
      assertClose(head.gradient("weight").dot(sum),
          head.brute("weight").reshape(3, -1).matmul(flat.transpose(0, 1)));
      try (Projection projection = new ProjectionSpec(new TwoSided(3, 2), 1).projection("p", List.of(9L, 4L),
          DType.FLOAT64)) {
        assertClose(sum.project(projection), projection.apply(brute));
      }
    }
  }

  @Test
  void theAlgebraFreesWhatItMakes() {
    try (var _ = Scope.open(); var g = new Generator(3)) {
      for (String name : List.of("linear with " + FIRST, "conv2d", "embedding")) {
        FactoredGradient gradient = requireNonNull(subjects(g).get(name)).call().gradient("weight");
        long live = 0;
        for (int round = 0; round < 3; round++) {
          try (var _ = Scope.open()) {
            gradient.dot(gradient);
            gradient.squaredNorm();
            gradient.contract(gradient.materialize());
          }
          if (round == 0) {
            live = Natives.liveObjects();
          }
        }
        assertThat(Natives.liveObjects()).as(name).isEqualTo(live);
      }
    }
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.add(expected, -1).maxAbs()).isCloseTo(0, within(ROUNDING * (1 + expected.maxAbs())));
  }
}
