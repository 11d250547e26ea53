package dev.whence.data;

import java.util.List;
import java.util.Objects;

/**
 * How pictures are brought to one size: turned upright, resized, then cut from the middle, each where asked for.
 *
 * @param resize the shorter side's length, or height and width; empty to keep the size
 * @param crop height and width cut from the middle; empty to keep all
 * @param interpolation how pixels between pixels are found
 * @param upright whether the rotation that EXIF notes is applied
 */
public record ImageFit(List<Integer> resize, List<Integer> crop, Interpolation interpolation,
    boolean upright) {
  /** Upright, otherwise as stored. */
  public static final ImageFit NONE = new ImageFit(List.of(), List.of(), Interpolation.BILINEAR, true);

  /** How pixels are found when a picture is resized; all but the first look at every pixel that a new one covers. */
  public enum Interpolation {
    /** The nearest pixel. */
    NEAREST,
    /** The mean of the pixels covered. */
    BOX,
    /** A triangle. */
    BILINEAR,
    /** A cubic with parameter −1/2. */
    BICUBIC,
    /** A windowed sinc of radius 3. */
    LANCZOS
  }

  /** Checks and copies; one number for {@code crop} is a square. */
  public ImageFit {
    Objects.requireNonNull(interpolation);
    resize = sides("resize", resize);
    crop = sides("crop", crop);
    crop = crop.size() == 1 ? List.of(crop.getFirst(), crop.getFirst()) : crop;
  }

  private static List<Integer> sides(String name, List<Integer> sides) {
    if (sides.size() > 2 || sides.stream().anyMatch(side -> side < 1)) {
      throw new IllegalArgumentException(
          name + " must be one length >= 1, or [height, width], got " + sides);
    }
    return List.copyOf(sides);
  }

  /** Whether sizes change. */
  boolean isActive() {
    return !resize.isEmpty() || !crop.isEmpty();
  }

  /** Resized and cut. @throws DataException without a place, if the cut or the pixels do not fit */
  public Planes apply(Planes image, long mostPixels) throws DataException {
    Planes resized = image;
    if (!resize.isEmpty()) {
      boolean both = resize.size() == 2;
      boolean wide = image.width() >= image.height();
      long side = resize.getFirst();
      long height = both || wide ? side : side * image.height() / image.width();
      long width = both ? resize.getLast() : wide ? side * image.width() / image.height() : side;
      if (height * width > mostPixels) {
        throw new DataException("resized to " + width + "×" + height
            + " pixels it has more than limits.pixels = " + mostPixels
            + "; resize to less, or raise the limit");
      }
      resized = Resampling.of(interpolation).resize(image, (int) width, (int) height);
    }
    return crop.isEmpty() ? resized : cropped(resized);
  }

  private Planes cropped(Planes image) throws DataException {
    int height = crop.getFirst();
    int width = crop.getLast();
    if (height > image.height() || width > image.width()) {
      throw new DataException("the image is " + image.width() + " wide and " + image.height()
          + " high, less than the crop of " + width + "×" + height + "; resize it first, such as resize: "
          + Math.max(height, width));
    }
    // halves are rounded to even numbers, as torchvision does
    return image.cut((int) Math.rint((image.width() - width) / 2.0),
        (int) Math.rint((image.height() - height) / 2.0), width, height);
  }
}
