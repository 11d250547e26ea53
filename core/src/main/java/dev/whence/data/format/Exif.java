package dev.whence.data.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The one tag of EXIF that changes what a picture shows: how the camera was held. */
final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int UPRIGHT = 1;

  private Exif() {
  }

  /** 1 to 8 as the TIFF structure says; 1 where it says nothing sound, as viewers take it. */
  static int orientation(ByteBuffer tiff) {
    if (tiff.limit() < 8) {
      return UPRIGHT;
    }
    int mark = tiff.getShort(0) & 0xFFFF;
    if (mark != 0x4949 && mark != 0x4D4D) {
      return UPRIGHT;
    }
    tiff.order(mark == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = tiff.getInt(4) & 0xFFFFFFFFL;
    if (tiff.getShort(2) != 42 || directory + 2 > tiff.limit()) {
      return UPRIGHT;
    }
    int entries = tiff.getShort((int) directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      long at = directory + 2 + 12L * i;
      if (at + 12 > tiff.limit()) {
        return UPRIGHT;
      }
      if ((tiff.getShort((int) at) & 0xFFFF) == ORIENTATION && tiff.getShort((int) at + 2) == SHORT) {
        int value = tiff.getShort((int) at + 8);
        return value >= 1 && value <= 8 ? value : UPRIGHT;
      }
    }
    return UPRIGHT;
  }
}
