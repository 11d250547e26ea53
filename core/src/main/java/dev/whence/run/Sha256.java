package dev.whence.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digest that tells contents apart. */
public final class Sha256 {
  private Sha256() {
  }

  /** A digest that was given nothing yet. */
  public static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256, this one has not", e);
    }
  }

  /** Of what the digest was given, which starts over. */
  public static Fingerprint finish(MessageDigest digest) {
    return new Fingerprint(HexFormat.of().formatHex(digest.digest()));
  }

  /** Of a file's bytes. */
  public static Fingerprint of(Path file) throws IOException {
    MessageDigest digest = start();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return finish(digest);
  }

  /** A number that stands for a name, from all 64-bit ones. */
  public static long number(String name) {
    return ByteBuffer.wrap(start().digest(name.getBytes(StandardCharsets.UTF_8))).getLong();
  }
}
