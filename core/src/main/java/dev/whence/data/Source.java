package dev.whence.data;

import dev.whence.torch.DType;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Where a tensor's numbers come from in a file, and what they become.
 *
 * @param from the file's columns, laid end to end: names, ranges such as {@code pixel_0..pixel_63} (both ends
 *     included), or patterns such as {@code pixel_*} (in the file's order); a column may hold lists
 * @param dtype element type of the tensor
 * @param shape extents of one example's value; empty to take that of the first record
 * @param normalization applied to every number; only where the element type is floating
 * @param padding for sequences of different lengths
 * @param fit how pictures are brought to one size
 * @param parts the same columns with what becomes of their values; empty where they are taken as they are
 */
public record Source(List<String> from, DType dtype, List<Long> shape, Normalization normalization,
    Padding padding, ImageFit fit, List<Part> parts) {
  /** Checks and copies. */
  public Source {
    from = List.copyOf(from);
    shape = List.copyOf(shape);
    Objects.requireNonNull(dtype);
    Objects.requireNonNull(fit);
    parts = List.copyOf(parts);
    checkParts(from, parts, normalization, padding.isActive() || fit.isActive());
    if (from.isEmpty() || from.contains("")) {
      throw new IllegalArgumentException("from must name at least one column, got " + from);
    }
    checkShape(shape);
    if (dtype.isComplex()) {
      throw new IllegalArgumentException("dtype must be a real type, got " + dtype);
    }
    if (!normalization.equals(Normalization.NONE) && !dtype.isFloating()) {
      throw new IllegalArgumentException("normalisation needs a floating dtype, got " + dtype
          + "; state dtype: float32 or leave scale, shift, mean and std out");
    }
    int channels = normalization.channels();
    if (channels > 1 && !shape.isEmpty() && shape.getFirst() != channels) {
      throw new IllegalArgumentException("normalisation has " + channels
          + " entries but the first extent of shape " + shape + " is " + shape.getFirst());
    }
    if (padding.isActive() && !shape.isEmpty() && !shape.equals(List.of((long) padding.length()))) {
      throw new IllegalArgumentException("length " + padding.length() + " makes the shape ["
          + padding.length() + "], got shape " + shape + "; leave one of them out");
    }
  }

  /** As pictures are stored. */
  public Source(List<String> from, DType dtype, List<Long> shape, Normalization normalization,
      Padding padding) {
    this(from, dtype, shape, normalization, padding, ImageFit.NONE, List.of());
  }

  private static void checkParts(List<String> from, List<Part> parts, Normalization normalization,
      boolean reshaped) {
    if (!parts.isEmpty() && !parts.stream().flatMap(part -> part.from().stream()).toList().equals(from)) {
      throw new IllegalArgumentException("parts must be about the columns " + from + ", got " + parts);
    }
    if (!parts.isEmpty() && (reshaped || !normalization.equals(Normalization.NONE))) {
      throw new IllegalArgumentException(
          "encode, impute and standardize need none of scale, shift, mean, std, length,"
              + " resize and crop beside them; state standardize: {mean: …, std: …}, or leave these out");
    }
  }

  /** FLOAT32 from several parts laid end to end. */
  public static Source of(Part... parts) {
    List<String> from = Stream.of(parts).flatMap(part -> part.from().stream()).toList();
    return new Source(from, DType.FLOAT32, List.of(), Normalization.NONE, Padding.NONE, ImageFit.NONE,
        List.of(parts));
  }

  /** The same with other parts. */
  Source of(List<Part> others) {
    return others.isEmpty()
        ? this
        : new Source(others.stream().flatMap(part -> part.from().stream()).toList(), dtype,
            shape, normalization, padding, fit, others);
  }

  /** Whether a mapping must be learned from rows first. */
  boolean isOpen() {
    return parts.stream().anyMatch(part -> part.mapping().isOpen());
  }

  /** FLOAT32 of whatever shape the columns have. */
  public static Source of(String... from) {
    return new Source(List.of(from), DType.FLOAT32, List.of(), Normalization.NONE, Padding.NONE);
  }

  /** Whole numbers, INT64, padded at the end to a length. */
  public static Source tokens(String from, int length, long padding) {
    return new Source(List.of(from), DType.INT64, List.of(), Normalization.NONE,
        new Padding(length, padding, false));
  }

  /** The same with another element type. */
  public Source as(DType other) {
    return new Source(from, other, shape, normalization, padding, fit, parts);
  }

  /** The same with a stated shape. */
  public Source shaped(long... extents) {
    return new Source(from, dtype, java.util.Arrays.stream(extents).boxed().toList(), normalization,
        padding, fit, parts);
  }

  /** The same with another normalisation. */
  public Source normalized(Normalization other) {
    return new Source(from, dtype, shape, other, padding, fit, parts);
  }

  /** The same with pictures brought to one size. */
  public Source fitted(ImageFit other) {
    return new Source(from, dtype, shape, normalization, padding, other, parts);
  }

  private static void checkShape(List<Long> shape) {
    long elements = 1;
    for (long extent : shape) {
      if (extent < 1) {
        throw new IllegalArgumentException("shape must have extents >= 1, got " + shape);
      }
      elements = Math.multiplyHigh(elements, extent) == 0 ? elements * extent : -1;
      if (elements < 1 || elements > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "shape " + shape + " has more than " + Integer.MAX_VALUE + " elements");
      }
    }
  }
}
