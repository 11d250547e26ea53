package dev.whence.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.data.DataException;
import dev.whence.data.DataLimits;
import dev.whence.data.DataSpec;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Fixtures;
import dev.whence.data.Label;
import dev.whence.data.Normalization;
import dev.whence.data.Padding;
import dev.whence.data.Source;
import dev.whence.torch.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLinesFormatTest {
  @TempDir
  private Path folder;

  @Test
  void numbersListsTextsAndTruthValuesAreRead() throws IOException {
    Path file = file(
        "\uFEFF{\"id\":\"a\",\"m\":[[1,2],[3,4.5]],\"n\":9007199254740993,\"ok\":true,\"who\":\"Zoë\"}\r\n\n"
            + "{\"who\":\"Ann\",\"ok\":false,\"n\":-1,\"m\":[[5,6],[7,8]],\"id\":\"b\",\"more\":null}");
    Dataset data = Datasets.read(DataSpec.of(file).withId("id").withLabel(Label.classes("who"))
        .withColumn("m", Source.of("m")).withColumn("n", Source.of("n").as(DType.INT64))
        .withColumn("ok", Source.of("ok").as(DType.BOOL)));
    assertThat(data.columns().getFirst().shape()).containsExactly(2L, 2L);
    assertThat(Fixtures.floats(data, "m")).containsExactly(1, 2, 3, 4.5f, 5, 6, 7, 8);
    assertThat(Fixtures.longs(data, "n")).containsExactly(9007199254740993L, -1);
    assertThat(Fixtures.longs(data, "ok")).containsExactly(1, 0);
    assertThat(Fixtures.longs(data, "label")).containsExactly(1, 0);
    assertThat(data.classNames()).containsExactly("Ann", "Zoë");
    assertThat(data.id(1)).isEqualTo("b");
  }

  @Test
  void whatIsNoNumberIsNamedInWordsOfTheFormat() throws IOException {
    Path file = file("{\"n\":1}\n{\"n\":{\"q\":1}}\n");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file).withColumn("n", Source.of("n"))))
        .hasMessageContaining("line 2, column 'n': a number is wanted, got an object of named values");
  }

  @Test
  void tokenSequencesArePaddedOrCut() throws IOException {
    Path file = file("{\"t\":[5,6]}\n{\"t\":[]}\n{\"t\":[1,2,3,4]}\n");
    Source cut = new Source(List.of("t"), DType.INT64, List.of(), Normalization.NONE,
        new Padding(3, 9, true));
    assertThat(Fixtures.longs(Datasets.read(DataSpec.of(file).withColumn("t", cut)), "t")).containsExactly(5,
        6, 9, 9,
        9, 9, 1, 2, 3);
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file).withColumn("t", Source.of("t").as(DType.INT64))))
        .hasMessageContaining("line 2, column 't': has shape [0], the first record's has [2]");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "missing key|{\"x\":1}\\n{\"y\":1}|line 2, column 'x': the record has no key 'x'",
      "null|{\"x\":1}\\n{\"x\":null}|line 2, column 'x': the value is missing (null)",
      "text|{\"x\":\"1\"}|line 1, column 'x': a number is wanted, got the text '1'",
      "object|{\"x\":{}}|line 1, column 'x': a number is wanted",
      "ragged list|{\"x\":[[1,2],[3]]}|line 1, column 'x': the list is ragged: element 1 has shape [1]",
      "mixed list|{\"x\":[1,[2]]}|line 1, column 'x': the list is ragged",
      "past double|{\"x\":1e999}|line 1, column 'x': Infinity is not a finite number",
      "NaN|{\"x\":NaN}|line 1, column 'x': NaN is not a finite number",
      "cut off|{\"x\":1}\\n{\"x\":|line 2, column 'character",
      "same key twice|{\"x\":1,\\n\"x\":2}|line 2, column 'x': the key occurs twice",
      "no commas|{\"x\":1 \"y\":2}|line 1, column 'character 8': this is no JSON; a comma, quote or bracket is missing",
      "comma between lines|{\"x\":1},\\n{\"x\":2}|line 1, column 'character",
      "array cut off|[{\"x\":1},\\n|line 2",
      "more behind an array|[{\"x\":1}]\\n{\"x\":2}|line 2: something follows the closing ]",
      "no object|[1]|line 1: a JSON object {…} is wanted for each record, here stands a number",
      "blank|\\n\\n|the file is empty"})
  void malformedLinesAreRefusedWhereTheyStand(String claim, String text, String message) throws IOException {
    Path file = file(text.replace("\\n", "\n"));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file).withColumn("in", Source.of("x")))).as(claim)
        .isInstanceOf(DataException.class).hasMessageStartingWith(file.toString())
        .hasMessageContaining(message).message().doesNotContain("Unexpected", "START_", "Source");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "several on a line|{\"x\":1,\"y\":2} {\"x\":3,\"y\":4}\\n{\"x\":5,\"y\":6}|1 1 2",
      "laid out over lines|{\\n  \"x\": 1,\\n  \"y\": 2\\n}\\n{\\n  \"x\": 3,\\n  \"y\": 4\\n}\\n{\"x\":5,\\n\"y\":6}|2 6 9",
      "an array|[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4},\\n{\"x\":5,\"y\":6}]\\n|1 1 2",
      "an array laid out|[\\n {\\n \"x\": 1, \"y\": 2 },\\n {\"x\":3,\"y\":4}, {\"x\":5,\"y\":6}\\n]|3 4 4"})
  void objectsMayBeLaidOutInAnyWay(String claim, String text, String lines) throws IOException {
    Dataset data = Datasets.read(DataSpec.of(file(text.replace("\\n", "\n")))
        .withColumn("in", Source.of("x", "y")).withLabel(Label.classes("x")));
    assertThat(Fixtures.floats(data, "in")).as(claim).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(IntStream.range(0, 3).mapToObj(row -> Long.toString(data.place(row, "label").line())))
        .as(claim).containsExactly(lines.split(" "));
  }

  @Test
  void aFileOfJsonInOneArrayIsFoundByItsName() throws IOException {
    Path file = Files.writeString(folder.resolve("rows.json"), "[{\"x\":1},{\"x\":2}]");
    assertThat(Fixtures.floats(Datasets.read(DataSpec.of(file)), "x")).containsExactly(1, 2);
  }

  @Test
  void anArrayLargerThanARecordIsReadObjectByObject() throws IOException {
    Path file = file("[" + "{\"x\": 12345},".repeat(20_000) + "{\"x\": 1}]");
    var limits = new DataLimits(1 << 22, 1, 1000);
    assertThat(Datasets.read(DataSpec.of(file).withLimits(limits)).size()).isEqualTo(20_001);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "among numbers|{\"x\":1}\\n{\"x\":true}|line 2, column 'x': true or false stands in a column of numbers",
      "in a list|{\"x\":[1,true]}|line 1, column 'x': true or false stands among numbers",
      "a number among them|{\"x\":false}\\n{\"x\":3}|line 2, column 'x': a number stands in a column of true and false"})
  void truthValuesAreNoNumbers(String claim, String text, String message) throws IOException {
    Path file = file(text.replace("\\n", "\n"));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file).withColumn("in", Source.of("x")))).as(claim)
        .isInstanceOf(DataException.class).hasMessageContaining(message);
  }

  @Test
  void aListInARangeIsReportedInItsOwnColumn() throws IOException {
    String plain = "{\"f0\":1,\"f1\":2,\"f2\":3}\n";
    String list = "{\"f0\":1,\"f1\":[2,2],\"f2\":3}\n";
    DataSpec spec = DataSpec.of(folder.resolve("data.jsonl")).withColumn("in", Source.of("f0..f2"));
    file(plain + list);
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class)
        .hasMessageContaining("line 2, column 'f1'");
    file(list);
    assertThatThrownBy(() -> Datasets.read(spec.withColumn("in", Source.of("f0..f2").shaped(3))))
        .isInstanceOf(DataException.class).hasMessageContaining("line 1, column 'f1'");
    file(list + list.replace("1,", "[1,1],").replace("[2,2]", "2"));
    assertThatThrownBy(() -> Datasets.read(spec)).isInstanceOf(DataException.class)
        .hasMessageContaining("line 2, column 'f0': holds another number of values");
  }

  @Test
  void anIdThatIsNoTextIsRefusedWhereItStands() throws IOException {
    Path file = file("{\"x\":1,\"id\":7}\n{\"x\":1,\"id\":[7]}");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file).withId("id").withColumn("x", Source.of("x"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("line 2, column 'id': a text or a number is wanted, got a list");
  }

  @Test
  void deepNestingAndLongLinesAreRefused() throws IOException {
    Path deep = file("{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(deep))).isInstanceOf(DataException.class);
    Path wide = file("{\"x\":[" + "1,".repeat(100_000) + "1]}");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(wide).withLimits(new DataLimits(1 << 20, 1, 1000))))
        .isInstanceOf(DataException.class).hasMessageContaining("longer than limits.record");
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() throws IOException {
    Path file = folder.resolve("latin.jsonl");
    Files.write(file, "{\"x\":1}\n{\"x\":\"\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(file))).isInstanceOf(DataException.class)
        .hasMessageContaining("line 2: the bytes are not UTF-8");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("data.jsonl"), text);
  }
}
