package dev.whence.data;

/**
 * What reading a data file may cost. Past a bound reading stops with a {@link DataException}; memory is never
 * exhausted silently.
 *
 * @param memory bytes the data set may hold, at least 1
 * @param pixels pixels a single image may have, checked in its header before anything is decoded
 * @param record bytes a single record of a text file, or a single image file, may take
 */
public record DataLimits(long memory, long pixels, int record) {
  private static final long MEBIBYTE = 1L << 20;

  /** Three quarters of what the JVM may use, images of 64 million pixels, records of 64 MiB. */
  public DataLimits() {
    this(Math.max(MEBIBYTE, Runtime.getRuntime().maxMemory() / 4 * 3), 64_000_000, (int) (64 * MEBIBYTE));
  }

  /** Checks the bounds. */
  public DataLimits {
    check("memory", memory);
    check("pixels", pixels);
    check("record", record);
  }

  /** The same limits with another bound for memory, in bytes. */
  public DataLimits withMemory(long bytes) {
    return new DataLimits(bytes, pixels, record);
  }

  private static void check(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("limits." + name + " must be >= 1, got " + value);
    }
  }
}
