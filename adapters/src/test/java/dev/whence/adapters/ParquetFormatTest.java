package dev.whence.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.data.Column;
import dev.whence.data.DataException;
import dev.whence.data.DataSpec;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Label;
import dev.whence.data.Rows;
import dev.whence.data.Source;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFormatTest {
  private static final Path FIXTURES = Path.of(System.getProperty("whence.root"), "fixtures");
  @TempDir
  private Path folder;

  @Test
  void theShippedDigitsAreWhole() throws IOException {
    Dataset digits = Datasets.read(DataSpec.parse(
        Map.of("path", "demo/digits.parquet", "id", "id", "label", "label", "columns",
            Map.of("image", Map.of("from", "pixels", "shape", List.of(1, 8, 8), "scale", "1/16"))),
        FIXTURES));
    assertThat(digits.size()).isEqualTo(1797);
    assertThat(digits.columns()).containsExactly(new Column("image", DType.FLOAT32, List.of(1L, 8L, 8L)),
        new Column("label", DType.INT64, List.of()));
    assertThat(digits.id(1796)).isEqualTo("digit-1796");
    assertThat(digits.classNames()).hasSize(10);
    try (var _ = Scope.open()) {
      // sums over all pixels and labels as numpy gives them for sklearn.datasets.load_digits: 561718 and 8070
      var all = digits.batch(Datasets.range(0, 1797));
      assertThat(all.column("image").to(DType.FLOAT64).sum().item() * 16).isEqualTo(561718);
      assertThat(all.column("label").sum().item()).isEqualTo(8070);
    }
  }

  @Test
  void equalContentHasEqualFingerprintsInParquetAndCsv() throws IOException {
    Source pixels = Source.of("pixels").shaped(1, 8, 8);
    DataSpec parquet = DataSpec.of(FIXTURES.resolve("demo/digits.parquet")).withId("id")
        .withLabel(Label.classes("label")).withColumn("image", pixels).withRows(new Rows(0, 99));
    DataSpec csv = DataSpec.of(FIXTURES.resolve("data/digits-100.csv")).withId("id")
        .withLabel(Label.classes("label"))
        .withColumn("image", Source.of("pixel_0..pixel_63").shaped(1, 8, 8));
    assertThat(Datasets.read(parquet).fingerprint()).isEqualTo(Datasets.read(csv).fingerprint());
    assertThat(Datasets.read(parquet.withRows(new Rows(0, 98))).fingerprint())
        .isNotEqualTo(Datasets.read(csv).fingerprint());
  }

  @Test
  void everyKindOfNumberListAndTextIsRead() throws Exception {
    Path file = write(
        """
            SELECT * FROM (VALUES
              (1::TINYINT, 2.5::FLOAT, 3.25::DECIMAL(9,2), true, 9007199254740993::BIGINT, [[1,2],[3,4]], [1.5,2.5]::FLOAT[2], 'cat'),
              (2::TINYINT, 3.5::FLOAT, 4.00::DECIMAL(9,2), false, 5::BIGINT, [[5,6],[7,8]], [3.5,4.5]::FLOAT[2], 'ant'))
              t(tiny, single, decimal, flag, large, nested, fixed, name)""");
    Dataset data = Datasets.read(DataSpec.of(file).withLabel(Label.classes("name"))
        .withColumn("floats", Source.of("tiny", "single", "decimal", "flag"))
        .withColumn("large", Source.of("large").as(DType.INT64)).withColumn("nested", Source.of("nested"))
        .withColumn("fixed", Source.of("fixed")));
    try (var _ = Scope.open()) {
      var batch = data.batch(0, 1);
      assertThat(batch.column("floats").toFloats()).containsExactly(1, 2.5f, 3.25f, 1, 2, 3.5f, 4, 0);
      assertThat(batch.column("large").toLongs()).containsExactly(9007199254740993L, 5);
      assertThat(batch.column("nested").shape()).containsExactly(2, 2, 2);
      assertThat(batch.column("nested").toFloats()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
      assertThat(batch.column("fixed").toFloats()).containsExactly(1.5f, 2.5f, 3.5f, 4.5f);
      assertThat(batch.column("label").toLongs()).containsExactly(1, 0);
    }
    assertThat(data.classNames()).containsExactly("ant", "cat");
  }

  @Test
  void columnsThatDifferInCaseAloneAreTwoColumns() throws IOException {
    Dataset data = Datasets.read(DataSpec.of(FIXTURES.resolve("data/cases.parquet"))
        .withColumn("in", Source.of("x", "X", "points")).withColumn("list", Source.of("Points")));
    try (var _ = Scope.open()) {
      var batch = data.batch(0, 1, 2);
      assertThat(batch.column("in").toFloats()).containsExactly(1, 10, 7, 2, 20, 8, 3, 30, 9);
      assertThat(batch.column("list").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    }
    assertThatThrownBy(
        () -> Datasets.read(DataSpec.of(FIXTURES.resolve("data/cases.parquet")).withColumn("in",
            Source.of("POINTS"))))
        .hasMessageContaining("the file has no column 'POINTS'; known: Points, X, points, x");
  }

  @Test
  void aFolderOfShardsIsOneTable() throws Exception {
    Path shards = Files.createDirectory(folder.resolve("shards"));
    Files.move(write("SELECT 1.0 AS x, 'a' AS id"), shards.resolve("train-00000-of-00003.parquet"));
    Files.move(write("SELECT 1.0 AS x, 'a' AS id LIMIT 0"), shards.resolve("train-00001-of-00003.parquet"));
    Path last = Files.move(write("SELECT * FROM (VALUES ('b', 2.0), ('c', 3.0)) t(id, x)"),
        shards.resolve("train-00002-of-00003.parquet"));
    Files.writeString(shards.resolve("_SUCCESS"), "");
    DataSpec spec = DataSpec.of(shards).withId("id").withColumn("x", Source.of("x"))
        .withLabel(Label.classes("x"));
    Dataset data = Datasets.read(spec);
    assertThat(data.ids()).containsExactly("a", "b", "c");
    try (var _ = Scope.open()) {
      assertThat(data.batch(0, 1, 2).column("x").toFloats()).containsExactly(1, 2, 3);
    }
    assertThat(data.place(2, "x")).hasToString(last + ", row 1, column 'x'");
    Path other = Files.move(write("SELECT 1.0 AS y, 'd' AS id"), shards.resolve("zz.parquet"));
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class)
        .hasMessageContaining(other + ": has the columns [y, id]");
    Files.delete(other);
    Files.createSymbolicLink(other, write("SELECT 1.0 AS x, 'e' AS id"));
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class)
        .hasMessageContaining("a link that leads out of the data set's folder");
  }

  @Test
  void errorsNameRowAndColumn() throws Exception {
    Path nulls = write("SELECT * FROM (VALUES (1.0), (NULL)) t(x)");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(nulls))).isInstanceOf(DataException.class)
        .hasMessageContaining(nulls + ", row 1, column 'x': the value is missing (null)");
    Path nan = write("SELECT * FROM (VALUES (1.0::DOUBLE), ('nan'::DOUBLE)) t(x)");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(nan))).isInstanceOf(DataException.class)
        .hasMessageContaining("row 1, column 'x': NaN is not a finite number");
    Path ragged = write("SELECT * FROM (VALUES ([1,2]), ([1])) t(x)");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(ragged))).isInstanceOf(DataException.class)
        .hasMessageContaining("row 1, column 'x': has shape [1], the first record's has [2]");
    Path dates = write("SELECT DATE '2020-01-01' AS x");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(dates))).isInstanceOf(DataException.class)
        .hasMessageContaining("a number is wanted");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(dates).withColumn("y", Source.of("yy"))))
        .hasMessageContaining("the file has no column 'yy'; known: x");
  }

  @Test
  void filesThatAreNoParquetAreRefused() throws IOException {
    Path file = folder.resolve("broken.parquet");
    byte[] whole = Files.readAllBytes(FIXTURES.resolve("demo/digits.parquet"));
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file))).isInstanceOf(DataException.class)
        .hasMessageContaining("the file is empty");
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file))).isInstanceOf(DataException.class)
        .hasMessageContaining("cut off");
    whole[whole.length - 6] = 0x7f;
    Files.write(file, whole);
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file))).isInstanceOf(DataException.class)
        .hasMessageContaining("more than the whole file");
    Path star = Files.createDirectory(folder.resolve("a[1]")).resolve("x.parquet");
    Files.copy(FIXTURES.resolve("demo/digits.parquet"), star);
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(star))).isInstanceOf(DataException.class)
        .hasMessageContaining("must not contain");
  }

  @Test
  void quotesInPathsAndColumnNamesAreOnlyQuotes() throws Exception {
    Path file = write("SELECT 7 AS \"a\"\"; DROP TABLE 'x\"");
    Path quoted = Files.move(file, folder.resolve("it's.parquet"));
    Dataset data = Datasets.read(DataSpec.of(quoted));
    assertThat(data.columns().getFirst().name()).isEqualTo("a\"; DROP TABLE 'x");
  }

  private Path write(String select) throws SQLException, IOException {
    Path file = Files.createTempFile(folder, "made", ".parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("COPY (" + select + ") TO '" + file + "' (FORMAT parquet)");
    }
    return file;
  }
}
