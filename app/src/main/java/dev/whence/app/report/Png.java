package dev.whence.app.report;

import dev.whence.study.Pixels;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes pictures as PNG: the same bytes for the same pixels, without the desktop module's toolkits. */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private Png() {
  }

  /** The picture as an address that carries its own content. */
  static String dataUri(Pixels pixels) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(encode(pixels));
  }

  /** The picture as a PNG file. */
  static byte[] encode(Pixels pixels) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.write(SIGNATURE);
      chunk(out, "IHDR", header(pixels));
      chunk(out, "IDAT", scanlines(pixels));
      chunk(out, "IEND", new byte[0]);
    } catch (IOException thrown) {
      throw new UncheckedIOException(thrown); // memory does not fail
    }
    return bytes.toByteArray();
  }

  private static byte[] header(Pixels pixels) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(pixels.width());
    out.writeInt(pixels.height());
    out.writeByte(8); // bits a channel
    out.writeByte(pixels.channels() == 3 ? 2 : 0);
    out.write(new byte[3]); // deflate, adaptive filters, not interlaced
    return bytes.toByteArray();
  }

  private static byte[] scanlines(Pixels pixels) throws IOException {
    var bytes = new ByteArrayOutputStream();
    int row = pixels.width() * pixels.channels();
    byte[] values = pixels.values();
    var deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try (var out = new DeflaterOutputStream(bytes, deflater)) {
      for (int y = 0; y < pixels.height(); y++) {
        out.write(0); // no filter
        out.write(values, y * row, row);
      }
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] content) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    var check = new CRC32();
    check.update(name);
    check.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) check.getValue());
  }
}
