package dev.whence.data;

import dev.whence.torch.Scope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Files of the repository that tests read. */
public final class Fixtures {
  private Fixtures() {
  }

  public static Path root() {
    return Path.of(System.getProperty("whence.root"), "fixtures");
  }

  /** The first hundred digits, pixels over 16. */
  public static DataSpec digitsCsv() {
    return DataSpec.of(root().resolve("data/digits-100.csv")).withId("id").withLabel(Label.classes("label"))
        .withColumn("image", Source.of("pixel_0..pixel_63").shaped(1, 8, 8).normalized(sixteenth()));
  }

  static Normalization sixteenth() {
    return new Normalization(List.of(1 / 16.), List.of(0.), List.of(0.), List.of(1.));
  }

  /** All values of a column, row-major. */
  public static float[] floats(Dataset data, String column) {
    try (var _ = Scope.open()) {
      return data.batch(Datasets.range(0, data.size())).column(column).toFloats();
    }
  }

  /** All values of a column, row-major. */
  public static long[] longs(Dataset data, String column) {
    try (var _ = Scope.open()) {
      return data.batch(Datasets.range(0, data.size())).column(column).toLongs();
    }
  }

  /** An NPY file, version 1, with this header, whatever it says, and this content. */
  public static byte[] npy(String header, byte[] content) {
    byte[] text = (header + "\n").getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer buffer = ByteBuffer.allocate(10 + text.length + content.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(new byte[]{(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) text.length)
        .put(text);
    return buffer.put(content).array();
  }

  /** An NPY file of 32-bit floats. */
  public static byte[] npy(float[] values, String shape) {
    ByteBuffer content = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    content.asFloatBuffer().put(values);
    return npy("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }", content.array());
  }
}
