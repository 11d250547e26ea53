package dev.whence.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.graph.Safetensors;
import dev.whence.run.Json;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  private static final Path MODELS = Call.ROOT.resolve("fixtures/models");
  private static final Path CHECKS = Call.ROOT.resolve("fixtures/checks");

  @TempDir
  private Path folder;

  @TestFactory
  Stream<DynamicTest> everyGoldenModelPassesItsCheck() throws IOException {
    try (Stream<Path> files = Files.list(MODELS)) {
      return files.filter(file -> file.toString().endsWith(".pt2")).sorted().toList().stream()
          .map(model -> DynamicTest.dynamicTest(model.getFileName().toString(), () -> {
            Call call = Call.of("inspect", model.toString(), "--check", "--tolerance", "1e-4");
            assertThat(call.err()).isEmpty();
            assertThat(call.out()).contains("passed", "gradient ", "other examples when one changes");
            assertThat(call.code()).isZero();
          }));
    }
  }

  @TestFactory
  Stream<DynamicTest> modelsWhoseErrorsAreAllRoundingPassToo() {
    return Stream.of("fitted-classes", "fitted-numbers", "half", "complex", "autocast", "autocast-half")
        .map(name -> DynamicTest.dynamicTest(name, () -> {
          Call call = Call.of("inspect", CHECKS.resolve(name + ".pt2").toString(), "--check");
          assertThat(call.out()).contains("passed").doesNotContain("one pass per example");
          assertThat(call.code()).isZero();
        }));
  }

  @Test
  void aWrongGradientFailsEvenWhereTheModelFitsItsSamples() throws IOException {
    Path model = Files.copy(CHECKS.resolve("fitted-numbers.pt2"), folder.resolve("fitted-numbers.pt2"));
    try (var arena = Arena.ofConfined();
        var right = Safetensors.read(CHECKS.resolve("fitted-numbers.check.safetensors"), arena);
        var _ = Scope.open()) {
      var wrong = new LinkedHashMap<>(right.tensors());
      wrong.replace("gradient.0.weight", right.tensor("gradient.0.weight").add(1e-2));
      Safetensors.write(folder.resolve("fitted-numbers.check.safetensors"), wrong, right.metadata());
    }

    Call call = Call.of("inspect", model.toString(), "--check");

    assertThat(call.out()).containsPattern("gradient 0.weight .* past");
    assertThat(call.code()).isEqualTo(1);
  }

  @Test
  void anErrorOfAThousandthInAnyGradientOfALanguageModelIsFound() throws IOException {
    Path model = Files.copy(MODELS.resolve("gpt.pt2"), folder.resolve("gpt.pt2"));
    try (var arena = Arena.ofConfined();
        var right = Safetensors.read(MODELS.resolve("gpt.check.safetensors"), arena);
        var _ = Scope.open()) {
      List<String> gradients = right.tensors().keySet().stream().filter(name -> name.startsWith("gradient."))
          .toList();
      double largest = gradients.stream().mapToDouble(name -> right.tensor(name).maxAbs()).max()
          .orElseThrow();
      var wrong = new LinkedHashMap<>(right.tensors());
      // what is smaller than a hundredth of the largest gradient is judged as if it were as large
      gradients.forEach(name -> wrong.replace(name,
          right.tensor(name).add(1e-3 * Math.max(right.tensor(name).maxAbs(), 1e-2 * largest))));
      Safetensors.write(folder.resolve("gpt.check.safetensors"), wrong, right.metadata());

      Call call = Call.of("inspect", model.toString(), "--check");

      assertThat(call.out().lines().filter(line -> line.matches(" *gradient .* past .*")).count())
          .isEqualTo(gradients.size());
    }
  }

  @Test
  void aModelWhoseOutputFollowsNoInputPassesWithANote() {
    Call call = Call.of("inspect", CHECKS.resolve("constant.pt2").toString(), "--check");

    assertThat(call.out()).contains("says little: no output follows its input", "passed");
    assertThat(call.code()).isZero();
  }

  @Test
  void samplesThatAreAllTheSameProveNothing() throws IOException {
    Path model = Files.copy(MODELS.resolve("mlp.pt2"), folder.resolve("mlp.pt2"));
    try (var arena = Arena.ofConfined();
        var check = Safetensors.read(MODELS.resolve("mlp.check.safetensors"), arena);
        var _ = Scope.open()) {
      var same = new LinkedHashMap<String, Tensor>();
      check.tensors()
          .forEach((name, tensor) -> same.put(name, tensor.indexSelect(0, Tensor.of(new long[5], 5))));
      Safetensors.write(folder.resolve("mlp.check.safetensors"), same, check.metadata());
    }

    Call call = Call.of("inspect", model.toString(), "--check");

    assertThat(call.out()).contains("not tried: the sample examples are all the same");
    assertThat(call.code()).isEqualTo(1);
  }

  @Test
  void itShowsTheTreeWithParameterCounts() {
    Call call = Call.of("inspect", MODELS.resolve("lenet.pt2").toString());

    assertThat(call.out()).containsPattern("\\(model\\) +\\S* +[\\d,]+").contains("inputs", "outputs",
        "float32");
    assertThat(call.code()).isZero();
  }

  @Test
  void pastTheToleranceItExitsWithOneAndSaysWhere() {
    Call call = Call.of("inspect", MODELS.resolve("resnet.pt2").toString(), "--check", "--tolerance", "0");

    assertThat(call.code()).isEqualTo(1);
    assertThat(call.out()).contains("FAILED", "past 0");
  }

  @Test
  void aFailedCheckSaysSoOnStderr() {
    Call call = Call.of("inspect", MODELS.resolve("resnet.pt2").toString(), "--check", "--tolerance", "0");

    assertThat(call.err()).contains("resnet.pt2 failed its check: ", "relative error").hasLineCount(1);
  }

  @Test
  void aModelBehindCheckIsSaidToBeTakenForTheCheckFile() {
    String model = MODELS.resolve("mlp.pt2").toString();
    Call call = Call.of("inspect", "--check", model);

    assertThat(call.code()).isEqualTo(2);
    assertThat(call.err()).contains("no model is named", "whence inspect " + model + " --check");
  }

  @Test
  void aTrialRunKeepsALimitOfItsOwn() {
    String model = MODELS.resolve("resnet.pt2").toString();
    Call plain = Call.of("inspect", model, "--memory", "1k");
    Call checked = Call.of("inspect", model, "--check", "--memory", "1k");

    assertThat(plain.code()).isZero();
    assertThat(plain.out()).contains("more than the limit of 1024 bytes", "--memory");
    assertThat(checked.code()).isEqualTo(3);
    assertThat(checked.err()).contains("more than the limit of 1024 bytes").hasLineCount(1);
    assertThat(Call.of("inspect", model, "--memory", "much").err()).contains("such as 800m or 2g");
  }

  @Test
  void jsonHoldsTheCheck() {
    Call call = Call.of("inspect", MODELS.resolve("mlp.pt2").toString(), "--json", "--check");

    assertThat(Json.parse(call.out())).containsEntry("passed", true).containsKeys("modules", "gradients",
        "check");
  }

  @Test
  void theSampleOfAnotherModelIsRefused() {
    Call call = Call.of("inspect", MODELS.resolve("mlp.pt2").toString(), "--check",
        MODELS.resolve("gpt.check.safetensors").toString());

    assertThat(call.code()).isEqualTo(3);
    assertThat(call.err()).contains("gpt.check.safetensors").hasLineCount(1);
  }

  @Test
  void aTruncatedModelIsRefusedInOneSentence() throws IOException {
    Path broken = folder.resolve("broken.pt2");
    byte[] bytes = Files.readAllBytes(MODELS.resolve("mlp.pt2"));
    Files.write(broken, Arrays.copyOf(bytes, bytes.length / 2), StandardOpenOption.CREATE);

    Call call = Call.of("inspect", broken.toString());

    assertThat(call.code()).isEqualTo(3);
    assertThat(call.err()).contains("broken.pt2").hasLineCount(1);
    assertThat(call.out()).isEmpty();
  }

  @Test
  void ofSeveralModelsOneThatCannotBeReadDoesNotHideTheOthers() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.pt2"), "no archive");

    Call call = Call.of("inspect", broken.toString(), MODELS.resolve("mlp.pt2").toString());

    assertThat(call.code()).isEqualTo(3);
    assertThat(call.err()).contains("broken.pt2").hasLineCount(1);
    assertThat(call.out()).contains("mlp.pt2", "(model)");
  }

  @Test
  void missingFilesAndWrongFlagsHaveTheirOwnExitCodes() {
    assertThat(Call.of("inspect", "nowhere.pt2").code()).isEqualTo(3);
    assertThat(Call.of("inspect").code()).isEqualTo(2);
    assertThat(Call.of("inspect", "--tolerence", "1", "x.pt2").err()).contains("--tolerence", "--tolerance");
    assertThat(List.of(Call.of("inspct").code(), Call.of().code())).containsOnly(2);
  }
}
