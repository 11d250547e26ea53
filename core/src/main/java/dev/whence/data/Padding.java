package dev.whence.data;

/**
 * Sequences of different lengths made equal: shorter ones are filled up at the end, longer ones refused or cut off.
 *
 * @param length elements of every sequence; 0 for no padding, all values have one shape as they are
 * @param value what fills up
 * @param truncate whether longer sequences lose their end; otherwise they are an error
 */
public record Padding(int length, long value, boolean truncate) {
  /** No padding. */
  public static final Padding NONE = new Padding(0, 0, false);

  /** Checks the bounds. */
  public Padding {
    if (length < 0) {
      throw new IllegalArgumentException("length must be >= 0, got " + length);
    }
    if (length == 0 && (value != 0 || truncate)) {
      throw new IllegalArgumentException("padding and truncate need a length; state length as well");
    }
  }

  /** Whether sequences are padded at all. */
  public boolean isActive() {
    return length > 0;
  }
}
