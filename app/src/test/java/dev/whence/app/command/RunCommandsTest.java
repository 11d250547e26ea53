package dev.whence.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.attribution.training.TrainingDataMethod;
import dev.whence.run.Json;
import dev.whence.run.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands over one small run: 80 digits, 10 targets, two models of the MLP, four subsets. */
class RunCommandsTest {
  @TempDir
  private Path folder;
  private Path file;

  @BeforeEach
  void writeARunFile() throws IOException {
    file = Files.writeString(folder.resolve("small.yaml"), """
        model: %1$s/fixtures/demo/digits-mlp.pt2
        data:
          path: %1$s/fixtures/data/digits-100.csv
          rows: 0..79
          id: id
          columns: {image: {from: pixel_*, shape: [1, 8, 8], scale: 1/16}}
          label: label
        targets: {rows: 80..89}
        training: {models: 2, checkpoints-per-model: 1, recipe: {epochs: 2, batch-size: 16}}
        methods: [grad-dot, random]
        evaluation: {subsets: 4, repeats: 2, resamples: 1000}
        """.formatted(Call.ROOT));
  }

  private Call whence(String command, String... flags) {
    var arguments = new ArrayList<>(List.of(command, file.toString(), "--quiet", "--out",
        folder.resolve("run").toString()));
    arguments.addAll(List.of(flags));
    return Call.of(arguments.toArray(String[]::new));
  }

  @Test
  void everyStepDoesFirstWhatItNeedsAndPrintsJsonOnStdoutAlone() throws IOException {
    assertThat(Json.parse(whence("evaluate", "--json").out())).containsKeys("lds");
    Call report = whence("report", "--json");
    assertThat(report.err()).isEmpty();
    assertThat(report.code()).isZero();
    Path page = Path.of(String.valueOf(Json.parse(report.out()).get("report")));
    assertThat(Files.readString(page)).contains("digit-0080", "How far to trust it", "grad-dot");

    assertThat(Json.parse(whence("train", "--json").out())).containsEntry("models", 2)
        .containsEntry("checkpoints", 2);
    assertThat(Json.parse(whence("attribute", "--json").out())).extractingByKey("methods").asString()
        .contains("grad-dot", "random", "targets=10", "sources=80");
    Map<String, Object> judged = Json.parse(whence("evaluate", "--json").out());
    assertThat(judged).containsKeys("lds", "difference", "seconds");
    assertThat(judged).extractingByKey("lds").asString().contains("grad-dot", "mean", "low", "high",
        "ceiling");
    assertThat(Json.parse(whence("top", "--json", "--target", "digit-0085", "-k", "2").out()).toString())
        .contains("digit-0085", "proponents", "opponents");
  }

  @Test
  void aMethodUnderTwoLabelsIsTwoMethodsToEveryCommand() throws IOException {
    Files.writeString(file, Files.readString(file).replace("methods: [grad-dot, random]",
        "methods: {grad-dot: {}, dot-small: {method: grad-dot, projection: {gaussian: {columns: 8}}}}"));
    Map<String, Object> judged = Json.parse(whence("evaluate", "--json").out());
    assertThat(judged).extractingByKey("lds").asString().contains("grad-dot=", "dot-small=");
    assertThat(whence("top", "--method", "dot-small", "--target", "digit-0080").out())
        .contains("dot-small, the margin of the label");
    assertThat(whence("attribute", "--export", "npy").code()).isZero();
    assertThat(folder.resolve("run/exports/dot-small.npy")).isNotEmptyFile();
    assertThat(Files.readAllBytes(folder.resolve("run/exports/dot-small.npy")))
        .isNotEqualTo(Files.readAllBytes(folder.resolve("run/exports/grad-dot.npy")));
    assertThat(whence("report", "--method", "dot-small").code()).isZero();
    assertThat(Files.readString(folder.resolve("run/run.yaml"))).contains("method: grad-dot");
    Call again = Call.of("attribute", folder.resolve("run/run.yaml").toString(), "--quiet", "--out",
        folder.resolve("run").toString());
    assertThat(again.err()).isEmpty();
    assertThat(again.code()).isZero();
  }

