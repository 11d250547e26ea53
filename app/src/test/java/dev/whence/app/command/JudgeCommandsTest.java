package dev.whence.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.run.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leave-one-out and suspected labels by command: 80 digits, four of them with a wrong label. */
class JudgeCommandsTest {
  private static final List<Integer> WRONG = List.of(5, 23, 41, 66);
  @TempDir
  private Path folder;
  private Path file;

  @BeforeEach
  void writeDataWithKnownErrors() throws IOException {
    List<String> lines = Files.readAllLines(Call.ROOT.resolve("fixtures/data/digits-100.csv"));
    int label = List.of(lines.getFirst().split(",", -1)).indexOf("label");
    var out = new ArrayList<>(List.of(lines.getFirst() + ",truth,wrong"));
    for (int row = 0; row + 1 < lines.size(); row++) {
      String[] cells = lines.get(row + 1).split(",", -1);
      String truth = cells[label];
      boolean wrong = WRONG.contains(row);
      cells[label] = wrong ? Integer.toString((Integer.parseInt(truth) + 3) % 10) : truth;
      out.add(String.join(",", cells) + "," + truth + "," + (wrong ? 1 : 0));
    }
    Files.write(folder.resolve("digits.csv"), out);
    file = Files.writeString(folder.resolve("small.yaml"),
        """
            model: %1$s/fixtures/demo/digits-mlp.pt2
            data:
              path: digits.csv
              rows: 0..79
              id: id
              columns: {image: {from: pixel_0..pixel_63, shape: [1, 8, 8], scale: 1/16}}
              label: {from: label, classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']}
            targets: {rows: 80..89}
            training: {models: 2, checkpoints-per-model: 1, recipe: {epochs: 12, learning-rate: 0.01, batch-size: 16}}
            methods: [grad-dot, random]
            evaluation: {subsets: 4, repeats: 2, resamples: 1000}
            """
            .formatted(Call.ROOT));
  }

  private Call whence(String command, String... flags) {
    var arguments = new ArrayList<>(List.of(command, file.toString(), "--quiet", "--out",
        folder.resolve("run").toString()));
    arguments.addAll(List.of(flags));
    return Call.of(arguments.toArray(String[]::new));
  }

  @Test
  void leaveOneOutIsReachedByFlagAndRetrainsNothingElse() throws IOException {
    Call call = whence("evaluate", "--loo", "3", "--set", "evaluation.leave-one-out.repeats=2", "--json");

    assertThat(call.err()).isEmpty();
    Map<String, Object> values = Json.parse(call.out());
    assertThat(values).containsKey("leave-one-out").doesNotContainKeys("lds", "mislabels");
    assertThat(values.toString()).contains("leftOut=3", "ceiling=");
    assertThat(folder.resolve("run/evaluation/leave-one-out.json")).isNotEmptyFile();
    assertThat(folder.resolve("run/outcomes").toFile().list())
        .containsExactly("without-one-of-3-by-2.outcomes");
    assertThat(whence("evaluate", "--loo", "3", "--set", "evaluation.leave-one-out.repeats=2").out())
        .containsPattern("method +Spearman").contains("leaving out 3 examples");
    Call before = Call.of("evaluate", "--quiet", "--out", folder.resolve("run").toString(), "--set",
        "evaluation.leave-one-out.repeats=2", "--loo", "3", file.toString());
    assertThat(before.err()).isEmpty();
  }

