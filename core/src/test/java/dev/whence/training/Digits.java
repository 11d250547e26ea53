package dev.whence.training;

import dev.whence.data.DataSpec;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Label;
import dev.whence.data.Normalization;
import dev.whence.data.Source;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.torch.DType;
import java.io.IOException;
import java.nio.file.Path;

/** The handwritten digits and the demo's network for them. */
public final class Digits {
  private Digits() {
  }

  public static Path root() {
    return Path.of(System.getProperty("whence.root"));
  }

  static Graph cnn() throws IOException {
    return Graphs.read(root().resolve("fixtures/demo/digits-cnn.pt2"));
  }

  /** All 1,797, pixels from 0 to 1. */
  public static Dataset all() throws IOException {
    Path arrays = root().resolve("core/src/test/resources/dev/whence/training/digits");
    return Datasets.read(DataSpec.of(arrays)
        .withColumn("image",
            Source.of("image").as(DType.FLOAT32).normalized(Normalization.linear(1 / 16.0, 0)))
        .withLabel(Label.classes("label")));
  }

  public static long[] range(long first, long end) {
    return Datasets.range(first, end);
  }
}
