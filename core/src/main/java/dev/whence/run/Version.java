package dev.whence.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of Whence itself, as the build wrote it. */
public final class Version {
  private Version() {
  }

  /** Such as {@code 0.1.0}. */
  public static String text() {
    try (var stream = Objects.requireNonNull(Version.class.getResourceAsStream("version.properties"),
        "version.properties")) {
      var properties = new Properties();
      properties.load(stream);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
