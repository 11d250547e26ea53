package dev.whence.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * An array of numbers of one {@link DType} in libtorch's memory.
 *
 * <p>Every tensor has one owner: the innermost {@link Scope} open when it was made, or, kept or released
 * from there, whoever calls {@link #close}. Methods that end in no underscore leave their operands as they are. A tensor may be
 * read by several threads; recording derivatives belongs to one.
 */
public final class Tensor implements AutoCloseable {
  private final org.bytedeco.pytorch.Tensor handle;

  Tensor(org.bytedeco.pytorch.Tensor handle) {
    this.handle = handle;
  }

  org.bytedeco.pytorch.Tensor handle() {
    if (handle.isNull()) {
      throw new IllegalStateException(
          "this tensor's scope is closed; keep() it in the scope if it must outlive it");
    }
    return handle;
  }

  // ---- making ----

  /** A copy of the values, row-major. @throws IllegalArgumentException if the shape does not hold them */
  public static Tensor of(float[] values, long... shape) {
    return copyOf(MemorySegment.ofArray(values), DType.FLOAT32, shape);
  }

  /** A copy of the values, row-major. */
  public static Tensor of(double[] values, long... shape) {
    return copyOf(MemorySegment.ofArray(values), DType.FLOAT64, shape);
  }

  /** A copy of the values, row-major. */
  public static Tensor of(long[] values, long... shape) {
    return copyOf(MemorySegment.ofArray(values), DType.INT64, shape);
  }

  /** A copy of the values, row-major. */
  public static Tensor of(int[] values, long... shape) {
    return copyOf(MemorySegment.ofArray(values), DType.INT32, shape);
  }

  /** A copy of packed little-endian values, row-major. */
  public static Tensor copyOf(MemorySegment values, DType dtype, long... shape) {
    long bytes = Math.multiplyExact(elements(shape), (long) dtype.bytes());
    if (values.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " of " + dtype + " needs " + bytes
              + " bytes, got " + values.byteSize());
    }
    Tensor made = empty(dtype, shape);
    made.segment().copyFrom(values);
    return made;
  }

  /** Uninitialised memory. */
  public static Tensor empty(DType dtype, long... shape) {
    elements(shape);
    return call("aten::empty.memory_format", shape, dtype);
  }

  /** All zeros. */
  public static Tensor zeros(DType dtype, long... shape) {
    elements(shape);
    return call("aten::zeros", shape, dtype);
  }

  /** All the same value. */
  public static Tensor full(double value, DType dtype, long... shape) {
    elements(shape);
    return call("aten::full", shape, value, dtype);
  }

  /** A tensor without axes. */
  public static Tensor scalar(double value, DType dtype) {
    return call("aten::scalar_tensor", value, dtype);
  }

  /** The whole numbers 0 … count-1, INT64. */
  public static Tensor range(long count) {
    return call("aten::arange", count, DType.INT64);
  }

  /** Standard normal draws from an own generator. */
  public static Tensor randomNormal(Generator generator, DType dtype, long... shape) {
    return call("aten::randn.generator", shape, generator, dtype);
  }

  /** Uniform draws from [0, 1) from an own generator. */
  public static Tensor randomUniform(Generator generator, DType dtype, long... shape) {
    return call("aten::rand.generator", shape, generator, dtype);
  }

  /**
   * A tensor over the segment's own memory, without a copy. It must be closed before the segment's arena,
   * and the segment must be native memory (not a Java array) with the strides inside its bounds.
   *
   * @param strides in elements, one an axis
   */
  public static Tensor over(MemorySegment segment, DType dtype, long[] shape, long[] strides) {
    Natives.load();
    if (!segment.isNative()) {
      throw new IllegalArgumentException("a tensor can only lie over native memory; use copyOf for an array");
    }
    long last = 0;
    for (int i = 0; i < shape.length; i++) {
      if (strides[i] < 0 || shape[i] < 0) {
        throw new IllegalArgumentException(
            "shape and strides must be >= 0, got " + Arrays.toString(shape) + " and "
                + Arrays.toString(strides));
      }
      last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1), strides[i]));
    }
    long bytes = elements(shape) == 0 ? 0 : Math.multiplyExact(last + 1, (long) dtype.bytes());
    if (bytes > segment.byteSize()) {
      throw new IllegalArgumentException(
          "tensor reaches byte " + bytes + " of a segment of " + segment.byteSize());
    }
    var options = new TensorOptions().dtype(new org.bytedeco.pytorch.ScalarTypeOptional(dtype.scalarType()));
    return new Tensor(torch.from_blob(new Address(segment.address()), shape, strides, options));
  }

  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }

  private static long elements(long[] shape) {
    long count = 1;
    for (long extent : shape) {
      if (extent < 0) {
        throw new IllegalArgumentException("extents must be >= 0, got shape " + Arrays.toString(shape));
      }
      count = Math.multiplyExact(count, extent);
    }
    return count;
  }

  /** Calls an operator that returns one tensor, such as {@code aten::add.Tensor}; see {@link Operator#call}. */
  public static Tensor call(String operator, @Nullable Object... arguments) {
    return Operator.of(operator).apply(arguments);
  }

  /** The same without boxing, for what is called most: a third of the time where tensors are small. */
  private static Tensor direct(String operator, Supplier<org.bytedeco.pytorch.Tensor> call) {
    try {
      return new Tensor(call.get());
    } catch (IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TorchException(operator, e);
    }
  }

  // ---- asking ----

  /** Extents, one an axis. */
  public long[] shape() {
    long[] shape = new long[rank()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = handle().size(i);
    }
    return shape;
  }

  /** Strides in elements, one an axis. */
  public long[] strides() {
    long[] strides = new long[rank()];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = handle().stride(i);
    }
    return strides;
  }

  /** Number of axes. */
  public int rank() {
    return (int) handle().dim();
  }

  /** Extent of an axis; negative axes count from the end. */
  public long size(int axis) {
    return handle().size(axis);
  }

  /** Number of elements. */
  public long elements() {
    return handle().numel();
  }

  /** Type of the elements. */
  public DType dtype() {
    return DType.of(handle().scalar_type());
  }

  /** Whether elements lie row-major without gaps. */
  public boolean isContiguous() {
    return handle().is_contiguous();
  }

  /** Whether derivatives with respect to this tensor, or through it, are recorded. */
  public boolean requiresGrad() {
    return handle().requires_grad();
  }

  /** Whether the two name the same tensor object of libtorch. */
  public boolean isSame(Tensor other) {
    return handle().is_same(other.handle());
  }

  // ---- reading ----

  /** The tensor's own memory, valid while the tensor lives. @throws IllegalStateException unless contiguous */
  @SuppressWarnings("restricted")
  public MemorySegment segment() {
    if (!isContiguous()) {
      throw new IllegalStateException("only a contiguous tensor has one segment; call contiguous() first");
    }
    long bytes = elements() * dtype().bytes();
    return bytes == 0
        ? MemorySegment.NULL.reinterpret(0)
        : MemorySegment.ofAddress(handle().data_ptr().address()).reinterpret(bytes);
  }

  /** The elements as float, row-major, converted from whatever type they have. */
  public float[] toFloats() {
    try (var _ = Scope.open()) {
      return detach().to(DType.FLOAT32).contiguous().segment().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
  }

  /** The elements as double, row-major, converted from whatever type they have. */
  public double[] toDoubles() {
    try (var _ = Scope.open()) {
      return detach().to(DType.FLOAT64).contiguous().segment().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
    }
  }

  /** The elements as long, row-major, converted from whatever type they have. */
  public long[] toLongs() {
    try (var _ = Scope.open()) {
      return detach().to(DType.INT64).contiguous().segment().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    }
  }

  /** The only element. @throws IllegalStateException unless there is exactly one */
  public double item() {
    if (elements() != 1) {
      throw new IllegalStateException("item() needs one element, the shape is " + Arrays.toString(shape()));
    }
    return toDoubles()[0];
  }

  /**
   * The memory a tensor lies in, which views share.
   *
   * @param address where it begins; 0 for none
   * @param bytes all of it, also what this tensor does not show
   */
  public record Memory(long address, long bytes) {
  }

  /** The memory this tensor lies in. */
  public Memory memory() {
    try (var _ = Scope.open()) {
      var storage = handle().storage();
      var data = storage.data();
      return new Memory(data == null ? 0 : data.address(), storage.nbytes());
    }
  }

  // ---- derivatives ----

  /** The same memory, cut off from recorded derivatives. */
  public Tensor detach() {
    return new Tensor(handle().detach());
  }

  /** The same memory as a fresh leaf by which derivatives are recorded. */
  public Tensor leaf() {
    Tensor leaf = detach();
    leaf.handle().requires_grad_(true);
    return leaf;
  }

  // ---- elementwise and linear algebra ----

  /** Sum with broadcasting. */
  public Tensor add(Tensor other) {
    return direct("aten::add.Tensor", () -> handle().add(other.handle()));
  }

  /** this + factor · other. */
  public Tensor add(Tensor other, double factor) {
    return call("aten::add.Tensor", this, other, factor);
  }

  /** this + value. */
  public Tensor add(double value) {
    return call("aten::add.Scalar", this, value);
  }

  /** Difference with broadcasting. */
  public Tensor subtract(Tensor other) {
    return call("aten::sub.Tensor", this, other);
  }

  /** Elementwise product with broadcasting. */
  public Tensor multiply(Tensor other) {
    return direct("aten::mul.Tensor", () -> handle().mul(other.handle()));
  }

  /** Every element times the factor. */
  public Tensor multiply(double factor) {
    return call("aten::mul.Scalar", this, factor);
  }

  /** Elementwise quotient with broadcasting. */
  public Tensor divide(Tensor other) {
    return call("aten::div.Tensor", this, other);
  }

  /** Matrix product over the last two axes, the others broadcast. */
  public Tensor matmul(Tensor other) {
    return direct("aten::matmul", () -> handle().matmul(other.handle()));
  }

  /**
   * Product with a matrix's transpose, {@code [..., w]} and {@code [k, w]} to {@code [..., k]}. Where few columns come of many
   * rows, oneDNN computes it in half the time of {@link #matmul}, which first copies the rows into another order.
   */
  public Tensor timesTransposed(Tensor matrix) {
    return isNarrow(matrix)
        ? call(Narrow.OPERATOR, this, matrix, null, "none", List.of(), null)
        : matmul(matrix.transpose(0, 1));
  }

  /** Products of few columns. */
  private static final class Narrow {
    static final String OPERATOR = "mkldnn::_linear_pointwise";
    /** Not every build of libtorch has oneDNN. */
    static final boolean EXISTS = Operator.exists(OPERATOR, "");
    /** Rows a column from which on it pays. */
    static final long ROWS = 4;
  }

  private boolean isNarrow(Tensor matrix) {
    return dtype() == DType.FLOAT32 && matrix.dtype() == DType.FLOAT32 && rank() > 1 && matrix.rank() == 2
        && elements() >= Narrow.ROWS * matrix.elements() && matrix.elements() > 0 && matrix.isContiguous()
        && size(-1) == matrix.size(1) && !requiresGrad() && !matrix.requiresGrad() && Narrow.EXISTS;
  }

  /**
   * Products of a matrix's columns with each other: of {@code [n, k]} the lower triangle of {@code [k, k]}, for half of what
   * {@link #matmul} costs. What is above the diagonal means nothing.
   *
   * @throws IllegalStateException unless it is a matrix of FLOAT32 or FLOAT64 whose rows have no gaps inside
   */
  public Tensor columnProducts() {
    boolean known = dtype() == DType.FLOAT64 || dtype() == DType.FLOAT32;
    if (rank() != 2 || !known || (size(1) > 1 && strides()[1] != 1)) {
      throw new IllegalStateException("no products of the columns of " + this + " with strides "
          + Arrays.toString(strides()));
    }
    long k = size(1);
    Tensor products = zeros(dtype(), k, k);
    if (elements() > 0) {
      symmetric(Math.toIntExact(size(0)), Math.toIntExact(k), products);
    }
    return products;
  }

  private void symmetric(int n, int k, Tensor into) {
    int apart = n == 1 ? k : Math.toIntExact(strides()[0]);
    try (var _ = new PointerScope()) {
      var own = new Address(handle().data_ptr().address());
      var target = new Address(into.handle().data_ptr().address());
      if (dtype() == DType.FLOAT64) {
        openblas.cblas_dsyrk(openblas.CblasRowMajor, openblas.CblasLower, openblas.CblasTrans, k, n, 1,
            new DoublePointer(own), apart, 0, new DoublePointer(target), k);
      } else {
        openblas.cblas_ssyrk(openblas.CblasRowMajor, openblas.CblasLower, openblas.CblasTrans, k, n, 1,
            new FloatPointer(own), apart, 0, new FloatPointer(target), k);
      }
    }
  }

  /** Product of matrices batch by batch: [b, m, k] × [b, k, n]. */
  public Tensor bmm(Tensor other) {
    return direct("aten::bmm", () -> handle().bmm(other.handle()));
  }

  /** The opposite. */
  public Tensor negate() {
    return call("aten::neg", this);
  }

  /** Square root of each element. */
  public Tensor sqrt() {
    return call("aten::sqrt", this);
  }

  /** Sum of all elements. */
  public Tensor sum() {
    return call("aten::sum", this);
  }

  /** Sum over the axes, which vanish. */
  public Tensor sum(int... axes) {
    return call("aten::sum.dim_IntList", this, axes);
  }

  /** Mean of all elements. */
  public Tensor mean() {
    return call("aten::mean", this);
  }

  /** Largest absolute value; 0 for an empty tensor. */
  public double maxAbs() {
    try (var _ = Scope.open()) {
      return elements() == 0 ? 0 : call("aten::max", call("aten::abs", detach())).item();
    }
  }

  /** Whether no element is infinite or NaN. */
  public boolean isFinite() {
    try (var _ = Scope.open()) {
      return call("aten::all", call("aten::isfinite", detach())).item() != 0;
    }
  }

  // ---- shape ----

  /** The same elements under another shape; one extent may be -1. */
  public Tensor reshape(long... shape) {
    return direct("aten::reshape", () -> handle().reshape(shape));
  }

  /** The axes from first to last merged into one. */
  public Tensor flatten(int first, int last) {
    return direct("aten::flatten.using_ints", () -> handle().flatten(first, last));
  }

  /** Two axes exchanged. */
  public Tensor transpose(int a, int b) {
    return direct("aten::transpose.int", () -> handle().transpose(a, b));
  }

  /** The axes in a new order. */
  public Tensor permute(int... order) {
    return call("aten::permute", this, order);
  }

  /** A new axis of extent 1. */
  public Tensor unsqueeze(int axis) {
    return direct("aten::unsqueeze", () -> handle().unsqueeze(axis));
  }

  /** An axis of extent 1 dropped. */
  public Tensor squeeze(int axis) {
    return direct("aten::squeeze.dim", () -> handle().squeeze((long) axis));
  }

  /** Elements [start, end) of an axis. */
  public Tensor slice(int axis, long start, long end) {
    return call("aten::slice.Tensor", this, axis, start, end);
  }

  /** One element of an axis, which vanishes. */
  public Tensor select(int axis, long index) {
    return direct("aten::select.int", () -> handle().select(axis, index));
  }

  /** Elements of an axis by index. */
  public Tensor indexSelect(int axis, Tensor indices) {
    return call("aten::index_select", this, axis, indices);
  }

  /** Row-major and without gaps; itself where it already is. */
  public Tensor contiguous() {
    return direct("aten::contiguous", () -> handle().contiguous());
  }

  /** A copy with memory of its own. */
  public Tensor copy() {
    return call("aten::clone", this);
  }

  /** Converted to another element type; itself where it already has it. */
  public Tensor to(DType dtype) {
    return dtype() == dtype ? this : call("aten::to.dtype", this, dtype);
  }

  /** Zeros of the same shape and type. */
  public Tensor zerosLike() {
    return call("aten::zeros_like", this);
  }

  /** Ones of the same shape and type. */
  public Tensor onesLike() {
    return call("aten::ones_like", this);
  }

  /** Tensors of equal shape but for the axis, laid end to end. */
  public static Tensor concatenate(List<Tensor> tensors, int axis) {
    return call("aten::cat", tensors, axis);
  }

  /** Tensors of equal shape along a new axis. */
  public static Tensor stack(List<Tensor> tensors, int axis) {
    return call("aten::stack", tensors, axis);
  }

  // ---- writing ----

  /** Overwrites this tensor's elements with the other's. */
  public void copyFrom(Tensor other) {
    try (var _ = Scope.open()) {
      direct("aten::copy_", () -> handle().copy_(other.handle()));
    }
  }

  /** Frees this handle; the memory goes with the last handle on it. */
  @Override
  public void close() {
    handle.deallocate();
  }

  /** Type and shape, such as {@code FLOAT32[2, 3]}. */
  @Override
  public String toString() {
    return handle.isNull() ? "closed tensor" : dtype() + Arrays.toString(shape());
  }
}
