package dev.whence.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.graph.Safetensors;
import dev.whence.run.Json;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores and outcomes that were made elsewhere, and what evaluating makes of them: 60 digits, 6 targets, no model trained. */
class OutsideWorkTest {
  private static final Path MODEL = Call.ROOT.resolve("fixtures/demo/digits-mlp.pt2");
  private static final int SOURCES = 60;
  private static final int TARGETS = 6;
  private static final int SUBSETS = 30;
  private final float[][] scores = new float[TARGETS][SOURCES];
  private final float[][] masks = new float[SUBSETS][SOURCES];
  /** Three times the sum of the scores, plus a number of the target's own. */
  private final float[][] outputs = new float[SUBSETS][TARGETS];
  @TempDir
  private Path folder;
  private Path file;

  @BeforeEach
  void makeScoresAndOutcomes() throws IOException {
    var random = new SplittableRandom(4);
    for (int s = 0; s < SUBSETS; s++) {
      for (int i = 0; i < SOURCES; i++) {
        masks[s][i] = random.nextInt(2);
      }
    }
    for (int t = 0; t < TARGETS; t++) {
      for (int i = 0; i < SOURCES; i++) {
        scores[t][i] = (float) random.nextGaussian();
      }
      for (int s = 0; s < SUBSETS; s++) {
        outputs[s][t] = 10 * t;
        for (int i = 0; i < SOURCES; i++) {
          outputs[s][t] += 3 * masks[s][i] * scores[t][i];
        }
      }
    }
    npy("scores.npy", scores);
    npy("masks.npy", masks);
    npy("outputs.npy", outputs);
    file = Files.writeString(folder.resolve("small.yaml"), """
        model: %1$s/fixtures/demo/digits-mlp.pt2
        data:
          path: %1$s/fixtures/data/digits-100.csv
          rows: 0..59
          id: id
          columns: {image: {from: pixel_*, shape: [1, 8, 8], scale: 1/16}}
          label: label
        targets: {rows: 80..85}
        methods: []
        scores: {mine: scores.npy}
        evaluation: {resamples: 1000, outcomes: {masks: masks.npy, outputs: outputs.npy}}
        """.formatted(Call.ROOT));
  }

