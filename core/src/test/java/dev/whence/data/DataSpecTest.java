package dev.whence.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.whence.torch.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataSpecTest {
  private static final Path FOLDER = Path.of("runs", "one");

  @Test
  void everyKeyIsUnderstood() throws JsonProcessingException {
    DataSpec spec = parse("""
        path: ../d.csv
        format: {name: csv, delimiter: ";", header: true}
        columns:
          image: {from: pixel_0..pixel_63, shape: [1, 8, 8], scale: 1/16}
          rgb: {from: [r, g, b], dtype: float64, shape: [3], mean: [.5, .4, .3], std: 2}
          tokens: {length: 16, padding: 3, truncate: true}
          age: years
          both: [a, b]
        label: {from: digit, type: class, classes: [zero, one]}
        id: name
        rows: 10..99
        limits: {memory: 2GB, pixels: 1000}
        """);
    assertThat(spec.path()).isEqualTo(FOLDER.resolve("../d.csv"));
    assertThat(spec.format()).isEqualTo(new FormatChoice("csv", Map.of("delimiter", ";", "header", "true")));
    assertThat(spec.columns()).containsOnlyKeys("image", "rgb", "tokens", "age", "both");
    assertThat(spec.columns().get("image"))
        .isEqualTo(Source.of("pixel_0..pixel_63").shaped(1, 8, 8).normalized(Fixtures.sixteenth()));
    assertThat(spec.columns().get("rgb"))
        .isEqualTo(new Source(List.of("r", "g", "b"), DType.FLOAT64, List.of(3L),
            new Normalization(List.of(1.), List.of(0.), List.of(.5, .4, .3), List.of(2.)), Padding.NONE));
    assertThat(spec.columns().get("tokens")).isEqualTo(new Source(List.of("tokens"), DType.INT64, List.of(),
        Normalization.NONE, new Padding(16, 3, true)));
    assertThat(spec.columns().get("age")).isEqualTo(Source.of("years"));
    assertThat(spec.columns().get("both")).isEqualTo(Source.of("a", "b"));
    assertThat(spec.label()).isEqualTo(Label.classes("digit", "zero", "one"));
    assertThat(spec.id()).isEqualTo("name");
    assertThat(spec.rows()).isEqualTo(new Rows(10, 99));
    assertThat(spec.limits().memory()).isEqualTo(2L << 30);
    assertThat(spec.limits().pixels()).isEqualTo(1000);
  }

  @Test
  void labelsAreClassesNumbersOrTokens() throws JsonProcessingException {
    assertThat(parse("{path: x, label: y}").label()).isEqualTo(Label.open("y"));
    assertThat(parse("{path: x, label: {from: y, type: class}}").label()).isEqualTo(Label.classes("y"));
    assertThat(parse("{path: x, label: {from: y, type: number, mean: 3}}").label())
        .isEqualTo(new Label.Values(Source.of("y").normalized(Normalization.standard(3, 1))));
    assertThat(parse("{path: x, label: {from: y, type: tokens, length: 4, padding: -100}}").label())
        .isEqualTo(new Label.Values(Source.tokens("y", 4, -100)));
    assertThat(parse("{path: x}").label()).isEqualTo(Label.none());
    assertThat(parse("{path: x, label: }").label()).isEqualTo(Label.none());
    assertThat(parse("{path: x, label: ''}").label()).isEqualTo(Label.none());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "{pth: x}|data: unknown key 'pth'; did you mean 'path'?",
      "{format: csv}|data.path is missing",
      "{path: x, columns: {a: {form: b}}}|data.columns.a: unknown key 'form'; did you mean 'from'?",
      "{path: x, columns: {a: {dtype: float31}}}|data.columns.a.dtype: unknown type 'float31'; did you mean 'float32'?",
      "{path: x, columns: {a: {dtype: int64, scale: 2}}}|data.columns.a: normalisation needs a floating dtype",
      "{path: x, columns: {a: {std: 0}}}|data.columns.a: std must not be 0",
      "{path: x, columns: {a: {scale: much}}}|data.columns.a.scale must be a number, such as 0.5 or 1/255, got 'much'",
      "{path: x, columns: {a: {shape: [0]}}}|data.columns.a: shape must have extents >= 1",
      "{path: x, columns: {a: {shape: [1.5]}}}|data.columns.a.shape must be a whole number",
      "{path: x, columns: {a: {shape: [4294967296, 4294967296]}}}|has more than",
      "{path: x, columns: {a: {padding: 1}}}|data.columns.a: padding and truncate need a length",
      "{path: x, columns: {label: b}}|the column 'label' is described by the key label",
      "{path: x, columns: [a]}|data.columns must be a section of keys",
      "{path: x, label: {from: y, type: clas}}|data.label.type: unknown type 'clas'; did you mean 'class'?",
      "{path: x, label: {from: y, type: class, scale: 2}}|data.label.scale has no meaning for classes",
      "{path: x, label: {from: y, classes: [a, a]}}|label.classes must be different",
      "{path: x, rows: 5..3}|rows must be FIRST..LAST with 0 <= FIRST <= LAST, got 5..3",
      "{path: x, rows: some}|rows must be FIRST..LAST counted from 0",
      "{path: x, limits: {memory: lots}}|data.limits.memory must be a number of bytes, such as 4GB, got 'lots'"})
  void whatIsWrongIsNamedByItsKey(String yaml, String message) {
    assertThatThrownBy(() -> parse(yaml)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void unknownFormatsAndOptionsAreRefusedWithTheNearest() {
    Path csv = Fixtures.digitsCsv().path();
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(csv).withFormat(new FormatChoice("cvs", Map.of()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown format 'cvs'; did you mean 'csv'?");
    assertThatThrownBy(
        () -> Datasets.read(DataSpec.of(csv).withFormat(new FormatChoice("csv", Map.of("delimeter", ";")))))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("did you mean 'delimiter'?");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(Path.of("nowhere.csv"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("nowhere.csv: there is no such file");
    assertThatThrownBy(() -> Datasets.read(DataSpec.of(Fixtures.root().resolve("demo/ATTRIBUTION.md"))))
        .isInstanceOf(DataException.class).hasMessageContaining("the extension tells no format");
  }

  @Test
  void theExamplesOfTheDocumentationAreValid() throws IOException {
    String page = Files.readString(Fixtures.root().resolveSibling("docs/data.md"));
    var examples = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(page).results().toList();
    assertThat(examples).hasSizeGreaterThanOrEqualTo(5);
    for (var example : examples) {
      Map<String, Map<String, Object>> file = new YAMLMapper().readValue(example.group(1),
          new TypeReference<>() {
          });
      assertThat(DataSpec.parse(Map.copyOf(file.get("data")), FOLDER).path()).isNotEqualTo(FOLDER);
    }
  }

  private static DataSpec parse(String yaml) throws JsonProcessingException {
    return DataSpec.parse(new YAMLMapper().readValue(yaml, new TypeReference<Map<String, Object>>() {
    }), FOLDER);
  }
}
