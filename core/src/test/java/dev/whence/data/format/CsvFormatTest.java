package dev.whence.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.data.Batch;
import dev.whence.data.Column;
import dev.whence.data.DataException;
import dev.whence.data.DataLimits;
import dev.whence.data.DataSpec;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Fixtures;
import dev.whence.data.Label;
import dev.whence.data.Place;
import dev.whence.data.Rows;
import dev.whence.data.Source;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvFormatTest {
  @TempDir
  private Path folder;

  @Test
  void digitsComeWithTheirIdsLabelsAndPixels() throws IOException {
    Dataset digits = Datasets.read(Fixtures.digitsCsv());
    assertThat(digits.size()).isEqualTo(100);
    assertThat(digits.columns()).containsExactly(new Column("image", DType.FLOAT32, List.of(1L, 8L, 8L)),
        new Column("label", DType.INT64, List.of()));
    assertThat(digits.id(99)).isEqualTo("digit-0099");
    assertThat(digits.classNames()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    try (var _ = Scope.open()) {
      Batch batch = digits.batch(3, 0);
      assertThat(batch.column("label").toLongs()).containsExactly(3, 0);
      assertThat(batch.column("image").shape()).containsExactly(2, 1, 8, 8);
      // the first row of the first digit, 0 0 5 13 9 1 0 0, over 16
      assertThat(batch.column("image").select(0, 1).flatten(0, 2).slice(0, 0, 8).toFloats()).containsExactly(
          0, 0,
          .3125f, .8125f, .5625f, .0625f, 0, 0);
    }
  }

  @Test
  void quotesNewlinesMarksAndLineEndsAreReadByTheirRfc() throws IOException {
    Path file = file("\uFEFFname,x\r\n\"a \"\"b\"\", c\",1\r\n\"two\nlines\",2\r\n\r\nlast,\"3\"");
    Dataset data = Datasets.read(DataSpec.of(file).withId("name").withColumn("x", Source.of("x")));
    assertThat(List.of(data.id(0), data.id(1), data.id(2))).containsExactly("a \"b\", c", "two\nlines",
        "last");
    assertThat(Fixtures.floats(data, "x")).containsExactly(1, 2, 3);
  }

  @Test
  void aLoneCarriageReturnEndsALineToo() throws IOException {
    assertThat(Fixtures.floats(Datasets.read(DataSpec.of(file("x\r1\r2"))), "x")).containsExactly(1, 2);
  }

  @Test
  void aFileWithoutHeaderNumbersItsColumns() throws IOException {
    Path file = file("1\t2\t0\n3\t4\t1\n");
    Dataset data = Datasets.read(
        DataSpec.parse(Map.of("path", file.toString(), "format",
            Map.of("name", "csv", "delimiter", "tab", "header", false),
            "columns", Map.of("x", "column_0..column_1"), "label", "column_2"), folder));
    assertThat(Fixtures.floats(data, "x")).containsExactly(1, 2, 3, 4);
    assertThat(data.size()).isEqualTo(2);
  }

  @Test
  void cellsMayHoldListsOfNumbersPaddedToOneLength() throws IOException {
    Path file = file("t\n\"[1, 2, 3]\"\n4 5\n6\n7;8;9;10\n");
    DataSpec spec = DataSpec.of(file).withColumn("t", Source.tokens("t", 4, -1));
    assertThat(Fixtures.longs(Datasets.read(spec), "t")).containsExactly(1, 2, 3, -1, 4, 5, -1, -1, 6, -1, -1,
        -1, 7,
        8, 9,
        10);
    assertThatThrownBy(() -> Datasets.read(spec.withColumn("t", Source.tokens("t", 3, 0))))
        .hasMessageContaining(
            "line 5, column 't': holds 4 values, more than length 3");
  }

  @Test
  void largeWholeNumbersKeepAllTheirDigits() throws IOException {
    Path file = file("x\n9007199254740993\n-9223372036854775808\n3.0\n1e3\n");
    DataSpec spec = DataSpec.of(file).withColumn("x", Source.of("x").as(DType.INT64));
    assertThat(Fixtures.longs(Datasets.read(spec), "x")).containsExactly(9007199254740993L, Long.MIN_VALUE, 3,
        1000);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "ragged row|x,y\\n1,2\\n3\\n|line 3: has 1 fields, the first line has 2",
      "unparsable number|x,y\\n1,2\\n1,1x\\n|line 3, column 'y': '1x' is not a number",
      "hexadecimal|x,y\\n1,0x1p3\\n|line 2, column 'y': '0x1p3' is not a number",
      "Java suffix|x,y\\n1,2d\\n|line 2, column 'y': '2d' is not a number",
      "NaN|x,y\\n1,2\\nnan,2\\n|line 3, column 'x': 'nan' is not a finite number",
      "infinite|x,y\\n1,1e999\\n|line 2, column 'y': Infinity is not a finite number",
      "past the type|x,y\\n1,1e39\\n|line 2, column 'y': 1.0E39 is too large for FLOAT32",
      "empty cell|x,y\\n1,\\n|line 2, column 'y': the value is empty",
      "line behind a quoted line end|x,y\\n\"1\\n\",2\\n1,z\\n|line 4, column 'y'",
      "missing column|x,z\\n1,2\\n|column 'y': the file has no column 'y'; known: x, z",
      "open quote|x,y\\n1,\"2\\n3,4\\n|line 2, column 'field 2': a quote opened here is never closed",
      "text behind a quote|x,y\\n1,\"2\"3\\n|line 2, column 'field 2': text follows a closing quote",
      "stray quote|x,y\\n1,2\"\\n|a quote stands inside an unquoted field",
      "same name twice|x,y,x\\n1,2,3\\n|line 1, column 'x': two columns have this name",
      "no records|x,y\\n|holds no records",
      "zero byte|x,y\\n1,\\0\\n|line 2, column 'field 2': a zero byte",
      "no file content|``|the file is empty"})
  void malformedTextIsRefusedWhereItStands(String claim, String text, String message) throws IOException {
    Path file = file(text.replace("\\n", "\n").replace("\\0", "\0"));
    DataSpec spec = DataSpec.of(file).withColumn("in", Source.of("x", "y"));
    assertThatThrownBy(() -> Datasets.read(spec)).as(claim).isInstanceOf(DataException.class)
        .hasMessageStartingWith(file.toString()).hasMessageContaining(message);
  }

  @Test
  void thePlaceIsPartOfTheError() throws IOException {
    Path file = file("x,y\n1,2\n3,oops\n");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file).withColumn("in", Source.of("x", "y"))))
        .isInstanceOfSatisfying(DataException.class,
            e -> assertThat(e.place()).isEqualTo(new Place(file.toString(), 3, -1, "y")));
  }

  @Test
  void bytesThatAreNoUtf8AreRefusedWhereTheyStand() throws IOException {
    Path file = folder.resolve("latin.csv");
    Files.write(file, "name,x\nab,1\ncaf\u00e9,2\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file).withId("name").withColumn("x", Source.of("x"))))
        .isInstanceOf(DataException.class).hasMessageContaining("line 3").hasMessageContaining("not UTF-8");
    Files.write(file, "x\n1\n".getBytes(StandardCharsets.UTF_16));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file))).hasMessageContaining("UTF-16");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiterString = "::", quoteCharacter = '`', value = {
      "semicolons::a;b;y\\n1;2;3::the first line names one column, 'a;b;y'; it has 2 of ';': state format: {name: csv, delimiter: \";\"}",
      "tabs::a\\tb\\ty\\n1\\t2\\t3::it has 2 tabs: state format: {name: csv, delimiter: tab}",
      "bars::a|b|y\\n1|2|3::delimiter: \"|\"",
      "no names::5.1,3.5\\n4,2::the first line holds numbers, no names: state format: {name: csv, header: false}",
      "decimal comma::y,b\\n\"1,5\",2::'1,5' is not a number; write it as 12, -0.5 or 1e-3, with a point instead of the comma",
      "blank before a name::a, y\\n1,2::the file has no column 'y'; known: ' y', a",
      "blank in a name::petal length (cm),b\\n1,2::known: b, 'petal length (cm)'"})
  void whatTheFirstLineLooksLikeIsSaid(String claim, String text, String message) throws IOException {
    Path file = file(text.replace("\\n", "\n").replace("\\t", "\t"));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file).withColumn("in", Source.of("y")))).as(claim)
        .isInstanceOf(DataException.class).hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"sepal length|1",
      "sepal length..petal width|1,2,3",
      "'sepal length'..'petal width'|1,2,3", "\"petal width\"|3", "sepal length .. petal width|1,2,3",
      "'a..b*'|4", "'a..b*'..last|4,5", "petal*|3"})
  void columnsWithBlanksAndMarksInTheirNamesCanBeNamed(String from, String values) throws IOException {
    Path file = file("sepal length,mid,petal width,a..b*, last\n1,2,3,4,5\n");
    assertThat(Fixtures.floats(
        Datasets.read(DataSpec.of(file).withColumn("in", Source.of(from.replace("last", "' last'")))),
        "in")).containsExactly(floats(values));
  }

  private static float[] floats(String text) {
    String[] parts = text.split(",", -1);
    float[] values = new float[parts.length];
    for (int i = 0; i < parts.length; i++) {
      values[i] = Float.parseFloat(parts[i]);
    }
    return values;
  }

  @Test
  void aPackedTableIsReadAndABombRefused() throws IOException {
    Path plain = file("x,y\n1,2\n3,4\n");
    Path packed = folder.resolve("data.csv.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(plain, out);
    }
    DataSpec spec = DataSpec.of(packed).withColumn("in", Source.of("x", "y"));
    assertThat(Datasets.read(spec).fingerprint())
        .isEqualTo(Datasets.read(DataSpec.of(plain).withColumn("in", Source.of("x",
            "y"))).fingerprint());
    byte[] whole = Files.readAllBytes(packed);
    Files.write(packed, Arrays.copyOf(whole, whole.length - 5));
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class)
        .hasMessageContaining("data.csv.gz: the gzip file is damaged or cut off");
    try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write("x,y\n".getBytes(StandardCharsets.UTF_8));
      byte[] lines = new byte[1 << 20];
      Arrays.fill(lines, (byte) '\n');
      for (int i = 0; i < 70; i++) {
        out.write(lines);
      }
    }
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class)
        .hasMessageContaining("unpacks to more than 200 times its size");
  }

  @Test
  void everyRowKnowsItsLine() throws IOException {
    Path file = file("name,x,y\n\"a\nb\",1,1\n\nc,2,2\nd,3,3\n\"e\n\n\",4,4\nf,5,5\n");
    Dataset data = Datasets.read(DataSpec.of(file).withId("name").withColumn("in", Source.of("x", "y"))
        .withLabel(Label.classes("x")).withRows(Rows.parse("1..")));
    assertThat(data.place(0, "label")).isEqualTo(new Place(file.toString(), 5, -1, "x"));
    assertThat(data.place(1, "in")).isEqualTo(new Place(file.toString(), 6, -1, "in"));
    assertThat(data.place(2, "label").line()).isEqualTo(9);
    assertThat(data.select(3, 0).place(0, "label").line()).isEqualTo(10);
    assertThat(data.place("label")).hasToString(file + ", column 'x'");
  }

  @Test
  void aTextAmongClassNumbersIsRefusedWhereItStands() throws IOException {
    Path file = file("y,x\n0,1\n1,1\n\n1.0,1\ndog,1\n");
    DataSpec spec = DataSpec.of(file).withLabel(Label.classes("y")).withColumn("x", Source.of("x"));
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class)
        .hasMessageContaining(
            "line 6, column 'y': the label 'dog' stands among class numbers (1 of 4 records");
    file("y,x\ncat,1\ndog,1\n7,1\n");
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class)
        .hasMessageContaining("line 4, column 'y': the label '7' is a number among names (1 of 3 records");
  }

  @Test
  void anIdThatOccursTwiceIsRefusedWithBothPlaces() throws IOException {
    Path file = file("id,x\na,1\nb,2\na,3\n");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file).withId("id").withColumn("x", Source.of("x"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("line 4, column 'id': the id 'a' occurs twice, first in record 0");
  }

  @Test
  void anUnclosedQuoteStopsAtTheRecordLimit() throws IOException {
    Path file = file("x\n\"" + "1".repeat(5000));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file).withLimits(new DataLimits(1 << 20, 10, 1000))))
        .isInstanceOf(DataException.class).hasMessageContaining("longer than limits.record");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("data.csv"), text);
  }
}