  private void npy(String name, float[][] rows) throws IOException {
    String head = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows.length + ", " + rows[0].length
        + "), }";
    head += " ".repeat((64 - (11 + head.length()) % 64) % 64) + "\n";
    var out = new ByteArrayOutputStream();
    out.write(("\u0093NUMPY\u0001\u0000" + (char) head.length() + "\u0000" + head)
        .getBytes(StandardCharsets.ISO_8859_1));
    var numbers = ByteBuffer.allocate(4 * rows.length * rows[0].length).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : rows) {
      for (float value : row) {
        numbers.putFloat(value);
      }
    }
    out.write(numbers.array());
    Files.write(folder.resolve(name), out.toByteArray());
  }

  private Call whence(String command, String... flags) {
    var arguments = new ArrayList<>(List.of(command, file.toString(), "--quiet", "--out",
        folder.resolve("run").toString()));
    arguments.addAll(List.of(flags));
    return Call.of(arguments.toArray(String[]::new));
  }

  @Test
  void whatIsSaidOfRetrainingIsRefusedBesideOutcomesThoughItEqualsTheDefault() {
    for (String key : List.of("subsets=50", "fraction=0.5", "repeats=2")) {
      Call call = whence("evaluate", "--set", "evaluation." + key);
      assertThat(call.code()).as(key).isEqualTo(2);
      assertThat(call.err()).contains(key.replaceFirst("=.*", "") + " cannot be chosen").hasLineCount(1);
    }
    assertThat(whence("evaluate", "--subsets", "50").code()).isEqualTo(2);
    assertThat(whence("evaluate").code()).isZero();
    assertThat(Call.of("evaluate", folder.resolve("run/run.yaml").toString(), "--quiet").err()).isEmpty();
  }

  @Test
  void theCommandThatAReportNamesMakesWhatItLacks() {
    assertThat(whence("evaluate").code()).isZero();
    assertThat(whence("report").err()).contains("run first: whence attribute");
    assertThat(whence("attribute").code()).isZero();
    Call report = whence("report");
    assertThat(report.err()).isEmpty();
    assertThat(report.code()).isZero();
  }

  @Test
  void scoresFromElsewhereAreJudgedByOutcomesFromElsewhereAndThenCalibrated() throws IOException {

    Call judged = whence("evaluate", "--json");

    assertThat(judged.err()).isEmpty();
    Map<String, Object> values = Json.parse(judged.out());
    assertThat(values).extractingByKey("scale").asString().contains("mine={slope=3.0").contains("unit=nats");
    assertThat(values).extractingByKey("lds").asString().contains("mine={mean=1.0");
    assertThat(folder.resolve("run/checkpoints")).doesNotExist();
    Map<String, Object> top = Json.parse(whence("top", "--json", "-k", "1", "--target", "digit-0080").out());
    assertThat(top).extractingByKey("semantics").asString().contains("unit=nats",
        "30 subsets made elsewhere");
    assertThat(whence("attribute").out()).contains("nats, calibrated");
  }

  @Test
  void everyExportComesInAgain() throws IOException {
    assertThat(whence("attribute", "--export", "csv,npy,parquet,safetensors").err()).isEmpty();
    String before = whence("top", "--json").out();
    for (String format : List.of("csv", "npy", "parquet", "safetensors")) {
      Path export = folder.resolve("run/exports/mine." + format);
      Call again = whence("top", "--json", "--set", "scores.mine=" + export);
      assertThat(again.err()).as(format).isEmpty();
      assertThat(again.out()).as(format).isEqualTo(before);
    }
  }

  @Test
  void masksAndOutputsComeAsParquetInAnyOrderOfNamedColumns() throws IOException, SQLException {
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement()) {
      var columns = new StringBuilder("subset INTEGER");
      for (int t = TARGETS - 1; t >= 0; t--) {
        columns.append(", \"digit-00").append(80 + t).append("\" FLOAT");
      }
      statement.execute("CREATE TABLE outputs (" + columns + ")");
      statement.execute("CREATE TABLE masks (mask INTEGER[])");
      for (int s = 0; s < SUBSETS; s++) {
        var row = new StringBuilder(Integer.toString(s));
        for (int t = TARGETS - 1; t >= 0; t--) {
          row.append(", ").append(outputs[s][t]);
        }
        statement.execute("INSERT INTO outputs VALUES (" + row + ")");
        statement.execute("INSERT INTO masks VALUES (" + Arrays.toString(masks[s]) + ")");
      }
      for (String table : List.of("outputs", "masks")) {
        statement
            .execute("COPY " + table + " TO '" + folder.resolve(table + ".parquet") + "' (FORMAT parquet)");
      }
    }
    Call judged = whence("evaluate", "--json", "--set", "evaluation.outcomes.masks=masks.parquet", "--set",
        "evaluation.outcomes.outputs=outputs.parquet");
    assertThat(judged.err()).isEmpty();
    assertThat(Json.parse(judged.out())).extractingByKey("scale").asString().contains("mine={slope=3.0");
  }

  @Test
  void whatDoesNotFitIsNamedWithItsFileAndEndsWithThree() throws IOException {
    npy("wide.npy", new float[SUBSETS][SOURCES + 1]);
    npy("few.npy", new float[7][TARGETS]);
    masks[4][17] = 2;
    npy("two.npy", masks);
    assertWrong("wide.npy, row 0: a row must have 60 entries, one for each training example, got 61",
        "evaluation.outcomes.masks=wide.npy");
    assertWrong("two.npy, row 4: entry 17 is 2.0; a mask holds 1", "evaluation.outcomes.masks=two.npy");
    assertWrong("few.npy: it must hold outcomes of the 30 subsets in", "evaluation.outcomes.outputs=few.npy");
    assertWrong("few.npy, row 0: a row must have 60 entries", "scores.mine=few.npy");
    assertWrong("outputs.npy, row 0: a row must have 60 entries", "scores.mine=outputs.npy");
    npy("short.npy", new float[2][SOURCES]);
    assertWrong("short.npy: it holds 2 × 60 scores; the run has 6 targets × 60 training examples",
        "scores.mine=short.npy");
    scores[1][3] = Float.NaN;
    npy("nan.npy", scores);
    assertWrong("nan.npy, row 1: NaN is not a finite number", "scores.mine=nan.npy");
    assertWrong("none.npy: there is no such file", "scores.mine=none.npy");
    assertThat(whence("evaluate", "--subsets", "20").err())
        .contains("so subsets, fraction and repeats cannot be");
    assertThat(whence("evaluate", "--set", "evaluation.outcomes.outputs=").err())
        .contains("must name masks and either outputs or checkpoints");
    assertThat(whence("evaluate", "--set", "scores.trak=scores.npy").err()).contains("that no method has");
  }

  @Test
  void modelsOfSubsetsAreAskedHereInTheOrderOfTheirNumbers() throws IOException {
    Path models = modelsThatAnswerByTheirBias();
    Call judged = judgedByModels(models, "--json");

    assertThat(judged.err()).isEmpty();
    Map<String, Object> values = Json.parse(judged.out());
    assertThat(values).extractingByKey("scale").asString().contains("mine={slope=3.0");
    assertThat(values).extractingByKey("lds").asString().contains("mine={mean=1.0");

    Files.copy(MODEL, models.resolve("model-7.pt2"));
    assertThat(judgedByModels(models).err())
        .contains("models: the checkpoints must be one or several for each"
            + " of the 30 subsets in")
        .contains("got 31");
    Files.delete(models.resolve("model-7.safetensors"));
    assertThat(judgedByModels(models).code()).as("an exported model among them").isZero();
  }

  @Test
  void modelsThatAreTooFewOrOfAnotherShapeAreNamedAndEndWithThree() throws IOException {
    Path models = modelsThatAnswerByTheirBias();
    Files.delete(models.resolve("model-29.safetensors"));
    Call few = judgedByModels(models);
    assertThat(few.err()).contains("models: the checkpoints must be").contains("got 29").hasLineCount(1);
    assertThat(few.code()).isEqualTo(3);
    try (Tensor wide = Tensor.of(new float[11], 11)) {
      Safetensors.write(models.resolve("model-29.safetensors"), Map.of(bias(), wide), Map.of());
    }
    Call wrong = judgedByModels(models);
    assertThat(wrong.err()).contains("model-29.safetensors").contains(bias());
    assertThat(wrong.code()).isEqualTo(3);
    Call none = judgedByModels(folder.resolve("nowhere"));
    assertThat(none.err()).contains("nowhere");
    assertThat(none.code()).isEqualTo(3);
  }

  private Call judgedByModels(Path models, String... more) {
    var flags = new ArrayList<>(List.of("--set", "task.measurement=logit", "--set",
        "evaluation.outcomes.outputs=", "--set", "evaluation.outcomes.checkpoints=[" + models + "]"));
    flags.addAll(List.of(more));
    return whence("evaluate", flags.toArray(String[]::new));
  }

  /** Nothing but the last bias is other than 0, so a target's logit is the bias of its label: three times the sum of its scores. */
  private Path modelsThatAnswerByTheirBias() throws IOException {
    List<String> lines = Files.readAllLines(Call.ROOT.resolve("fixtures/data/digits-100.csv"));
    int at = List.of(lines.getFirst().split(",", -1)).indexOf("label");
    int[] labels = new int[TARGETS];
    for (int t = 0; t < TARGETS; t++) {
      labels[t] = Integer.parseInt(lines.get(81 + t).split(",", -1)[at]);
      for (int before = 0; before < t; before++) {
        scores[t] = labels[before] == labels[t] ? scores[before] : scores[t];
      }
    }
    npy("scores.npy", scores);
    Path models = Files.createDirectories(folder.resolve("models"));
    for (int s = 0; s < SUBSETS; s++) {
      float[] biases = new float[10];
      for (int t = 0; t < TARGETS; t++) {
        biases[labels[t]] = 0;
        for (int i = 0; i < SOURCES; i++) {
          biases[labels[t]] += 3 * masks[s][i] * scores[t][i];
        }
      }
      model(models.resolve("model-" + s + ".safetensors"), biases);
    }
    return models;
  }

  private static void model(Path place, float[] biases) throws IOException {
    try (Graph graph = Graphs.read(MODEL); var _ = Scope.open()) {
      var tensors = new LinkedHashMap<String, Tensor>();
      graph.state().parameters().forEach((name, tensor) -> tensors.put(name,
          Tensor.of(name.equals(bias()) ? biases : new float[(int) tensor.elements()], tensor.shape())));
      Safetensors.write(place, tensors, Map.of());
    }
  }

  private static String bias() {
    try (Graph graph = Graphs.read(MODEL)) {
      return graph.state().parameters().entrySet().stream()
          .filter(entry -> entry.getValue().elements() == 10).findFirst().orElseThrow().getKey();
    } catch (IOException thrown) {
      throw new UncheckedIOException(thrown);
    }
  }

  private void assertWrong(String message, String setting) {
    Call call = whence("evaluate", "--set", setting);
    assertThat(call.err()).contains(message).hasLineCount(1);
    assertThat(call.code()).isEqualTo(3);
  }
}
