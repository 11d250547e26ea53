package dev.whence.data.format;

import dev.whence.data.DataException;
import dev.whence.data.Planes;
import java.awt.image.Raster;

/**
 * Turns a JPEG's components into colours as libjpeg does. The JDK's decoder has a rule of its own for which files hold luma and
 * chroma, so it is asked for the components alone.
 */
final class JpegColors {
  private static final int HALF = 1 << 15;

  private JpegColors() {
  }

  /** @throws DataException without a place, for components that are no gray and no colours */
  static Planes of(Raster components, JpegHeader header) throws DataException {
    int bands = components.getNumBands();
    if (bands == 4) {
      throw new DataException("a JPEG of four channels holds inks (CMYK), not colours; save it as RGB");
    }
    if ((bands != 1 && bands != 3) || bands != header.components().size()) {
      throw new DataException(
          "a JPEG of " + bands + " components is neither gray nor in colour; save it as RGB");
    }
    int width = components.getWidth();
    int height = components.getHeight();
    int[][] planes = new int[bands][];
    for (int band = 0; band < bands; band++) {
      planes[band] = components.getSamples(0, 0, width, height, band, (int[]) null);
      if (halvedDown(header, band)) {
        smoothDown(planes[band], width, height);
      }
    }
    if (bands == 3 && header.isLumaChroma()) {
      mix(planes);
    }
    return new Planes(width, height, planes);
  }

  private static boolean halvedDown(JpegHeader header, int band) {
    int across = header.components().stream().mapToInt(JpegHeader.Component::across).max().orElse(1);
    int down = header.components().stream().mapToInt(JpegHeader.Component::down).max().orElse(1);
    JpegHeader.Component one = header.components().get(band);
    return one.across() == across && 2 * one.down() == down;
  }

  /**
   * Rows sampled half as often are drawn as a triangle between their neighbours, as newer versions of libjpeg do; older ones
   * repeat each row, and only then there is something to do.
   */
  private static void smoothDown(int[] plane, int width, int height) {
    for (int y = 0; y + 1 < height; y += 2) {
      for (int x = 0; x < width; x++) {
        if (plane[y * width + x] != plane[(y + 1) * width + x]) {
          return;
        }
      }
    }
    int[] rows = plane.clone();
    int last = (height - 1) / 2 * 2;
    for (int y = 0; y < height; y++) {
      int own = y / 2 * 2;
      int other = (y & 1) == 0 ? Math.max(0, own - 2) : Math.min(last, own + 2);
      int bias = (y & 1) == 0 ? 1 : 2;
      for (int x = 0; x < width; x++) {
        plane[y * width + x] = (3 * rows[own * width + x] + rows[other * width + x] + bias) >> 2;
      }
    }
  }

  /** Luma and chroma to red, green and blue, in libjpeg's fixed point. */
  private static void mix(int[][] planes) {
    for (int i = 0; i < planes[0].length; i++) {
      int y = planes[0][i];
      int blue = planes[1][i] - 128;
      int red = planes[2][i] - 128;
      planes[0][i] = clamp(y + ((fixed(1.40200) * red + HALF) >> 16));
      planes[1][i] = clamp(y + ((-fixed(0.34414) * blue - fixed(0.71414) * red + HALF) >> 16));
      planes[2][i] = clamp(y + ((fixed(1.77200) * blue + HALF) >> 16));
    }
  }

  private static int fixed(double factor) {
    return (int) (factor * 65536 + .5);
  }

  private static int clamp(int value) {
    return Math.clamp(value, 0, 255);
  }
}
