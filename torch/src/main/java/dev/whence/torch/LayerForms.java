package dev.whence.torch;

import static dev.whence.torch.FormRules.followed;
import static dev.whence.torch.FormRules.last;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** What layers return: convolutions, pooling, embeddings, attention, recurrent layers. */
final class LayerForms {
  private LayerForms() {
  }

  static void addTo(BiConsumer<String, Function<Given, Forecast>> rules) {
    for (String name : List.of("conv1d", "conv2d", "conv3d", "convolution", "_convolution")) {
      rules.accept(name, LayerForms::convolution);
    }
    for (String name : List.of("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")) {
      rules.accept(name, LayerForms::convolution);
    }
    rules.accept("embedding", given -> Forecast.fresh(0, Form.dense(
        followed(given.form("indices").shape(), given.form("indices").rank(), given.form("weight").size(1)),
        given.form("weight").dtype())));
    rules.accept("embedding_bag", LayerForms::bag);
    for (int axes = 1; axes <= 3; axes++) {
      int spatial = axes;
      rules.accept("adaptive_avg_pool" + axes + "d", given -> adaptive(given, spatial));
      rules.accept("_adaptive_avg_pool" + axes + "d", given -> adaptive(given, spatial));
      rules.accept("max_unpool" + axes + "d", given -> adaptive(given, spatial));
    }
    rules.accept("im2col", LayerForms::patches);
    for (String name : List.of("grid_sampler", "grid_sampler_2d", "grid_sampler_3d")) {
      rules.accept(name, LayerForms::sampled);
    }
    rules.accept("scaled_dot_product_attention", LayerForms::attention);
    rules.accept("_scaled_dot_product_flash_attention_for_cpu", given -> {
      Form query = given.form("query");
      Form result = Form.dense(last(query.shape(), given.form("value").size(-1)), query.dtype());
      return Forecast.fresh(0, result,
          Form.dense(followed(query.shape(), query.rank() - 1), DType.FLOAT32));
    });
    rules.accept("lstm", LayerForms::recurrent);
    rules.accept("gru", LayerForms::recurrent);
    rules.accept("rnn_tanh", LayerForms::recurrent);
    rules.accept("rnn_relu", LayerForms::recurrent);
    rules.accept("lstm_cell", LayerForms::cell);
  }

  private static Forecast convolution(Given given) {
    Form input = given.form("input");
    Form weight = given.form("weight");
    int axes = Math.max(0, weight.rank() - 2);
    boolean transposed = given.operator().name().contains("transpose") || given.flag("transposed");
    var spatial = new ArrayList<Long>();
    for (int i = 0; i < axes; i++) {
      spatial.add(Math.max(0, extent(given, i, axes, transposed)));
    }
    long channels = transposed ? Form.times(weight.size(1), given.whole("groups", 1)) : weight.size(0);
    boolean alone = input.rank() == axes + 1;
    var shape = new ArrayList<Long>();
    if (!alone) {
      shape.add(input.size(0));
    }
    shape.add(channels);
    shape.addAll(spatial);
    Form result = Form.dense(shape, input.dtype());
    // single precision goes through oneDNN; other types are unfolded first
    long kernel = weight.shape().stream().skip(2).reduce(1L, Form::times);
    long places = transposed
        ? input.elements()
        : Form.times(result.elements() / Math.max(1, channels), Math.max(1, input.size(-axes - 1)));
    long unfolded = input.dtype() == DType.FLOAT64 ? Form.times(Form.times(places, kernel), 8) : 0;
    return Forecast.fresh(unfolded, result);
  }

