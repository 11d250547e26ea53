package dev.whence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns of categories and of numbers with gaps, made into numbers by what the training rows hold. */
class MappingTest {
  @TempDir
  private Path folder;

  @BeforeEach
  void writeTheTable() throws IOException {
    Files.writeString(folder.resolve("t.csv"), """
        mass,island,flipper,y
        1,Dream,10,0
        NA,Biscoe,20,1
        3,Biscoe,,0
        8,?,60,1
        100,Torgersen,70,0
        """);
  }

  private DataSpec spec(String rows, String column) throws IOException {
    String yaml = "{path: t.csv, rows: " + rows + ", columns: {x: " + column + "}}";
    @SuppressWarnings("unchecked")
    Map<String, Object> values = new YAMLMapper().readValue(yaml, Map.class);
    return DataSpec.parse(values, folder);
  }

  private float[] read(String rows, String column) throws IOException {
    return Fixtures.floats(Datasets.read(spec(rows, column)), "x");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{from: mass, impute: median}|1 3 3 8",
      "{from: mass, impute: mean}|1 4 3 8",
      "{from: mass, impute: mode}|1 1 3 8",
      "{from: mass, impute: constant, fill: -7}|1 -7 3 8",
      "{from: mass, impute: median, indicator: true}|1 0 3 1 3 0 8 0",
      "{from: [mass, flipper], impute: median}|1 10 3 20 3 20 8 60",
      "{from: [mass, flipper], impute: median, indicator: true}|1 10 0 0 3 20 1 0 3 20 0 1 8 60 0 0",
      "{from: island, encode: one-hot, impute: mode}|0 1 1 0 1 0 1 0",
      "{from: island, encode: ordinal, impute: mode, dtype: int64}|1 0 0 0",
      "{from: island, encode: one-hot, impute: constant, fill: none}|0 1 0 1 0 0 1 0 0 0 0 1",
      "{from: island, encode: one-hot, categories: ['?', Dream, Biscoe, Torgersen]}|0 1 0 0 0 0 1 0 0 0 1 0 1 0 0 0",
      "{from: y, encode: one-hot}|1 0 0 1 1 0 0 1"})
  void valuesBecomeNumbersByTheRowsThatAreTaken(String column, String values) throws IOException {
    var expected = new StringBuilder();
    for (float value : column.contains("int64") ? longs(column) : read("0..3", column)) {
      expected.append(expected.isEmpty() ? "" : " ").append(Math.round(value));
    }
    assertThat(expected.toString()).isEqualTo(values);
  }

  private float[] longs(String column) throws IOException {
    long[] values = Fixtures.longs(Datasets.read(spec("0..3", column)), "x");
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }

  @Test
  void partsAreLaidEndToEnd() throws IOException {
    Dataset data = Datasets.read(spec("0..3",
        "[{from: mass, impute: mean, standardize: true}, y, {from: island, encode: one-hot, impute: mode}]"));
    // mean 4 of 1, 4, 3, 8; their squared distances are 9, 0, 1, 16
    double std = Math.sqrt(26 / 4.);
    float[] found = Fixtures.floats(data, "x");
    double[] wanted = {-3 / std, 0, 0, 1, 0, 1, 1, 0, -1 / std, 0, 1, 0, 4 / std, 1, 1, 0};
    for (int i = 0; i < wanted.length; i++) {
      // computed in double precision, rounded once
      assertThat(found[i]).as("element %s", i).isCloseTo((float) wanted[i], within(1e-6f));
    }
    assertThat(data.elementNames("x")).containsExactly("mass", "y", "island=Biscoe", "island=Dream");
  }

  @Test
  void targetsAreMappedByWhatTheTrainingRowsHold() throws IOException {
    String column = "[{from: mass, impute: median, standardize: true}, {from: island, encode: one-hot, impute: mode, unknown: zeros}]";
    DataSpec described = spec("0..3", column);
    DataSpec learned = Datasets.fitted(described);
    Dataset target = Datasets.read(spec("4..4", column).fittedAs(described, learned));
    // mean 3.75 of 1, 3, 3, 8
    double std = Math.sqrt((2.75 * 2.75 + 2 * .75 * .75 + 4.25 * 4.25) / 4);
    assertThat(Fixtures.floats(target, "x")[0]).isCloseTo((float) (96.25 / std), within(1e-4f));
    assertThat(Fixtures.floats(target, "x")).hasSize(3).endsWith(0, 0);
    assertThat(new ObjectMapper().writeValueAsString(Datasets.read(learned).mappings())).contains(
        "\"fill\":[\"3.0\"]",
        "\"mean\":[3.75]", "\"categories\":[\"Biscoe\",\"Dream\"]");
    assertThatThrownBy(() -> spec("4..4", "{from: mass, impute: mean}").fittedAs(described, learned))
        .hasMessageContaining("learned from the training examples");
  }

  @Test
  void aCategoryThatLooksMissingIsNoCategory() {
    assertThatThrownBy(() -> read("0..3", "{from: island, encode: one-hot}"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("t.csv, line 5, column 'island': the category '?' looks like a missing value");
  }

  @Test
  void aTextAmongPartsIsRecognisedToo() {
    for (String column : List.of("[{from: mass, impute: mean}, island]",
        "{from: island, standardize: true}")) {
      assertThatThrownBy(() -> read("0..3", column)).isInstanceOf(DataException.class)
          .hasMessageContaining("line 2, column 'island': 'Dream' is not a number")
          .hasMessageContaining("encode: one-hot}");
    }
  }

  @Test
  void anUnknownCategoryIsRefusedWhereItStands() throws IOException {
    String column = "{from: island, encode: one-hot, impute: mode}";
    DataSpec described = spec("0..3", column);
    DataSpec targets = spec("4..4", column).fittedAs(described, Datasets.fitted(described));
    assertThatThrownBy(() -> Datasets.read(targets)).isInstanceOf(DataException.class)
        .hasMessageContaining(
            "t.csv, line 6, column 'island': unknown category 'Torgersen'; known: Biscoe, Dream")
        .hasMessageContaining("unknown: zeros");
  }

  @Test
  void whatWasLearnedCanBeStatedAndGivesTheSame() throws IOException {
    String open = "[{from: [mass, flipper], impute: median, standardize: true, indicator: true}, {from: y, encode: one-hot}]";
    Dataset learned = Datasets.read(spec("0..3", open));
    String stated = new ObjectMapper().writeValueAsString(learned.mappings().get("x"));
    assertThat(Datasets.read(spec("0..3", stated)).fingerprint()).isEqualTo(learned.fingerprint());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{from: island, encode: onehot}|data.columns.x.encode: unknown kind 'onehot'; did you mean 'one-hot'?",
      "{from: mass, impute: middle}|data.columns.x.impute: unknown kind 'middle'",
      "{from: mass, impute: constant}|impute: constant needs fill",
      "{from: mass, indicator: true}|fill and indicator need impute",
      "{from: island, encode: one-hot, standardize: true}|standardize is for numbers",
      "{from: island, encode: ordinal, unknown: zeros}|unknown: zeros needs encode: one-hot",
      "{from: island, encode: one-hot, impute: median}|categories have no median",
      "{from: mass, standardize: true, scale: 2}|need none of scale",
      "[mass, {encode: one-hot}]|needs from",
      "{from: mass, standardise: true}|unknown key 'standardise'; did you mean 'standardize'?"})
  void settingsThatContradictEachOtherAreRefused(String column, String message) {
    assertThatThrownBy(() -> spec("0..3", column)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aGapInAColumnOfTypedNullsIsImputedToo() throws IOException {
    Files.writeString(folder.resolve("t.jsonl"),
        "{\"a\":1,\"b\":\"u\"}\n{\"a\":null,\"b\":null}\n{\"a\":5,\"b\":\"u\"}\n{\"a\":NaN,\"b\":\"v\"}\n");
    DataSpec spec = DataSpec.parse(Map.of("path", "t.jsonl", "columns", Map.of("x",
        List.of(Map.of("from", "a", "impute", "mean"),
            Map.of("from", "b", "encode", "ordinal", "impute", "mode")))),
        folder);
    assertThat(Fixtures.floats(Datasets.read(spec), "x")).containsExactly(1, 0, 3, 0, 5, 0, 3, 1);
  }

  @Test
  void arraysAreStandardizedNumberByNumber() throws IOException {
    Files.write(folder.resolve("x.npy"), Fixtures.npy(new float[]{0, 10, 2, Float.NaN, 4, 30}, "(3, 2)"));
    DataSpec spec = DataSpec.parse(Map.of("path", "x.npy", "columns",
        Map.of("x", Map.of("standardize", true, "impute", "mean"))), folder);
    // both columns are three evenly spaced numbers: −√1.5, 0, √1.5
    float end = (float) Math.sqrt(1.5);
    assertThat(Fixtures.floats(Datasets.read(spec), "x")).usingComparatorWithPrecision(1e-6f)
        .containsExactly(-end, -end, 0, 0, end, end);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "island\\nDream\\nBiscoe|the column holds categories (Dream, Biscoe): for a numeric input give {from: island, encode: one-hot}",
      "island\\nDream\\nBiscoe|for the input of an embedding {from: island, encode: ordinal, dtype: int64}",
      "island\\nThis film is a delight from end to end|run its tokenizer and give the column of these",
      "island\\n2026-11-27|the column holds dates",
      "island\\nNA\\n1|state what stands in: {from: island, impute: median}"})
  void textsWhereNumbersAreWantedAreRecognised(String text, String message) throws IOException {
    Files.writeString(folder.resolve("t.csv"), text.replace("\\n", "\n") + "\n");
    assertThatThrownBy(() -> read("0..", "island")).isInstanceOf(DataException.class)
        .hasMessageContaining("t.csv, line 2, column 'island': '").hasMessageContaining(message);
  }

  @Test
  void aColumnOfDifferentNamesIsTakenForAnId() throws IOException {
    var text = new StringBuilder("name\n");
    for (int i = 0; i < 50; i++) {
      text.append("person-").append(i).append('\n');
    }
    Files.writeString(folder.resolve("t.csv"), text);
    assertThatThrownBy(() -> read("0..", "name")).hasMessageContaining("such as an id: take another column");
  }
}
