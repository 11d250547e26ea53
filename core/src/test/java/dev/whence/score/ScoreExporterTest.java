package dev.whence.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.whence.run.Json;
import dev.whence.run.Registry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreExporterTest {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
      .withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED
      .withOrder(ByteOrder.LITTLE_ENDIAN);
  private final Registry<ScoreExporter> exporters = Registry.of(ScoreExporter.class, "score format");
  @TempDir
  Path folder;

  private static ScoreMatrix complete() {
    return ScoreMatrixTest.builder(2, 3, true).putRow(0, new float[]{1, -2, .1f})
        .putRow(1, new float[]{4, 5, 6})
        .putErrors(0, new float[]{.5f, .25f, 0}).putErrors(1, new float[]{1, 2, 3}).build();
  }

  @Test
  void npyHasTheHeaderAndBytesThatNumpyWrites() throws IOException {
    Path file = folder.resolve("scores.npy");
    exporters.get("npy").export(complete(), file);
    // numpy 2.x, numpy.save(…, numpy.array([[1, -2, .1], [4, 5, 6]], numpy.float32)): committed as a golden file
    assertThat(file).hasSameBinaryContentAs(Path.of("src/test/resources/score/numpy.npy"));
    assertThat(folder.resolve("scores.errors.npy")).exists();
    Map<String, Object> beside = Json.parse(Files.readString(folder.resolve("scores.json")));
    assertThat(beside).extractingByKey("targets")
        .isEqualTo(Map.of("kind", "target", "ids", List.of("Té0", "Té1")));
  }

  @Test
  void npyRefusesAbsentScoresAndNamesAFormatThatTakesThem() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> exporters.get("npy").export(ScoreFileTest.partial(false), folder.resolve("x.npy")))
        .withMessageContaining("export to csv, safetensors or parquet");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void safetensorsHoldsACompleteMatrixAsOneTensor() throws IOException {
    Path file = folder.resolve("scores.safetensors");
    exporters.get("safetensors").export(complete(), file);
    byte[] bytes = Files.readAllBytes(file);
    Map<String, Object> header = header(bytes);
    assertThat(header.keySet()).containsExactly("__metadata__", "scores", "standard_errors");
    assertThat(header.get("scores"))
        .isEqualTo(Map.of("dtype", "F32", "shape", List.of(2, 3), "data_offsets", List.of(0, 24)));
    MemorySegment data = data(bytes);
    assertThat(data.byteSize()).isEqualTo(48);
    assertThat(data.toArray(FLOAT)).containsExactly(1, -2, .1f, 4, 5, 6, .5f, .25f, 0, 1, 2, 3);
    assertThat((bytes.length - 48) % 64).isZero();
  }

  @Test
  void safetensorsHoldsOnlyEvaluatedScoresOfAPartialMatrix() throws IOException {
    Path file = folder.resolve("scores.safetensors");
    ScoreMatrix scores = ScoreFileTest.partial(false);
    exporters.get("safetensors").export(scores, file);
    byte[] bytes = Files.readAllBytes(file);
    assertThat(header(bytes).keySet()).containsExactly("__metadata__", "target", "source", "score");
    MemorySegment data = data(bytes);
    assertThat(data.byteSize()).isEqualTo(15 * (8 + 8 + 4));
    for (int i = 0; i < 15; i++) {
      int target = (int) data.get(LONG, 8L * i);
      int source = (int) data.get(LONG, 120 + 8L * i);
      assertThat(data.get(FLOAT, 240 + 4L * i)).isEqualTo(scores.score(target, source));
    }
  }

  @Test
  void csvHasAnEmptyCellForAnAbsentScoreAndQuotesIds() throws IOException {
    var awkward = new ScoreBuilder(new Axis(Axis.Kind.TARGET, List.of("a,b", "say \"hi\"")),
        new Axis(Axis.Kind.TRAINING_EXAMPLE, List.of("plain", " blank", "two\nlines", "é")),
        ScoreMatrixTest.MARGIN,
        ScoreMatrixTest.MADE).put(0, 0, .1f).put(0, 2, -1e-9f).put(1, 3, 3.4e38f).build();

    exporters.get("csv").export(awkward, folder.resolve("scores.csv"));

    assertThat(folder.resolve("scores.csv")).hasContent(
        "target,plain,\" blank\",\"two\nlines\",é\n\"a,b\",0.1,,-1.0E-9,\n\"say \"\"hi\"\"\",,,,3.4E38\n");
    exporters.get("csv").export(complete(), folder.resolve("more.csv"));
    assertThat(folder.resolve("more.errors.csv"))
        .hasContent("target,Té0,Té1,Té2\nTé0,0.5,0.25,0.0\nTé1,1.0,2.0,3.0\n");
  }

  @Test
  void everyFormatSaysUnitAndCalibration() throws IOException {
    var found = new Calibration(136, 120, 150, .95, "nats", "60 subsets");
    for (boolean calibrated : new boolean[]{false, true}) {
      ScoreMatrix scores = calibrated ? complete().calibrated(found) : complete();
      Map<String, Object> wanted = scores.semantics().values();
      for (String format : List.of("csv", "npy")) {
        exporters.get(format).export(scores, folder.resolve("scores." + format));
        assertThat(Json.parse(Files.readString(folder.resolve("scores.json")))).containsEntry("semantics",
            wanted);
      }
      exporters.get("safetensors").export(scores, folder.resolve("scores.safetensors"));
      var metadata = (Map<?, ?>) Objects
          .requireNonNull(
              header(Files.readAllBytes(folder.resolve("scores.safetensors"))).get("__metadata__"));
      assertThat(Json.parse(String.valueOf(metadata.get("whence")))).containsEntry("semantics", wanted);
    }
  }

  private static Map<String, Object> header(byte[] bytes) {
    int length = (int) MemorySegment.ofArray(bytes).get(LONG, 0);
    return Json.parse(new String(Arrays.copyOfRange(bytes, 8, 8 + length), StandardCharsets.UTF_8));
  }

  private static MemorySegment data(byte[] bytes) {
    return MemorySegment.ofArray(bytes).asSlice(8 + MemorySegment.ofArray(bytes).get(LONG, 0));
  }
}