  @Test
  void tooFewExamplesToLeaveOutAreRefusedBeforeAnythingIsTrained() {
    for (String few : List.of("1", "2")) {
      Call call = whence("evaluate", "--loo", few);
      assertThat(call.code()).isEqualTo(2);
      assertThat(call.err()).contains("must be >= 3", "got " + few).doesNotContain("training");
    }
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void suspectedLabelsAreListedWithValueAndRankOfEachMeasure() throws IOException {
    Call call = whence("evaluate", "--mislabels", "--json");

    assertThat(call.err()).isEmpty();
    Map<String, Object> values = Json.parse(call.out());
    assertThat(values).containsKey("mislabels").doesNotContainKeys("lds", "leave-one-out");
    assertThat(values).extractingByKey("mislabels").asString()
        .contains("self-influence={value=", "loss={value=",
            "margin={value=", "rank=1", "found={}")
        .doesNotContain("wrong=");
    List<String> csv = Files.readAllLines(folder.resolve("run/evaluation/mislabels.csv"));
    assertThat(csv).hasSize(81);
    assertThat(csv.getFirst()).isEqualTo("position,row,id,label,guess,mean-rank,self-influence,"
        + "self-influence-rank,loss,loss-rank,margin,margin-rank");
    assertThat(whence("evaluate", "--mislabels").out()).contains("models say", "suspected labels");
    assertThat(Files.readString(page())).contains("Suspected labels");
  }

  @Test
  void longNamesOfSuspectsAreCutInTheTableAndWholeInTheFile() throws IOException {
    String id = "https://example.org/" + "long/".repeat(30);
    Path data = folder.resolve("digits.csv");
    List<String> lines = Files.readAllLines(data);
    var named = new ArrayList<>(List.of(lines.getFirst() + ",key,words"));
    for (int row = 1; row < lines.size(); row++) {
      named.add(lines.get(row) + "," + id + row + ",the words of " + row);
    }
    Files.write(data, named);
    Call call = whence("evaluate", "--mislabels", "--set", "data.id=key", "--set", "data.text=words");
    assertThat(call.out()).contains("“the words of ").containsPattern("example +text +label +models say")
        .doesNotContain(id);
    assertThat(Files.readString(folder.resolve("run/evaluation/mislabels.csv"))).contains(id);
  }

  @Test
  void aPlanCountsTheModelsOfEveryPartAndOnlyThose() {
    String flip = "evaluation.mislabels.flip=0.1";
    String twice = "evaluation.leave-one-out.repeats=2";
    Call all = whence("evaluate", "--lds", "--loo", "3", "--mislabels", "--plan", "--set", flip, "--set",
        twice);
    assertThat(all.code()).isZero();
    assertThat(all.out()).contains("2 models to attribute with: 80 examples and 60 steps each",
        "8 models on random subsets, to judge by: 40 examples and ",
        "8 models on all examples and on all but one of 3, to judge by: 79 examples and 60 steps each",
        "2 models on labels made wrong on purpose, to see whether they are found: 80 examples",
        "on disk (", "not counted: training examples are scored by grad-dot, random",
        "not counted: every training example is scored for itself by grad-dot");
    assertThat(whence("evaluate", "--mislabels", "--plan", "--set", flip).out())
        .contains("2 models on labels made wrong").doesNotContain("attribute with", "subsets", "scored by");
    assertThat(whence("evaluate", "--mislabels", "--plan").out()).contains("2 models to attribute with")
        .doesNotContain("purpose");
    assertThat(
        Json.parse(whence("evaluate", "--loo", "3", "--plan", "--json", "--set", twice).out()).toString())
        .contains("models=10,");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void theCostOfLeavingOutAndOfFlippedLabelsIsToldBeforehandAndNotTwice() {
    List<String> arguments = List.of("evaluate", file.toString(), "--out", folder.resolve("run").toString(),
        "--loo", "3", "--mislabels", "--set", "evaluation.mislabels.flip=0.1", "--set",
        "evaluation.leave-one-out.repeats=2");
    String told = Call.of(arguments.toArray(String[]::new)).err();
    assertThat(told.indexOf("8 models on all examples and on all but one of 3")).isPositive()
        .isLessThan(told.indexOf("training 2 models"));
    assertThat(told).contains("2 models on labels made wrong on purpose", "about ");
    assertThat(Call.of(arguments.toArray(String[]::new)).err()).doesNotContain("models on");
    var planned = new ArrayList<>(arguments);
    planned.add("--plan");
    assertThat(Call.of(planned.toArray(String[]::new)).out()).startsWith("no model is to be trained\n");
  }

  private Path page() {
    whence("attribute");
    return Path
        .of(String.valueOf(Json.parse(whence("report", "--json").out()).get("report")));
  }

  @Test
  void knownErrorsAreFoundByFlagOrTruthAndFlippedOnesByTheSeed() {
    for (String known : List.of("wrong=wrong", "truth=truth")) {
      Call call = whence("evaluate", "--mislabels", "--json", "--set", "evaluation.mislabels." + known);
      assertThat(call.err()).isEmpty();
      assertThat(call.out()).contains("\"mislabelled\" : 4", "\"auroc\"", "\"mean rank\"");
    }
    Call flipped = whence("evaluate", "--mislabels", "--set", "evaluation.mislabels.flip=0.1");
    assertThat(flipped.err()).isEmpty();
    assertThat(flipped.out()).contains("8 labels made wrong on purpose among 80 training examples", "AUROC");
    assertThat(whence("evaluate", "--mislabels", "--set", "evaluation.mislabels.wrong=label").err())
        .contains("1 (wrong) or 0 is wanted");
    assertThat(whence("evaluate", "--mislabels", "--set", "evaluation.mislabels.wrong=wrong", "--set",
        "evaluation.mislabels.flip=0.1").err()).contains("at most one of wrong, truth and flip");
  }
}