  @Test
  void whoLooksIsToldWhatToRunInsteadOfWaiting() {
    Call nothing = whence("report");
    assertThat(nothing.code()).isEqualTo(1);
    assertThat(nothing.err()).contains("no scores of this run", "whence attribute").hasLineCount(1);
    assertThat(folder.resolve("run")).doesNotExist();
    whence("attribute", "--methods", "random");
    assertThat(whence("report", "--method", "grad-dot").err()).contains("no scores of 'grad-dot'",
        "whence attribute", "random");
    Call report = whence("report", "--method", "random");
    assertThat(report.code()).as(report.err()).isZero();
    assertThat(folder.resolve("run/outcomes")).doesNotExist();
    assertThat(folder.resolve("run/run.lock")).doesNotExist();
  }

  @Test
  void aPlanTellsTheCostAndDoesNothing() {
    Call training = whence("train", "--plan");
    assertThat(training.code()).isZero();
    assertThat(training.out()).contains("2 models to attribute with: 80 examples and 10 steps each",
        "about 0 s on", "on disk (", "adamw at 0.001, cosine, 2 epochs in batches of 16 (the run file's)");
    assertThat(Json.parse(whence("evaluate", "--plan", "--json").out())).extractingByKey("plan").asString()
        .contains("models=10", "seconds=", "free-bytes=", "grad-dot, random");
    assertThat(folder.resolve("run")).doesNotExist();
    whence("evaluate");
    assertThat(whence("evaluate", "--plan").out()).isEqualTo("no model is to be trained\n");
  }

  @Test
  void tablesAreForPeople() {
    assertThat(whence("train").out()).startsWith("2 models, 2 checkpoints on 80 training examples, in ")
        .containsPattern("models on +examples +accuracy +loss").containsPattern("training examples +80 ")
        .containsPattern("targets +10 ");
    assertThat(whence("attribute").out()).containsPattern("grad-dot +10 +80");
    assertThat(whence("top", "--method", "random").out()).contains("random, the margin of the label",
        "averaged over 2 models", "shown as ", "labelled ", "a ")
        .containsPattern("highest by random +lowest by random");
    assertThat(whence("top", "--target", "digit-0080").out()).containsPattern(
        "raised the margin of \\d, the label +lowered it");
    assertThat(whence("evaluate").out()).containsPattern("method +LDS +low +high +ceiling")
        .contains("4 subsets, 2 repeats, 10 targets", "grad-dot minus random");
  }

  @Test
  void scoresAreExportedForOtherTools() throws IOException {
    assertThat(whence("attribute", "--export", "nyp").err()).contains("unknown export format 'nyp'",
        "did you mean 'npy'?");
    assertThat(folder.resolve("run")).doesNotExist();
    Call call = whence("attribute", "--export", "npy,safetensors", "--export", "parquet");
    assertThat(call.err()).isEmpty();
    assertThat(call.out()).contains("exported ").contains("random.npy");
    for (String method : List.of("grad-dot", "random")) {
      for (String format : List.of("npy", "safetensors", "parquet")) {
        assertThat(folder.resolve("run/exports/" + method + "." + format)).isNotEmptyFile();
      }
    }
    assertThat(Json.parse(whence("attribute", "--json", "--export", "npy").out())).extractingByKey("exports")
        .asString().contains("random.npy");
  }

  @Test
  void flagsOverruleTheRunFileAndTheFolderRemembers() throws IOException {
    assertThat(
        Json.parse(whence("train", "--json", "--models", "1", "--set", "training.recipe.epochs=1").out()))
        .containsEntry("models", 1);
    assertThat(Files.readString(folder.resolve("run/run.yaml"))).contains("epochs: 1", "models: 1");

    Call other = whence("train");
    assertThat(other.code()).isNotZero();
    assertThat(other.code()).isEqualTo(3);
    assertThat(other.err()).contains("training", "--out").hasLineCount(1);
  }

