package dev.whence.torch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What operators return for which libtorch has no form without memory, or one that reads numbers. Where a rule gives a bound
 * instead of forms, it is at least what the call takes.
 */
final class FormRules {
  /** Bytes an entry of an argument may become in {@link #BOUNDED}: a copy, indices and a place for each axis. */
  private static final long LARGEST = 48;

  /** The first argument's form. */
  private static final Set<String> SAME = Set.of("abs", "angle", "relu", "relu6", "hardswish", "hardtanh",
      "log_sigmoid", "logit", "nan_to_num", "flip", "fliplr", "flipud", "roll", "channel_shuffle",
      "layer_norm", "group_norm", "batch_norm", "instance_norm", "rrelu", "logcumsumexp", "_logcumsumexp",
      "_safe_softmax", "cholesky", "cholesky_inverse", "fft_fftshift", "fft_ifftshift", "prelu",
      "_prelu_kernel", "native_dropout_backward");
  /** Sizes that are numbers in a tensor: {@link Counts} reads them when the call's turn has come. */
  private static final Set<String> COUNTED = Set.of("bincount", "one_hot", "repeat_interleave");
  private static final Set<String> SAME_TRUTH = Set.of("isnan", "isfinite", "isinf", "logical_not");
  private static final Set<String> JOINED = Set.of("where", "rsub", "floor_divide");
  private static final Set<String> JOINED_TRUTH = Set.of("isclose", "logical_and", "logical_or",
      "logical_xor");
  /** One number, by the overload without axes. */
  private static final Set<String> ALL = Set.of("max", "min", "median", "nanmedian", "prod", "trace", "dot",
      "vdot");
  private static final Set<String> OVER_AXES = Set.of("var", "std", "var_mean", "std_mean", "logsumexp",
      "nansum", "nanmean", "count_nonzero");
  /** Numbers only, no tensor. */
  private static final Set<String> NOTHING = Set.of("item", "_local_scalar_dense", "equal", "allclose",
      "is_nonzero");
  /** No result at all; under autocast the types they ask for are not those of a forecast. */
  private static final Set<String> ASSERTIONS = Set.of("_assert_async", "_assert_scalar",
      "_assert_tensor_metadata");
  /** At most so many bytes an entry of the arguments, broadcast. */
  private static final Set<String> BOUNDED = Set.of("binary_cross_entropy",
      "binary_cross_entropy_with_logits", "cosine_embedding_loss", "hinge_embedding_loss", "huber_loss",
      "l1_loss", "multi_margin_loss", "multilabel_margin_loss", "cross_entropy_loss", "ctc_loss",
      "bucketize", "searchsorted", "cummax", "cummin", "frexp", "geqrf", "kthvalue", "mode", "median",
      "nanmedian", "unique_consecutive", "_unique2", "unique_dim", "nonzero", "nonzero_numpy", "argwhere",
      "masked_select", "take", "max_pool3d", "max_pool3d_with_indices", "ormqr", "linalg_eig",
      "linalg_eigvals", "linalg_householder_product", "linalg_lstsq", "linalg_matrix_rank", "linalg_pinv",
      "linalg_solve_triangular", "logdet", "matrix_exp", "linalg_matrix_exp", "cholesky_solve", "pinverse",
      "segment_reduce", "linalg_vecdot", "rot90", "polar", "complex", "corrcoef", "cov", "pdist",
      "_unsafe_masked_index", "_unsafe_masked_index_put_accumulate", "quantile", "nanquantile");

  private interface Rule {
    Forecast of(Given given);
  }

  private final Map<String, Rule> rules = new HashMap<>();

