package dev.whence.study;

import java.util.Arrays;

/** A picture as a person sees it: 8 bits a channel, grey or red-green-blue. Immutable. */
public final class Pixels {
  private final int width;
  private final int height;
  private final int channels;
  private final byte[] values;

  /**
   * A picture of these values, copied.
   *
   * @param width pixels in a row
   * @param height rows
   * @param channels 1 for grey, 3 for red, green, blue
   * @param values {@code [height, width, channels]}, 0 dark to 255 bright as unsigned bytes
   */
  public Pixels(int width, int height, int channels, byte[] values) {
    if (width < 1 || height < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "a picture must be at least 1x1 with 1 or 3 channels, got %dx%d with %d"
              .formatted(width, height, channels));
    }
    if (values.length != (long) width * height * channels) {
      throw new IllegalArgumentException(
          "a picture of %dx%dx%d must have %d values, got %d".formatted(height, width,
              channels, (long) width * height * channels, values.length));
    }
    this.width = width;
    this.height = height;
    this.channels = channels;
    this.values = values.clone();
  }

  /**
   * A picture of one example's tensor: planes one after another, stretched so that its smallest value is dark and its
   * largest bright. Two channels or more than three show the first alone.
   *
   * @param values {@code [channels, height, width]}
   */
  public static Pixels ofPlanes(float[] values, int channels, int height, int width) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    float span = high > low ? high - low : 1;
    int shown = channels == 3 ? 3 : 1;
    byte[] bytes = new byte[width * height * shown];
    for (int pixel = 0; pixel < width * height; pixel++) {
      for (int channel = 0; channel < shown; channel++) {
        bytes[pixel * shown + channel] = (byte) Math.round(
            255 * (values[channel * width * height + pixel] - low) / span);
      }
    }
    return new Pixels(width, height, shown, bytes);
  }

  /** Pixels in a row. */
  public int width() {
    return width;
  }

  /** Number of rows. */
  public int height() {
    return height;
  }

  /** 1 for grey, 3 for red, green, blue. */
  public int channels() {
    return channels;
  }

  /** A copy of the values, {@code [height, width, channels]}. */
  public byte[] values() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pixels that && width == that.width && channels == that.channels
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }
}
