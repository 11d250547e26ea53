package dev.whence.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of what a training run depends on, for telling whether a half-finished one is the same run. */
final class Digests {
  private Digests() {
  }

  static String of(long[] rows, double[] weights) {
    var bytes = ByteBuffer.allocate(8 * (rows.length + weights.length + 1)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(rows.length);
    bytes.asLongBuffer().put(rows);
    bytes.position(8 * (rows.length + 1));
    bytes.asDoubleBuffer().put(weights);
    return HexFormat.of().formatHex(sha256().digest(bytes.array()));
  }

  /** A number that stands for a name. */
  static long number(String name) {
    return ByteBuffer.wrap(sha256().digest(name.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
