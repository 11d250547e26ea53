package dev.whence.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.graph.Argument;
import dev.whence.graph.ExportRecord;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphDetails;
import dev.whence.graph.GraphInput;
import dev.whence.graph.Limits;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.run.Settings;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whether a model file's numbers are taken as they are: a linear layer of 2 inputs, with one note and another. */
class ModelChoiceTest {
  private static final String RECORD = "\"initial\": {\"parameters\": {\"weight\":"
      + " {\"kind\": \"uniform\", \"low\": -0.7, \"high\": 0.7}}}";

  private static Graph graph(String note, float... numbers) {
    var node = new Node(0, "linear", "aten::linear", "",
        Map.of("input", new Argument.Reference("x"), "weight", new Argument.Reference("p_weight")),
        List.of("linear"));
    var input = new GraphInput("x", DType.FLOAT32,
        List.of(new Extent.Symbolic("s0", 1, Long.MAX_VALUE), new Extent.Fixed(2)));
    Tensor weight = Scope.release(Tensor.of(numbers, 1, 2));
    var record = new ExportRecord("{" + note + "}", "", "", "", Map.of(), Map.of());
    return new Graph(List.of(input), Map.of("output", "linear"), List.of(node), Map.of("p_weight", "weight"),
        Map.of(), new ModelState(Map.of("weight", weight), Map.of()),
        new GraphDetails(Map.of(), Map.of(), Map.of(), record, null, new Limits()));
  }

  private static String noted(String origin) {
    return "\"weights\": {\"origin\": \"" + origin + "\", \"fresh\": [\"weight\"]}, " + RECORD;
  }

  private static ModelChoice choice(Graph graph, Map<String, Object> training) {
    try (graph) {
      return ModelChoice.of(Settings.build(TrainingSettings.class, training), graph, Path.of("net.pt2"));
    }
  }

  @Test
  void trainedNumbersAreTakenAsTheyAre() {
    ModelChoice choice = choice(graph(noted("trained"), .1f, .2f), Map.of());
    assertThat(choice.settings().start()).isEqualTo(TrainingSettings.Start.TRAINED);
    assertThat(choice.settings().models()).contains(1);
    assertThat(choice.announcement()).isEqualTo(
        "the model is the numbers in net.pt2, which are trained: the exporter noted so; nothing is trained");
    assertThat(choice.recipe())
        .isEqualTo("adamw at 0.001, cosine, 10 epochs in batches of 64 (Whence's default)");
  }

  @Test
  void manyModelsOfOneFilesNumbersAreRefused() {
    assertThatThrownBy(() -> choice(graph(noted("trained"), .1f, .2f), Map.of("models", 3)))
        .hasMessageContaining("training.models is 3").hasMessageContaining("training.start: fresh");
    assertThatThrownBy(() -> choice(graph(noted("trained"), .1f, .2f), Map.of("checkpoints-per-model", 3)))
        .hasMessageContaining("has no effect");
    assertThat(choice(graph(noted("trained"), .1f, .2f), Map.of("models", 3, "start", "fresh")).settings()
        .models()).contains(3);
  }

  @Test
  void untrainedNumbersAreDrawnAfreshAndThatIsSaid() {
    ModelChoice choice = choice(graph(noted("untrained"), .1f, .2f), Map.of());
    assertThat(choice.settings().start()).isEqualTo(TrainingSettings.Start.FRESH);
    assertThat(choice.settings().models()).contains(5);
    assertThat(choice.announcement())
        .isEqualTo("5 models are trained afresh, net.pt2 holds untrained numbers: the exporter noted so");
    assertThat(choice(graph(noted("partly"), .1f, .2f), Map.of("models", 1)).announcement()).isEqualTo(
        "1 model is trained from the loaded numbers in net.pt2, but afresh where the exporter noted fresh draws (weight)");
  }

  @Test
  void anOlderFileIsTakenForTrainedOnlyIfItsNumbersCannotBeDrawn() {
    ModelChoice choice = choice(graph(RECORD, .1f, 2f), Map.of());
    assertThat(choice.settings().start()).isEqualTo(TrainingSettings.Start.TRAINED);
    assertThat(choice.announcement()).contains("'weight' is not what it begins with");
  }

  @Test
  void anOlderFileIsTakenForUntrainedOnlyIfTrainingWouldShow() {
    String constant = RECORD.replace("\"uniform\", \"low\": -0.7, \"high\": 0.7",
        "\"constant\", \"value\": 1");
    assertThat(choice(graph(constant, 1, 1), Map.of()).announcement()).isEqualTo(
        "5 models are trained afresh, net.pt2 holds untrained numbers: they are what its recorded distributions draw");
    assertThat(choice(graph(constant, 1, 1.001f), Map.of()).settings().start())
        .isEqualTo(TrainingSettings.Start.TRAINED);
  }

  @Test
  void anOlderFileThatCouldBeEitherIsAskedAbout() {
    for (String note : List.of(RECORD, "", noted("a guess"), "\"weights\": [3]")) {
      assertThatThrownBy(() -> choice(graph(note, .1f, .2f), Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("net.pt2 does not tell whether its numbers are trained")
          .hasMessageContaining("training.start: trained").hasMessageContaining("training.start: fresh");
    }
    assertThat(choice(graph(RECORD, .1f, .2f), Map.of("models", 2)).announcement())
        .startsWith("2 models are trained afresh, as the run file asks for; net.pt2 does not tell");
    assertThat(choice(graph(RECORD, .1f, .2f), Map.of("start", "trained")).settings().models()).contains(1);
  }

  @Test
  void theRecipeIsTheRunFilesThenTheModelFilesThenWhences() {
    String note = noted("trained") + ", \"recipe\": {\"learning-rate\": 0.5, \"steps\": 7}";
    assertThat(choice(graph(note, .1f, .2f), Map.of()).recipe())
        .isEqualTo("adamw at 0.5, cosine, 7 steps in batches of 64 (the model file's)");
    assertThat(choice(graph(note, .1f, .2f), Map.of("recipe", Map.of("epochs", 2))).recipe())
        .isEqualTo("adamw at 0.001, cosine, 2 epochs in batches of 64 (the run file's)");
    assertThatThrownBy(
        () -> choice(graph(noted("trained") + ", \"recipe\": {\"rate\": 1}", .1f, .2f), Map.of()))
        .hasMessageContaining("the recipe noted in the model file: unknown setting 'rate'");
  }
}
