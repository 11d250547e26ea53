package dev.whence.adapters;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** One seeded mutation of a file's bytes: of single bytes, of stretches, or of what the format's readers hold on to. */
final class Corruption {
  private static final List<String> TOKENS = List.of("NaN", "inf", "-1", "1e999", "", "99999999999999999999",
      "0x1F",
      "\"", ",", "\n", "\r\n", "null", "[", "{", "}", "(", "'", "\0", "\uFEFF", "é", "18446744073709551615",
      "True", ";");

  private final SplittableRandom random;
  private final byte[] bytes;

  Corruption(byte[] bytes, long seed) {
    this.bytes = bytes;
    this.random = new SplittableRandom(seed);
  }

  byte[] make() {
    int at = random.nextInt(bytes.length);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 4 : 200));
    return switch (random.nextInt(12)) {
      case 0 -> changed(at, (byte) (bytes[at] ^ 1 << random.nextInt(8)));
      case 1 -> changed(at, (byte) random.nextInt(256));
      case 2 -> replaced(at, bytes.length, new byte[0]);
      case 3 -> replaced(at, end, new byte[0]);
      case 4 -> replaced(at, at, noise(end - at));
      case 5 -> replaced(at, at, slice(at, end));
      case 6 -> replaced(at, end, new byte[end - at]);
      case 7 -> replaced(at, end, noise(end - at));
      case 8, 9 -> token(at);
      case 10 -> replaced(end, end, slice(0, random.nextInt(bytes.length)));
      default -> nearAnEnd();
    };
  }

  /** Heads and footers hold what readers trust: sizes, shapes, offsets. */
  private byte[] nearAnEnd() {
    int at = random.nextInt(Math.min(bytes.length, 64));
    int place = random.nextBoolean() ? at : bytes.length - 1 - at;
    return changed(place, (byte) (random.nextBoolean() ? 0xFF : bytes[place] + 1));
  }

  /** Replaces a word, a number or a mark by one that means trouble. */
  private byte[] token(int near) {
    int start = near;
    while (start > 0 && isWord(bytes[start - 1])) {
      start--;
    }
    int end = near;
    while (end < bytes.length && isWord(bytes[end])) {
      end++;
    }
    return replaced(start, end, TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isWord(byte value) {
    return Character.isLetterOrDigit(value) || value == '.' || value == '-' || value == '_';
  }

  private byte[] changed(int at, byte value) {
    byte[] copy = bytes.clone();
    copy[at] = value;
    return copy;
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] slice(int start, int end) {
    return java.util.Arrays.copyOfRange(bytes, start, end);
  }

  private byte[] replaced(int start, int end, byte[] by) {
    var out = new ByteArrayOutputStream();
    out.write(bytes, 0, start);
    out.writeBytes(by);
    out.write(bytes, end, bytes.length - end);
    return out.toByteArray();
  }
}