  @Test
  void trainedNumbersAreAttributedWithoutTraining() throws IOException {
    String own = "training={start: trained}";
    Call attributed = Call.of("attribute", file.toString(), "--out", folder.resolve("run").toString(),
        "--set",
        own);
    assertThat(attributed.code()).as(attributed.err()).isZero();
    assertThat(attributed.err()).startsWith("the model is the numbers in digits-mlp.pt2");
    assertThat(Json.parse(whence("train", "--json", "--set", own).out())).containsEntry("models", 1);
    assertThat(folder.resolve("run/checkpoints")).doesNotExist();
    assertThat(Files.readString(folder.resolve("run/run.yaml"))).contains("start: trained", "models: 1");
    assertThat(whence("attribute", "--models", "3", "--set", "training.start=trained").err())
        .contains("models is 3").contains("start: fresh");
  }

  @Test
  void theFolderLiesBesideTheRunFile() {
    Call call = Call.of("train", file.toString(), "--quiet", "--json");
    assertThat(call.err()).isEmpty();
    assertThat(folder.resolve("runs/small/run.yaml")).exists();
  }

  @Test
  void timesAreThoseOfTheCallThatMadeTheThing() throws IOException {
    whence("attribute");
    Path kept = folder.resolve("run/provenance.json");
    Object first = Json.parse(Files.readString(kept)).get("times");
    assertThat(first).asString().contains("train", "grad-dot", "random", "made=");
    whence("attribute");
    assertThat(Json.parse(Files.readString(kept)).get("times")).asString()
        .endsWith(String.valueOf(first).replaceFirst(".*?seconds=", ""));
  }

  @Test
  void anExportOfFormerScoresDoesNotStayBesideNewOnes() {
    whence("attribute", "--export", "npy");
    Call call = Call.of("attribute", file.toString(), "--out", folder.resolve("run").toString(), "--set",
        "methods={grad-dot: {projection: {gaussian: {columns: 9}}}, random: {}}");
    assertThat(call.err()).contains("exports/grad-dot.json, exports/grad-dot.npy in ", "of former scores");
    assertThat(folder.resolve("run/exports/grad-dot.npy")).doesNotExist();
  }

  @Test
  void whatMayMisleadIsSaidBesideTheResultsOfEveryCommand() {
    for (String command : List.of("train", "attribute", "top", "evaluate")) {
      assertThat(Json.parse(whence(command, "--json").out())).as(command).extractingByKey("warnings")
          .asString()
          .contains("of 10 targets are predicted otherwise than labelled");
    }
    Call suspected = whence("evaluate", "--mislabels", "--json");
    assertThat(Json.parse(suspected.out())).extractingByKey("warnings").asString()
        .contains("of 10 targets are predicted otherwise than labelled");
    assertThat(Call.of("top", file.toString(), "--out", folder.resolve("run").toString()).err())
        .contains("note: ");
  }

  @Test
  void whoeverTrainsOnTheWayIsToldTheCostBefore() {
    for (String command : List.of("attribute", "top")) {
      List<String> arguments = List.of(command, file.toString(), "--out", folder.resolve(command).toString());
      String told = Call.of(arguments.toArray(String[]::new)).err();
      assertThat(told).as(command).contains("2 models to attribute with: 80 examples and 10 steps each");
      assertThat(told.indexOf("2 models to attribute with")).isLessThan(told.indexOf("training 2 models"));
      assertThat(Call.of(arguments.toArray(String[]::new)).err()).doesNotContain("to attribute with");
    }
  }

  @Test
  void exportsFollowTheScaleThatEvaluateMeasures() throws IOException {
    String wide = "evaluation.subsets=16";
    String learning = "training.recipe={epochs: 12, learning-rate: 0.01, batch-size: 16}";
    Path exported = folder.resolve("run/exports/grad-dot.csv");
    whence("attribute", "--export", "csv", "--set", wide, "--set", learning);
    String before = Files.readString(exported);
    String unit = String
        .valueOf(Json.parse(whence("evaluate", "--json", "--set", wide, "--set", learning).out())
            .get("scale"));
    assertThat(unit).contains("grad-dot");

    String after = Files.readString(exported);
    whence("attribute", "--export", "csv", "--set", wide, "--set", learning);

    assertThat(after).isEqualTo(Files.readString(exported)).isNotEqualTo(before);
  }

