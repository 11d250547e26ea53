package dev.whence.data;

import java.nio.file.Path;
import java.util.List;

/** Files of the repository that tests read. */
final class Fixtures {
  private Fixtures() {
  }

  static Path root() {
    return Path.of(System.getProperty("whence.root"), "fixtures");
  }

  /** The first hundred digits, pixels over 16. */
  static DataSpec digitsCsv() {
    return DataSpec.of(root().resolve("data/digits-100.csv")).withId("id").withLabel(Label.classes("label"))
        .withColumn("image", Source.of("pixel_0..pixel_63").shaped(1, 8, 8).normalized(sixteenth()));
  }

  static Normalization sixteenth() {
    return new Normalization(List.of(1 / 16.), List.of(0.), List.of(0.), List.of(1.));
  }
}