  FormRules() {
    SAME.forEach(name -> rules.put(name, given -> Forecast.fresh(0, first(given))));
    SAME_TRUTH.forEach(name -> rules.put(name, given -> Forecast.fresh(0, first(given).as(DType.BOOL))));
    JOINED.forEach(name -> rules.put(name, FormRules::joined));
    JOINED_TRUTH.forEach(
        name -> rules.put(name, given -> Forecast.fresh(0, Form.dense(given.broadcast(), DType.BOOL))));
    OVER_AXES.forEach(name -> rules.put(name, FormRules::overAxes));
    NOTHING.forEach(name -> rules.put(name, _ -> new Forecast(List.of(Forecast.UNKNOWN), List.of(-1), 0)));
    ASSERTIONS.forEach(name -> rules.put(name, _ -> new Forecast(List.of(0L), List.of(-1), 0)));
    BOUNDED.forEach(name -> rules.put(name, FormRules::bounded));
    for (String name : List.of("native_layer_norm", "native_group_norm", "native_batch_norm",
        "_native_batch_norm_legit", "_native_batch_norm_legit_no_training", "_batch_norm_with_update")) {
      rules.put(name, FormRules::norm);
    }
    LayerForms.addTo((name, rule) -> rules.put(name, rule::apply));
    FourierForms.addTo((name, rule) -> rules.put(name, rule::apply));
    rules.put("addbmm", given -> Forecast.fresh(0, Form.dense(
        List.of(given.form("batch1").size(1), given.form("batch2").size(2)), given.form("batch1").dtype())));
    rules.put("index_select", FormRules::indexSelect);
    rules.put("cdist", FormRules::cdist);
    rules.put("multinomial", given -> {
      Form self = given.form("self");
      return Forecast.fresh(self.bytes(), Form.dense(
          last(self.shape(), given.whole("num_samples", 1)), DType.INT64));
    });
    rules.put("nonzero_static", given -> Forecast.fresh(given.form("self").elements() * Long.BYTES,
        Form.dense(List.of(given.whole("size", 0), (long) given.form("self").rank()), DType.INT64)));
    rules.put("tril_indices", FormRules::places);
    rules.put("triu_indices", FormRules::places);
    for (String name : List.of("linspace", "logspace")) {
      rules.put(name, given -> Forecast.fresh(0,
          Form.dense(List.of(given.whole("steps", 1)), DType.FLOAT64)));
    }
    rules.put("histc", given -> Forecast.fresh(given.form("self").bytes(),
        Form.dense(List.of(given.whole("bins", 100)), given.form("self").dtype())));
  }

  /** The rule's forecast; null where libtorch's own form without memory serves. */
  @Nullable
  Forecast of(Given given) {
    String name = given.operator().name().substring("aten::".length());
    if (ALL.contains(name) && given.operator().overload().isEmpty()) {
      return Forecast.fresh(0, Form.dense(List.of(), first(given).dtype()));
    }
    boolean vectors = given.forms().size() == 2 && given.forms().stream().allMatch(form -> form.rank() == 1);
    if (vectors && Set.of("matmul", "inner", "tensordot").contains(name)) {
      return Forecast.fresh(0, Form.dense(List.of(), first(given).dtype()));
    }
    if (Set.of("linspace", "logspace").contains(name) && !given.operator().overload().contains("Tensor")) {
      return null;
    }
    if (COUNTED.contains(name) && Counts.concerns(given)) {
      return new Forecast(List.of(Forecast.UNKNOWN), List.of(-1), 0);
    }
    Rule rule = rules.get(name);
    return rule == null ? null : rule.of(given);
  }

  static Form first(Given given) {
    List<Form> forms = given.forms();
    return forms.isEmpty()
        ? Form.dense(List.of(), DType.FLOAT32)
        : Form.dense(forms.getFirst().shape(), forms.getFirst().dtype());
  }

  private static Forecast joined(Given given) {
    // of where(condition, …) the condition's type does not count
    List<Form> forms = given.forms();
    boolean condition = given.has("condition") && forms.size() > 1;
    DType dtype = given.promoted(condition ? forms.subList(1, forms.size()) : forms);
    return Forecast.fresh(0, Form.dense(given.broadcast(), dtype));
  }

  private static Forecast bounded(Given given) {
    long sum = 0;
    long square = 0;
    for (Form form : given.forms()) {
      sum = Form.plus(sum, form.elements());
      // covariances, distances, inverses: as many rows as columns
      long side = Math.max(form.size(0), Math.max(form.size(-1), form.size(-2)));
      square = Math.max(square, Form.times(side, side));
    }
    boolean squares = given.operator().name().matches("aten::(cov|corrcoef|pdist|linalg_.*|pinverse|logdet)");
    long joined = given.broadcast().stream().reduce(1L, Form::times);
    long entries = Math.max(Math.max(1, Math.max(sum, joined)),
        squares ? Form.times(square, batches(given)) : 0);
    return Forecast.atMost(Form.times(entries, LARGEST));
  }

