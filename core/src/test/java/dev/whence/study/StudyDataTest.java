package dev.whence.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.task.BinaryCrossEntropy;
import dev.whence.task.CrossEntropy;
import dev.whence.task.Loss;
import dev.whence.task.NextToken;
import dev.whence.task.SquaredError;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels of which the run file says nothing but where they are. */
class StudyDataTest {
  @TempDir
  private Path folder;
  private final Map<String, Object> targets = new HashMap<>();

  private StudyData read(String name, Loss loss, String... lines) throws IOException {
    return read(name, "y", loss, lines);
  }

  private StudyData read(String name, Object label, Loss loss, String... lines) throws IOException {
    Files.write(folder.resolve(name), List.of(lines));
    var run = Map.of("model", "m.pt2", "data",
        Map.of("path", name, "label", label, "columns", Map.of("input", "x")), "targets", targets);
    return StudyData.read(RunFile.parse(run, folder), loss);
  }

  private static double[] labels(Dataset data) {
    try (var _ = Scope.open()) {
      return data.batch(Datasets.range(0, data.size())).column("label").toDoubles();
    }
  }

  private static DType type(Dataset data) {
    return data.columns().stream().filter(column -> column.name().equals("label")).findFirst().orElseThrow()
        .dtype();
  }

  @Test
  void aNumberForASquaredErrorModelIsANumber() throws IOException {
    StudyData csv = read("d.csv", new SquaredError(), "x,y", "1,130", "2,1.515", "3,7");
    assertThat(labels(csv.training())).containsExactly(130, 1.515f, 7);
    assertThat(csv.training().classNames()).isEmpty();
    StudyData whole = read("w.csv", new SquaredError(), "x,y", "1,130", "2,2", "3,7");
    assertThat(labels(whole.targets())).containsExactly(130, 2, 7);
    assertThat(type(whole.targets())).isEqualTo(DType.FLOAT32);
    StudyData json = read("d.jsonl", new SquaredError(), "{\"x\": 1, \"y\": 3}", "{\"x\": 2, \"y\": [1.5]}"
        .replace("[1.5]", "1.5"));
    assertThat(labels(json.training())).containsExactly(3, 1.5);
  }

  @Test
  void numbersInAnArrayAreWhatTheLossTakes() throws IOException {
    npy("x.npy", 0, 0, 0);
    npy("y.npy", 2, 0, 1);
    var run = Map.of("model", "m.pt2", "data",
        Map.of("path", "x.npy", "label", "y", "columns", Map.of("input", "x")), "targets", Map.of());
    StudyData classes = StudyData.read(RunFile.parse(run, folder), new CrossEntropy());
    assertThat(type(classes.training())).isEqualTo(DType.INT64);
    StudyData numbers = StudyData.read(RunFile.parse(run, folder), new SquaredError());
    assertThat(type(numbers.training())).isEqualTo(DType.FLOAT32);
    assertThat(labels(numbers.training())).containsExactly(2, 0, 1);
    npy("y.npy", 2, .5f, 1);
    assertThatThrownBy(() -> StudyData.read(RunFile.parse(run, folder), new CrossEntropy()))
        .hasMessageContaining("'0.5' is no number of a class").hasMessageContaining("squared-error");
  }

