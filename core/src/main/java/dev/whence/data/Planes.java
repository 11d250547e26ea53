package dev.whence.data;

/** A picture as planes of numbers 0..255, row-major: one of gray, or red, green and blue. */
public final class Planes {
  private final int width;
  private final int height;
  private final int[][] planes;

  /** One plane or three, {@code width · height} numbers each, which are not copied. */
  public Planes(int width, int height, int[][] planes) {
    this.width = width;
    this.height = height;
    this.planes = planes;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** The planes themselves. */
  public int[][] planes() {
    return planes;
  }

  /** The planes asked for: Rec. 601 luma in fixed point from colours, gray three times as colours. */
  public Planes as(int channels) {
    if (planes.length == channels) {
      return this;
    }
    if (channels == 3) {
      return new Planes(width, height, new int[][]{planes[0], planes[0], planes[0]});
    }
    int[] luma = new int[width * height];
    for (int i = 0; i < luma.length; i++) {
      luma[i] = (planes[0][i] * 19595 + planes[1][i] * 38470 + planes[2][i] * 7471 + 0x8000) >> 16;
    }
    return new Planes(width, height, new int[][]{luma});
  }

  /** Turned and mirrored as an EXIF orientation, 1 to 8, asks for. */
  public Planes upright(int orientation) {
    if (orientation == 1) {
      return this;
    }
    boolean turned = orientation > 4;
    int across = turned ? height : width;
    int down = turned ? width : height;
    int[][] result = new int[planes.length][across * down];
    for (int y = 0; y < down; y++) {
      for (int x = 0; x < across; x++) {
        int from = source(orientation, x, y);
        for (int plane = 0; plane < planes.length; plane++) {
          result[plane][y * across + x] = planes[plane][from];
        }
      }
    }
    return new Planes(across, down, result);
  }

  /** Where the upright picture's pixel stands in this one. */
  private int source(int orientation, int x, int y) {
    int right = width - 1;
    int bottom = height - 1;
    return switch (orientation) {
      case 2 -> y * width + right - x;
      case 3 -> (bottom - y) * width + right - x;
      case 4 -> (bottom - y) * width + x;
      case 5 -> x * width + y;
      case 6 -> (bottom - x) * width + y;
      case 7 -> (bottom - x) * width + right - y;
      default -> x * width + right - y;
    };
  }

  /** The part of this size whose upper left corner is given. */
  Planes cut(int left, int top, int across, int down) {
    int[][] result = new int[planes.length][across * down];
    for (int plane = 0; plane < planes.length; plane++) {
      for (int y = 0; y < down; y++) {
        System.arraycopy(planes[plane], (top + y) * width + left, result[plane], y * across, across);
      }
    }
    return new Planes(across, down, result);
  }
}
