package dev.whence.data;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes one image into numbers 0..255, [channels, height, width]. The size in the header is checked before any pixel is decoded.
 * Samples are taken as stored, without colour management, as most training pipelines do; transparency is dropped.
 */
final class ImageDecoder {
  private static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp");

  private final DataLimits limits;

  ImageDecoder(DataLimits limits) {
    this.limits = limits;
  }

  /** Adds the image's numbers. @throws DataException without a place, or at the file */
  void decode(Path file, Numbers into) throws IOException {
    long bytes = Files.size(file);
    if (bytes == 0 || bytes > limits.record()) {
      throw new DataException(bytes == 0
          ? "the file is empty"
          : "the file has " + bytes + " bytes, more than limits.record = " + limits.record() + "; raise it");
    }
    try (InputStream in = Files.newInputStream(file);
        ImageInputStream stream = new MemoryCacheImageInputStream(in)) {
      ImageReader reader = reader(stream);
      try {
        reader.setInput(stream, true, true);
        add(read(reader, into.wanted()), into);
      } finally {
        reader.dispose();
      }
    }
  }

  private static ImageReader reader(ImageInputStream stream) throws IOException {
    for (Iterator<ImageReader> readers = ImageIO.getImageReaders(stream); readers.hasNext();) {
      ImageReader reader = readers.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return reader;
      }
      reader.dispose();
    }
    throw new DataException(
        "the content is no PNG, JPEG, GIF or BMP; the file is damaged or has a wrong extension");
  }

  /** The JDK's decoders throw all kinds of unchecked exceptions on damaged files: here they get their type. */
  private BufferedImage read(ImageReader reader, List<Long> wanted) throws IOException {
    try {
      checkSize(reader.getWidth(0), reader.getHeight(0), wanted);
      BufferedImage image = reader.read(0);
      checkSize(image.getWidth(), image.getHeight(), wanted);
      if (reader.getFormatName().equalsIgnoreCase("jpeg") && image.getRaster().getNumBands() > 3) {
        // the JDK takes the inks for colours
        throw new DataException("a JPEG of four channels holds inks (CMYK), not colours; save it as RGB");
      }
      return image;
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new DataException(new Place("", 0, -1, ""), "the image cannot be decoded (" + e.getMessage()
          + "); it is damaged or of an unusual kind, save it again as PNG", e);
    }
  }

  private void checkSize(int width, int height, List<Long> wanted) throws DataException {
    if ((long) width * height > limits.pixels()) {
      throw new DataException(
          "the image says it has " + width + "×" + height + " pixels, more than limits.pixels = "
              + limits.pixels() + "; make it smaller, or raise the limit");
    }
    int rank = wanted.size();
    if (rank >= 2 && (wanted.get(rank - 1) != width || wanted.get(rank - 2) != height)) {
      throw new DataException("the image is " + width + " wide and " + height + " high, the shape " + wanted
          + " wants " + wanted.get(rank - 1) + "×" + wanted.get(rank - 2) + "; resize it beforehand");
    }
  }

  private static void add(BufferedImage image, Numbers into) throws DataException {
    int width = image.getWidth();
    int height = image.getHeight();
    int channels = channels(into.wanted(), isGray(image));
    int[][] planes = planes(image);
    for (int channel = 0; channel < channels; channel++) {
      for (int i = 0; i < width * height; i++) {
        into.add((long) (channels == 3 ? planes[channel % planes.length][i] : luminance(planes, i)));
      }
    }
    into.shaped(List.of((long) channels, (long) height, (long) width));
  }

  /** 1 or 3 as the shape says; as the image has where none is stated. */
  private static int channels(List<Long> wanted, boolean gray) throws DataException {
    if (wanted.size() == 2) {
      return 1;
    }
    if (wanted.isEmpty()) {
      return gray ? 1 : 3;
    }
    if (wanted.size() != 3 || (wanted.getFirst() != 1 && wanted.getFirst() != 3)) {
      throw new DataException(
          "an image's shape is [height, width], [1, height, width] or [3, height, width], got "
              + wanted);
    }
    return wanted.getFirst().intValue();
  }

  private static boolean isGray(BufferedImage image) {
    return !(image.getColorModel() instanceof IndexColorModel) && image.getRaster().getNumBands() < 3;
  }

  /** One plane for gray, three for colour, each row-major, 0..255. */
  private static int[][] planes(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    if (!hasPlainSamples(image)) {
      int[] packed = image.getRGB(0, 0, width, height, null, 0, width);
      int[][] planes = new int[3][packed.length];
      for (int i = 0; i < packed.length; i++) {
        planes[0][i] = packed[i] >> 16 & 0xFF;
        planes[1][i] = packed[i] >> 8 & 0xFF;
        planes[2][i] = packed[i] & 0xFF;
      }
      return planes;
    }
    Raster raster = image.getRaster();
    int[][] planes = new int[raster.getNumBands() < 3 ? 1 : 3][];
    for (int band = 0; band < planes.length; band++) {
      planes[band] = raster.getSamples(0, 0, width, height, band, (int[]) null);
      int shift = Math.max(0, raster.getSampleModel().getSampleSize(band) - 8);
      for (int i = 0; shift > 0 && i < planes[band].length; i++) {
        planes[band][i] >>= shift;
      }
    }
    return planes;
  }

  /** Whether every band is stored as 8 or 16 bits of its own, so that no palette, packing or colour profile intervenes. */
  private static boolean hasPlainSamples(BufferedImage image) {
    int bits = image.getSampleModel().getSampleSize(0);
    return image.getColorModel() instanceof ComponentColorModel && (bits == 8 || bits == 16);
  }

  /** Rec. 601 luma in fixed point; the value itself for gray. */
  private static int luminance(int[][] planes, int i) {
    return planes.length == 1
        ? planes[0][i]
        : (planes[0][i] * 19595 + planes[1][i] * 38470 + planes[2][i] * 7471 + 0x8000) >> 16;
  }
}
