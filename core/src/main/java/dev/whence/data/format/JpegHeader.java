package dev.whence.data.format;

import dev.whence.data.DataException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a JPEG file says of itself before its first scan: its components, how they are sampled, and what colours they are by
 * the rules of libjpeg, which every training pipeline reads with.
 *
 * @param components identifiers and sampling factors, in the frame's order
 * @param jfif whether a JFIF marker says that three components are luma and chroma
 * @param transform the colour transform of an Adobe marker; -1 without one
 * @param orientation how EXIF says the camera was held, 1 to 8; 1 without
 */
record JpegHeader(List<Component> components, boolean jfif, int transform, int orientation) {
  private static final int START = 0xD8;
  private static final int SCAN = 0xDA;
  private static final int END = 0xD9;
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP14 = 0xEE;
  private static final int UPRIGHT = 1;

  JpegHeader {
    components = List.copyOf(components);
  }

  /** One component: its identifier, and how often it is sampled across and down. */
  record Component(int id, int across, int down) {
  }

  /** Whether the file begins as a JPEG does. */
  static boolean isJpeg(byte[] file) {
    return file.length > 3 && (file[0] & 0xFF) == 0xFF && (file[1] & 0xFF) == START
        && (file[2] & 0xFF) == 0xFF;
  }

  /** @throws DataException without a place, if the markers lead out of the file or name no frame */
  static JpegHeader read(byte[] file) throws DataException {
    var header = new Reading(ByteBuffer.wrap(file));
    header.segments();
    if (header.components.isEmpty()) {
      throw new DataException("the JPEG has no frame before its first scan; it is damaged or cut off");
    }
    return new JpegHeader(header.components, header.jfif, header.transform, header.orientation);
  }

  /** Whether the three components are luma and chroma; else they are red, green and blue. */
  boolean isLumaChroma() {
    if (jfif) {
      return true;
    }
    if (transform >= 0) {
      return transform != 0;
    }
    return !components.stream().map(Component::id).toList().equals(List.of((int) 'R', (int) 'G', (int) 'B'));
  }

  private static final class Reading {
    private final ByteBuffer file;
    private List<Component> components = List.of();
    private boolean jfif;
    private int transform = -1;
    private int orientation = UPRIGHT;

    Reading(ByteBuffer file) {
      this.file = file;
    }

    void segments() throws DataException {
      int at = 2;
      while (at + 4 <= file.limit()) {
        int marker = file.get(at + 1) & 0xFF;
        if ((file.get(at) & 0xFF) != 0xFF) {
          at++; // what stands between segments is skipped, as decoders do
        } else if (marker == 0xFF || marker == 0 || marker == 1 || (marker >= 0xD0 && marker <= START)) {
          at += marker == 0xFF ? 1 : 2;
        } else if (marker == SCAN || marker == END) {
          return;
        } else {
          int length = file.getShort(at + 2) & 0xFFFF;
          if (length < 2 || at + 2 + length > file.limit()) {
            throw new DataException("a JPEG segment at byte " + at + " says it has " + length
                + " bytes, more than the file; it is damaged or cut off");
          }
          segment(marker, file.slice(at + 4, length - 2));
          at += 2 + length;
        }
      }
    }

    private void segment(int marker, ByteBuffer body) throws DataException {
      boolean frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
      if (frame && components.isEmpty()) {
        components = components(body);
      } else if (marker == APP0 && begins(body, "JFIF\0") && body.limit() >= 14) {
        jfif = true;
      } else if (marker == APP14 && begins(body, "Adobe") && body.limit() >= 12) {
        transform = body.get(11) & 0xFF;
      } else if (marker == APP1 && begins(body, "Exif\0") && body.limit() > 6 && orientation == UPRIGHT) {
        orientation = Exif.orientation(body.slice(6, body.limit() - 6));
      }
    }

    private static List<Component> components(ByteBuffer body) throws DataException {
      int count = body.limit() < 6 ? 0 : body.get(5) & 0xFF;
      if (count == 0 || body.limit() < 6 + 3 * count) {
        throw new DataException("the JPEG's frame is cut off; the file is damaged");
      }
      var found = new ArrayList<Component>();
      for (int i = 0; i < count; i++) {
        int sampling = body.get(7 + 3 * i) & 0xFF;
        found.add(new Component(body.get(6 + 3 * i) & 0xFF, sampling >> 4, sampling & 15));
      }
      return found;
    }

    private static boolean begins(ByteBuffer body, String text) {
      byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
      return body.limit() >= wanted.length && body.slice(0, wanted.length).equals(ByteBuffer.wrap(wanted));
    }
  }
}
