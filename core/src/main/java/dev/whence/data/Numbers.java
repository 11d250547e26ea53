package dev.whence.data;

import java.util.Arrays;
import java.util.List;

/**
 * The numbers of one value of one record, as a {@link RecordReader} finds them. Knows whether whole numbers are wanted,
 * so that large ones keep all their digits. Used by one thread.
 */
public final class Numbers {
  private final boolean whole;
  private final List<Long> wanted;
  private final int capacity;
  private final ImageFit fit;
  private final Mapping mapping;
  private double[] doubles = new double[0];
  private long[] longs = new long[0];
  private List<Long> extents = List.of();
  private int size;
  private int truths;
  private boolean fitted;

  public Numbers(boolean whole, List<Long> wanted, int capacity) {
    this(whole, wanted, capacity, ImageFit.NONE);
  }

  Numbers(boolean whole, List<Long> wanted, int capacity, ImageFit fit) {
    this(whole, wanted, capacity, fit, Mapping.NONE);
  }

  /** Numbers among which values may be missing, if the mapping says what stands in; they are NaN here. */
  Numbers(boolean whole, List<Long> wanted, int capacity, Mapping mapping) {
    this(whole, wanted, capacity, ImageFit.NONE, mapping);
  }

  private Numbers(boolean whole, List<Long> wanted, int capacity, ImageFit fit, Mapping mapping) {
    this.fit = fit;
    this.mapping = mapping;
    this.whole = whole;
    this.wanted = wanted;
    this.capacity = capacity;
  }

  /** The shape one value should have; empty if it was not stated. */
  public List<Long> wanted() {
    return wanted;
  }

  /** How a picture is brought to that shape. */
  public ImageFit fit() {
    return fit;
  }

  /** Says that a picture was brought to its shape by {@link #fit}. */
  public void fitted() {
    fitted = true;
  }

  boolean isFitted() {
    return fitted;
  }

  /** Adds a number. @throws DataException if it is not finite, or not whole where it should be */
  public void add(double value) throws DataException {
    if (Double.isNaN(value) && mapping.imputation() != Mapping.Imputation.NONE) {
      addDouble(value);
      return;
    }
    if (!Double.isFinite(value)) {
      throw new DataException(value + " is not a finite number; drop the record or fill the value in");
    }
    if (whole) {
      if (value != Math.rint(value) || Math.abs(value) > 0x1p63 - 1025) {
        throw new DataException(
            value + " is no whole number of 64 bits; state a floating dtype, or mend the value");
      }
      addLong((long) value);
    } else {
      addDouble(value);
    }
  }

  /** Adds a missing value. @throws DataException unless something stands in for it */
  public void addMissing() throws DataException {
    if (mapping.imputation() == Mapping.Imputation.NONE) {
      throw new DataException(
          "the value is missing (null); drop the record, fill it in, or state impute: median, mode or constant");
    }
    addDouble(Double.NaN);
  }

  /** Adds a missing value if the text stands for one and something stands in for it. */
  public boolean addIfMissing(CharSequence text) throws DataException {
    boolean missing = mapping.isMissing(text.toString());
    if (missing) {
      addMissing();
    }
    return missing;
  }

  /** Adds a truth value as 1 or 0. */
  public void add(boolean value) throws DataException {
    truths++;
    add(value ? 1L : 0L);
  }

  /** Adds a whole number. */
  public void add(long value) throws DataException {
    if (whole) {
      addLong(value);
    } else {
      addDouble((double) value);
    }
  }

  /**
   * Says which shape the numbers added since the record's start have, where the file itself knows.
   *
   * @param shape extents, row-major; empty for a number
   */
  public void shaped(List<Long> shape) {
    extents = List.copyOf(shape);
  }

  /** How many were added. */
  public int size() {
    return size;
  }

  /** How many of them were truth values. */
  int truths() {
    return truths;
  }

  private void addLong(long value) throws DataException {
    if (size == longs.length) {
      longs = Arrays.copyOf(longs, grown());
    }
    longs[size++] = value;
  }

  private void addDouble(double value) throws DataException {
    if (size == doubles.length) {
      doubles = Arrays.copyOf(doubles, grown());
    }
    doubles[size++] = value;
  }

  private int grown() throws DataException {
    if (size >= capacity) {
      throw new DataException("one value has more than " + capacity
          + " numbers, more than the memory limit allows; raise limits.memory if that is meant");
    }
    return Math.clamp(Math.max(16L, size * 2L), 1, capacity);
  }

  void clear() {
    size = 0;
    truths = 0;
    extents = List.of();
  }

  public boolean isWhole() {
    return whole;
  }

  public long wholeAt(int index) {
    return longs[index];
  }

  public double doubleAt(int index) {
    return doubles[index];
  }

  /** The shape the file stated for the value, or none. */
  List<Long> extents() {
    return extents;
  }
}
