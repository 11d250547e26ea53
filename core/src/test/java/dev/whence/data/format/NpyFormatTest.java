package dev.whence.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.data.Column;
import dev.whence.data.DataException;
import dev.whence.data.DataSpec;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Fixtures;
import dev.whence.data.Label;
import dev.whence.data.Source;
import dev.whence.torch.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFormatTest {
  private static final Path ARRAYS = Fixtures.root().resolve("data/npy");
  @TempDir
  private Path folder;

  @ParameterizedTest
  @CsvSource({"c_float32,.25,0", "fortran_float64,.25,0", "big_endian,1,-7", "half,.25,0", "bytes,1,0"})
  void whatNumpyWroteIsReadRowMajorWhateverItsOrderAndType(String name, float scale, float shift)
      throws IOException {
    Dataset data = Datasets.read(DataSpec.of(ARRAYS).withColumn("x", Source.of(name)));
    assertThat(data.columns().getFirst().shape()).containsExactly(2L, 3L);
    float[] values = Fixtures.floats(data, "x");
    assertThat(values).hasSize(24);
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).isEqualTo(i * scale + shift);
    }
  }

  @Test
  void linksOutOfTheFolderAreNotFollowed() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.copy(ARRAYS.resolve("half.npy"), data.resolve("half.npy"));
    Files.copy(ARRAYS.resolve("half.npy"), data.resolve("._half.npy"));
    DataSpec spec = DataSpec.of(data).withColumn("x", Source.of("half"));
    assertThat(Datasets.read(spec).size()).isEqualTo(4);
    Files.createSymbolicLink(data.resolve("out.npy"), ARRAYS.resolve("wide.npy"));
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class)
        .hasMessageContaining("out.npy: the link leads to nothing, or out of the data set's folder");
    Path named = data.resolve("out.npy");
    assertThat(Datasets.read(DataSpec.of(named).withColumn("x", Source.of("out"))).size()).isEqualTo(4);
  }

  @Test
  void largeIntegersAndTruthValuesStayExact() throws IOException {
    Dataset data = Datasets.read(DataSpec.of(ARRAYS).withColumn("w", Source.of("wide").as(DType.INT64))
        .withColumn("b", Source.of("flags").as(DType.BOOL)));
    assertThat(Fixtures.longs(data, "w")[23]).isEqualTo(9007199254740993L + 23);
    assertThat(Fixtures.longs(data, "b")).startsWith(1, 0, 1, 0);
  }

  @Test
  void labelsComeFromTextsAndNumbersBesideTheArray() throws IOException {
    DataSpec spec = DataSpec.of(ARRAYS.resolve("half.npy")).withColumn("x", Source.of("half"));
    Dataset named = Datasets.read(spec.withLabel(Label.classes("names")));
    assertThat(named.classNames()).containsExactly("ant", "bee", "zoë");
    assertThat(Fixtures.longs(named, "label")).containsExactly(2, 0, 2, 1);
    Dataset coded = Datasets.read(spec.withLabel(Label.classes("codes", "z", "y", "x1")));
    assertThat(Fixtures.longs(coded, "label")).containsExactly(2, 1, 2, 0);
    Dataset numbered = Datasets.read(spec.withLabel(Label.classes("numbers")));
    assertThat(numbered.classNames()).containsExactly("0", "1", "2", "3");
    assertThat(Fixtures.longs(numbered, "label")).containsExactly(3, 0, 1, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 4), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, -2), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (), }",
      "{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }",
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,), }",
      "{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }",
      "{'descr': '<f4', 'fortran_order': 1, 'shape': (2, 2), }",
      "{'descr': '<f4', 'shape': (2, 2), }", "{'descr': '<f4'", "", "{", "{}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), } and more",
      "{'descr': 'True', 'fortran_order': True, 'shape': True, }",
      "{'descr': '<f4', 'fortran_order': (2, 2), 'shape': False, }",
      "{'descr': '|S0', 'fortran_order': False, 'shape': (2, 2), }"})
  void lyingHeadersAreRefused(String header) throws IOException {
    Path file = Files.write(folder.resolve("x.npy"), Fixtures.npy(header, new byte[16]));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file))).isInstanceOf(DataException.class)
        .hasMessageStartingWith(file.toString());
  }

  @Test
  void aHeaderLongerThanTheFileIsRefused() throws IOException {
    byte[] bytes = Fixtures.npy(new float[]{1, 2}, "(2,)");
    bytes[8] = (byte) 0xFF;
    bytes[9] = (byte) 0xFF;
    Path file = Files.write(folder.resolve("x.npy"), bytes);
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file))).isInstanceOf(DataException.class)
        .hasMessageContaining("cut off");
    bytes[6] = 9;
    Files.write(file, bytes);
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file))).hasMessageContaining("version 9");
    Files.write(file, "not an array".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file))).hasMessageContaining("begins with");
  }

  @Test
  void errorsNameTheRow() throws IOException {
    Path file = Files.write(folder.resolve("x.npy"), Fixtures.npy(new float[]{1, 2, 3, Float.NaN}, "(4, 1)"));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file))).isInstanceOf(DataException.class)
        .hasMessageContaining(file + ", row 3: NaN is not a finite number");
  }

  @Test
  void arraysOfDifferentLengthAreRefused() throws IOException {
    Files.write(folder.resolve("x.npy"), Fixtures.npy(new float[]{1, 2, 3}, "(3,)"));
    Files.write(folder.resolve("y.npy"), Fixtures.npy(new float[]{1, 2}, "(2,)"));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(folder).withColumn("x", Source.of("x")).withLabel(
        Label.number("y")))).isInstanceOf(DataException.class).hasMessageContaining("has 2 rows")
        .hasMessageContaining("has 3");
  }

  @Test
  void noColumnLeadsOutOfTheFolder() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Files.write(folder.resolve("x.npy"), Fixtures.npy(new float[]{1, 2, 3}, "(3,)"));
    Files.write(inner.resolve("y.npy"), Fixtures.npy(new float[]{1, 2, 3}, "(3,)"));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(inner).withColumn("x", Source.of("../x"))))
        .isInstanceOf(DataException.class).hasMessageContaining("no column '../x'");
    assertThat(Datasets.read(DataSpec.of(inner)).columns())
        .isEqualTo(List.of(new Column("y", DType.FLOAT32, List.of())));
  }
}
