package dev.whence.run;

import java.util.regex.Pattern;

/**
 * A SHA-256 digest that says whether two things hold the same content.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Fingerprint(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  /** Checks the form. */
  public Fingerprint {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("a fingerprint is 64 hexadecimal digits, got '" + hex + "'");
    }
  }

  /** The first digits, for messages. */
  @Override
  public String toString() {
    return hex.substring(0, 12) + "…";
  }
}