  @Test
  void keysWithoutEffectAreRefusedThoughTheyEqualTheDefaults() throws IOException {
    assertThat(whence("train", "--set", "training.recipe={epochs: 10, steps: 20}").err())
        .contains("epochs has no effect beside steps: 20").hasLineCount(1);
    assertThat(whence("train", "--set", "training.recipe={steps: 20}").code()).isZero();
    Path kept = folder.resolve("run/run.yaml");
    assertThat(Files.readString(kept)).contains("steps: 20").doesNotContain("epochs");
    assertThat(Call.of("train", kept.toString(), "--quiet").code()).isZero();
    assertThat(
        Call.of("train", file.toString(), "--quiet", "--out", folder.resolve("other").toString(), "--set",
            "training={start: trained, initialization: {nowhere*: {constant: {value: 0}}}}").err())
        .contains("nowhere*").hasLineCount(1);
  }

  @Test
  void theKeptRunFileContinuesItsOwnFolder() {
    whence("train");

    Call again = Call.of("attribute", folder.resolve("run/run.yaml").toString(), "--quiet", "--json");

    assertThat(again.err()).isEmpty();
    assertThat(Json.parse(again.out())).containsEntry("folder", folder.resolve("run").toString());
  }

  @Test
  void wrongKeysNameTheNearestKnownOne() {
    Call key = whence("train", "--set", "trainig.models=1");
    assertThat(key.code()).isEqualTo(2);
    assertThat(key.err()).contains("trainig", "training").hasLineCount(1);

    assertThat(whence("train", "--set", "training.modles=1").err()).contains("modles",
        "did you mean 'models'?");
    assertThat(whence("train", "--set", "seed").err()).contains("--set must be KEY=VALUE, got 'seed'")
        .hasLineCount(1);
    assertThat(whence("train", "--methods", "trac").err()).contains("trac", "known:", "trak");
    assertThat(whence("train", "--models", "2", "--set", "training.models=3").err())
        .contains("training.models is given twice on the command line, '3' and '2'");
    assertThat(whence("report", "--overwrite").err()).contains("--overwrite has no effect here");
    assertThat(whence("train", "--models", "0").err()).contains("models must be >= 1, got 0");
  }

  @Test
  void unknownTargetsAndMethodsAreNamed() {
    Call target = whence("top", "--target", "digit-008");
    assertThat(target.code()).isEqualTo(2);
    assertThat(target.err()).contains("unknown target 'digit-008'", "did you mean");
    assertThat(whence("top", "--method", "trak").err()).contains("unknown method 'trak'");
    assertThat(whence("report", "--target", "digit-008").err()).contains("unknown target 'digit-008'");
    assertThat(whence("evaluate", "--subsets", "0").err()).contains("--subsets 50");
    assertThat(folder.resolve("run/checkpoints")).doesNotExist(); // told before anything was trained
  }

  @Test
  void aMissingOrDamagedFileEndsWithThreeAndLeavesNothing() throws IOException {
    assertThat(whence("train", "--set", "data.path=nowhere.csv").code()).isEqualTo(3);
    Path ragged = Files.writeString(folder.resolve("ragged.csv"), "id,pixel_0,label\na,1,0\nb,1\n");
    Call call = whence("train", "--set", "data.path=" + ragged);
    assertThat(call.code()).isEqualTo(3);
    assertThat(call.err()).contains("ragged.csv", "line").hasLineCount(1);
    assertThat(folder.resolve("run")).doesNotExist();
    Call none = Call.of("train", folder.resolve("none.yaml").toString());
    assertThat(none.err()).contains("no such run file", "none.yaml");
    assertThat(none.code()).isEqualTo(2);
    assertThat(Call.of("train", folder.toString()).err()).contains("is a folder; name the run file");
  }

  @Test
  void methodsAreListedWithTheirSettings() {
    assertThat(Call.of("methods").out()).contains("trak", "damping", ">= 0");
    assertThat(Json.parse(Call.of("methods", "--json").out()))
        .containsOnlyKeys(Registry.of(TrainingDataMethod.class, "method").names());
  }
}