  private static long batches(Given given) {
    List<Long> all = given.broadcast();
    return all.stream().limit(Math.max(0, all.size() - 2)).reduce(1L, Form::times);
  }

  private static Forecast overAxes(Given given) {
    Form self = first(given);
    List<Long> axes = given.wholes("dim", 1);
    boolean keep = given.flag("keepdim");
    var shape = new ArrayList<Long>();
    for (int i = 0; i < self.rank(); i++) {
      int axis = i;
      boolean gone = axes.isEmpty() || axes.stream().anyMatch(a -> (a < 0 ? a + self.rank() : a) == axis);
      if (!gone) {
        shape.add(self.shape().get(i));
      } else if (keep) {
        shape.add(1L);
      }
    }
    boolean counts = given.operator().name().equals("aten::count_nonzero");
    Form result = Form.dense(shape, counts ? DType.INT64 : self.dtype());
    // some are made of others and hold as much as they are given for a while
    return given.operator().name().endsWith("_mean")
        ? Forecast.fresh(0, result, result)
        : Forecast.fresh(self.bytes(), result);
  }

  private static Forecast norm(Given given) {
    Form self = first(given);
    String name = given.operator().name();
    List<Long> kept = name.contains("batch_norm")
        ? List.of(self.size(1))
        : name.contains("group")
            ? List.of(self.size(0), given.whole("group", 1))
            : ones(self.shape(), given.wholes("normalized_shape", 1).size());
    Form statistics = Form.dense(kept, self.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32);
    return name.endsWith("with_update")
        ? Forecast.fresh(0, self, statistics, statistics, Form.dense(List.of(0L), DType.UINT8))
        : Forecast.fresh(0, self, statistics, statistics);
  }

  /** The shape with that many last extents 1. */
  private static List<Long> ones(List<Long> shape, int count) {
    var kept = new ArrayList<>(shape);
    for (int i = Math.max(0, shape.size() - count); i < shape.size(); i++) {
      kept.set(i, 1L);
    }
    return kept;
  }

  private static Forecast indexSelect(Given given) {
    Form self = given.form("self");
    var shape = new ArrayList<>(self.shape());
    long axis = given.whole("dim", 0);
    long at = axis < 0 ? axis + self.rank() : axis;
    if (at >= 0 && at < shape.size()) {
      shape.set((int) at, given.form("index").elements());
    }
    return Forecast.fresh(0, Form.dense(shape, self.dtype()));
  }

  private static Forecast cdist(Given given) {
    Form one = given.form("x1");
    Form other = given.form("x2");
    var shape = new ArrayList<Long>();
    for (int i = Math.max(one.rank(), other.rank()); i > 2; i--) {
      shape.add(Math.max(one.size(-i), other.size(-i)));
    }
    shape.add(one.size(-2));
    shape.add(other.size(-2));
    Form result = Form.dense(shape, one.dtype());
    return Forecast.fresh(Form.plus(result.bytes(), Form.times(2, Form.plus(one.bytes(), other.bytes()))),
        result);
  }

  private static Forecast places(Given given) {
    long all = Form.times(given.whole("row", 1), given.whole("col", 1));
    return Forecast.atMost(Form.times(all, 2 * Long.BYTES));
  }

  /** The shape with another last extent. */
  static List<Long> last(List<Long> shape, long size) {
    var other = new ArrayList<>(shape);
    if (!other.isEmpty()) {
      other.removeLast();
    }
    other.add(size);
    return List.copyOf(other);
  }

  /** {@code shape[0, end)} followed by other extents. */
  static List<Long> followed(List<Long> shape, int end, long... others) {
    return java.util.stream.Stream.concat(shape.stream().limit(Math.max(0, end)),
        LongStream.of(others).boxed()).toList();
  }
}
