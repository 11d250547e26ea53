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
    assertThat(whence("evaluate", "--loo", "1").err()).contains("must be >= 2");
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