  private static long extent(Given given, int i, int axes, boolean transposed) {
    long size = given.form("input").size(i - (long) axes);
    long kernel = given.form("weight").size(2L + i);
    long stride = Math.max(1, given.whole("stride", i, axes, 1));
    long dilation = given.whole("dilation", i, axes, 1);
    long padding = given.whole("padding", i, axes, 0);
    if ("same".equals(given.value("padding"))) {
      return size;
    }
    return transposed
        ? (size - 1) * stride - 2 * padding + dilation * (kernel - 1)
            + given.whole("output_padding", i, axes, 0) + 1
        : (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  }

  /** Sums, and where each entry went, its bag's size and the largest entries. */
  private static Forecast bag(Given given) {
    Form weight = given.form("weight");
    Form indices = given.form("indices");
    long bags = given.form("offsets").elements();
    Form sums = Form.dense(List.of(bags, weight.size(1)), weight.dtype());
    return Forecast.fresh(0, sums, Form.dense(List.of(indices.elements()), DType.INT64),
        Form.dense(List.of(bags), DType.INT64), Form.dense(sums.shape(), DType.INT64));
  }

  private static Forecast adaptive(Given given, int axes) {
    Form self = given.form("self");
    List<Long> sizes = given.wholes("output_size", axes);
    long[] wanted = sizes.stream().mapToLong(Long::longValue).toArray();
    return Forecast.fresh(0, Form.dense(followed(self.shape(), self.rank() - axes, wanted), self.dtype()));
  }

  private static Forecast patches(Given given) {
    Form self = given.form("self");
    long window = 1;
    long places = 1;
    for (int i = 0; i < 2; i++) {
      long kernel = given.whole("kernel_size", i, 2, 1);
      long reach = given.whole("dilation", i, 2, 1) * (kernel - 1);
      window = Form.times(window, kernel);
      places = Form.times(places,
          Math.max(0, (self.size(i - 2L) + 2 * given.whole("padding", i, 2, 0) - reach - 1)
              / Math.max(1, given.whole("stride", i, 2, 1)) + 1));
    }
    return Forecast.fresh(0, Form.dense(
        followed(self.shape(), self.rank() - 3, Form.times(self.size(-3), window), places), self.dtype()));
  }

  private static Forecast sampled(Given given) {
    Form input = given.form("input");
    Form grid = given.form("grid");
    var shape = new ArrayList<>(input.shape().subList(0, Math.min(2, input.rank())));
    for (int i = 1; i < grid.rank() - 1; i++) {
      shape.add(grid.shape().get(i));
    }
    return Forecast.fresh(0, Form.dense(shape, input.dtype()));
  }

  /** Fused where queries and values are of one width; else all scores are written out. */
  private static Forecast attention(Given given) {
    Form query = given.form("query");
    Form value = given.form("value");
    Form result = Form.dense(last(query.shape(), value.size(-1)), query.dtype());
    boolean fused = query.rank() == 4 && query.size(-1) == value.size(-1);
    long scores = Form.dense(last(query.shape(), given.form("key").size(-2)), query.dtype()).bytes();
    return Forecast.fresh(fused ? 0 : Form.times(2, scores), result);
  }

  /** All outputs and the last states; in between the gates of all steps. */
  private static Forecast recurrent(Given given) {
    Form input = given.form("input");
    boolean pair = given.operator().name().equals("aten::lstm");
    List<Form> forms = given.forms();
    Form state = forms.size() > 1 ? forms.get(1) : input;
    long directions = given.flag("bidirectional") ? 2 : 1;
    Form output = Form.dense(last(input.shape(), Form.times(state.size(-1), directions)), input.dtype());
    Form cells = forms.size() > 2 ? forms.get(2) : state;
    Form gates = Form.dense(last(input.shape(), Form.times(cells.size(-1), 4 * directions)), input.dtype());
    long working = Form.times(gates.bytes(), 2 * Math.max(1, given.whole("num_layers", 1)));
    Form last = Form.dense(state.shape(), state.dtype());
    return pair
        ? Forecast.fresh(working, output, last, Form.dense(cells.shape(), cells.dtype()))
        : Forecast.fresh(working, output, last);
  }

  private static Forecast cell(Given given) {
    List<Form> forms = given.forms();
    Form hidden = forms.size() > 1 ? forms.get(1) : FormRules.first(given);
    Form kept = forms.size() > 2 ? forms.get(2) : hidden;
    return Forecast.fresh(Form.times(8, kept.bytes()), Form.dense(hidden.shape(), hidden.dtype()),
        Form.dense(kept.shape(), kept.dtype()));
  }
}
