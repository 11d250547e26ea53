package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.DataLimits;
import dev.whence.data.Numbers;
import dev.whence.data.Place;
import dev.whence.data.Planes;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes one image into numbers 0..255, [channels, height, width]. The size in the header is checked before any pixel is decoded.
 * Samples are taken as stored, without colour management, as most training pipelines do; transparency is dropped. What a
 * decoder only warns of is an error, but for the few warnings that leave the pixels as they are.
 */
final class ImageDecoder {
  private static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp");
  private static final Pattern HARMLESS = Pattern.compile(
      ".*(extraneous bytes before marker|Invalid SOS parameters|unknown JFIF revision|Adobe color transform).*");

  private final DataLimits limits;
  private List<String> warnings = List.of();

  ImageDecoder(DataLimits limits) {
    this.limits = limits;
  }

  /** What the decoder said of the last image, though it read it. */
  List<String> warnings() {
    return warnings;
  }

  /** Adds the image's numbers. @throws DataException without a place, or at the file */
  void decode(Path file, Numbers into) throws IOException {
    byte[] bytes = bytes(file);
    List<String> said = new ArrayList<>();
    Planes image;
    try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      ImageReader reader = reader(stream);
      try {
        reader.setInput(stream, true, true);
        reader.addIIOReadWarningListener((_, warning) -> said.add(warning));
        image = read(reader, bytes, into);
      } finally {
        reader.dispose();
      }
    }
    boolean png = PngHeader.isPng(bytes);
    for (String warning : said) {
      // a PNG's picture was held against its checksums: what is left concerns other chunks
      if (!png && !HARMLESS.matcher(warning).matches()) {
        throw new DataException("the image is damaged: its decoder says '" + warning
            + "' and fills in what is missing; fetch or save it again");
      }
    }
    warnings = said.stream().distinct().toList();
    add(image, into);
  }

  private byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(limits.record());
      if (bytes.length == 0 || in.read() >= 0) {
        throw new DataException(bytes.length == 0
            ? "the file is empty"
            : "the file has more bytes than limits.record = " + limits.record() + "; raise it");
      }
      return bytes;
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
  private Planes read(ImageReader reader, byte[] bytes, Numbers into) throws IOException {
    try {
      checkPixels(reader.getWidth(0), reader.getHeight(0));
      return JpegHeader.isJpeg(bytes)
          ? jpeg(reader, JpegHeader.read(bytes), into)
          : other(reader, PngHeader.isPng(bytes) ? PngHeader.read(bytes).orientation() : 1, into);
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new DataException(new Place("", 0, -1, ""), "the image cannot be decoded (" + e.getMessage()
          + "); it is damaged or of an unusual kind, save it again as PNG", e);
    }
  }

  private Planes jpeg(ImageReader reader, JpegHeader header, Numbers into) throws IOException {
    Planes colors = JpegColors.of(reader.readRaster(0, null), header);
    return fitted(colors, header.orientation(), colors.planes().length == 1, into);
  }

  private Planes other(ImageReader reader, int orientation, Numbers into) throws IOException {
    BufferedImage image = reader.read(0);
    checkPixels(image.getWidth(), image.getHeight());
    return fitted(planes(image), orientation, isGray(image), into);
  }

  private Planes fitted(Planes stored, int orientation, boolean gray, Numbers into) throws DataException {
    Planes upright = into.fit().upright() ? stored.upright(orientation) : stored;
    return into.fit().apply(upright.as(channels(into.wanted(), gray)), limits.pixels());
  }

  private void checkPixels(int width, int height) throws DataException {
    if ((long) width * height > limits.pixels()) {
      throw new DataException(
          "the image says it has " + width + "×" + height + " pixels, more than limits.pixels = "
              + limits.pixels() + "; make it smaller, or raise the limit");
    }
  }

  private static void add(Planes image, Numbers into) throws DataException {
    List<Long> wanted = into.wanted();
    int rank = wanted.size();
    if (rank >= 2 && (wanted.get(rank - 1) != image.width() || wanted.get(rank - 2) != image.height())) {
      throw new DataException("the image is " + image.width() + " wide and " + image.height()
          + " high, the shape " + wanted + " wants " + wanted.get(rank - 1) + "×" + wanted.get(rank - 2)
          + "; state resize: [" + wanted.get(rank - 2) + ", " + wanted.get(rank - 1)
          + "], or resize and crop");
    }
    for (int[] plane : image.planes()) {
      for (int value : plane) {
        into.add((long) value);
      }
    }
    into.fitted();
    into.shaped(List.of((long) image.planes().length, (long) image.height(), (long) image.width()));
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
  private static Planes planes(BufferedImage image) {
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
      return new Planes(width, height, planes);
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
    return new Planes(width, height, planes);
  }

  /** Whether every band is stored as 8 or 16 bits of its own, so that no palette, packing or colour profile intervenes. */
  private static boolean hasPlainSamples(BufferedImage image) {
    int bits = image.getSampleModel().getSampleSize(0);
    return image.getColorModel() instanceof ComponentColorModel && (bits == 8 || bits == 16);
  }
}