  private void npy(String name, float... values) throws IOException {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + values.length + ",), }\n";
    ByteBuffer bytes = ByteBuffer.allocate(10 + header.length() + 4 * values.length)
        .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[]{(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length());
    bytes.put(header.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    for (float value : values) {
      bytes.putFloat(value);
    }
    Files.write(folder.resolve(name), bytes.array());
  }

  @Test
  void aClassForASquaredErrorModelIsRefusedWithTheTwoChoices() {
    assertThatThrownBy(() -> read("d.csv", new SquaredError(), "x,y", "1,cat", "2,dog"))
        .hasMessageContaining("line 2").hasMessageContaining("'cat' is not a number")
        .hasMessageContaining("type: class").hasMessageContaining("task.loss: cross-entropy");
    assertThatThrownBy(() -> check(read("d.csv", Map.of("from", "y", "type", "class"), new SquaredError(),
        "x,y", "1,0", "2,1"), new SquaredError()))
        .hasMessageContaining("data.label").hasMessageContaining("takes numbers")
        .hasMessageContaining("type: number");
  }

  private static void check(StudyData data, Loss loss) {
    Labels.check(data.training(), loss, "data");
  }

  @Test
  void aQuantityForAClassifierIsRefusedWithTheTwoChoices() {
    assertThatThrownBy(() -> read("d.csv", new CrossEntropy(), "x,y", "1,130", "2,1.515"))
        .hasMessageContaining("line 3").hasMessageContaining("'1.515' is no number of a class")
        .hasMessageContaining("type: number").hasMessageContaining("classes");
    assertThatThrownBy(() -> check(read("d.csv", Map.of("from", "y", "type", "number"), new CrossEntropy(),
        "x,y", "1,0", "2,1"), new CrossEntropy()))
        .hasMessageContaining("takes classes").hasMessageContaining("type: class");
  }

  @Test
  void aClassifiersLabelsAreClassesAndListsArePositions() throws IOException {
    StudyData named = read("d.csv", new CrossEntropy(), "x,y", "1,dog", "2,cat");
    assertThat(named.training().classNames()).containsExactly("cat", "dog");
    assertThat(labels(named.targets())).containsExactly(1, 0);
    StudyData lists = read("d.jsonl", new CrossEntropy(), "{\"x\": 1, \"y\": [3, 0]}",
        "{\"x\": 2, \"y\": [1, 2]}");
    assertThat(labels(lists.training())).containsExactly(3, 0, 1, 2);
    assertThat(type(lists.targets())).isEqualTo(DType.INT64);
  }

  @Test
  void yesAndNoAreNumbersOrMustSayWhichIsOne() throws IOException {
    assertThat(labels(read("d.csv", new BinaryCrossEntropy(), "x,y", "1,0", "2,0.25").training()))
        .containsExactly(0, .25);
    assertThat(labels(read("d.csv", new BinaryCrossEntropy(), "x,y", "1,True", "2,False").training()))
        .containsExactly(1, 0);
    assertThat(labels(read("d.csv", Map.of("from", "y", "classes", List.of("inactive", "active")),
        new BinaryCrossEntropy(), "x,y", "1,active", "2,inactive").training())).containsExactly(1, 0);
    assertThatThrownBy(() -> read("d.csv", new BinaryCrossEntropy(), "x,y", "1,active", "2,inactive"))
        .hasMessageContaining("line 2").hasMessageContaining("classes: [no, yes]");
    StudyData several = read("d.csv", Map.of("from", List.of("y", "z")), new BinaryCrossEntropy(), "x,y,z",
        "1,0,1", "2,1,1");
    assertThat(labels(several.training())).containsExactly(0, 1, 1, 1);
    assertThat(several.training().elementNames("label")).containsExactly("y", "z");
  }

  @Test
  void tokensAreWholeNumbers() throws IOException {
    StudyData padded = read("d.jsonl", Map.of("from", "y", "length", 3, "padding", -100), new NextToken(),
        "{\"x\": 1, \"y\": [3, 0]}");
    assertThat(labels(padded.training())).containsExactly(3, 0, -100);
    assertThat(type(padded.training())).isEqualTo(DType.INT64);
    assertThatThrownBy(() -> read("d.csv", new NextToken(), "x,y", "1,cat"))
        .hasMessageContaining("next tokens");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-entropy", "squared-error", "binary-cross-entropy"})
  void targetsOfAnotherFileNeedNoLabels(String loss) throws IOException {
    Files.write(folder.resolve("new.csv"), List.of("x", "5"));
    targets.put("path", "new.csv");
    StudyData data = read("d.csv", dev.whence.run.Registry.of(Loss.class, "loss").get(loss), "x,y", "1,0",
        "2,1");
    assertThat(Labels.in(data.training())).isTrue();
    assertThat(Labels.in(data.targets())).isFalse();
    targets.put("label", "z");
    assertThatThrownBy(() -> read("d.csv", new SquaredError(), "x,y", "1,0", "2,1"))
        .hasMessageContaining("no column 'z'");
  }
}
