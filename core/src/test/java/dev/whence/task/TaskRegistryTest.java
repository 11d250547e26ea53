package dev.whence.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.run.Registry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskRegistryTest {
  @Test
  void lossesAndMeasurementsAreKnownByTheNamesOfTheField() {
    assertThat(Registry.of(Loss.class, "loss").names()).containsExactlyInAnyOrder("cross-entropy",
        "next-token",
        "squared-error", "binary-cross-entropy");
    assertThat(Registry.of(Measurement.class, "measurement").names()).containsExactlyInAnyOrder("loss",
        "negative-loss", "log-probability", "margin", "hard-margin", "logit", "logit-difference",
        "prediction");
  }

  @Test
  void settingsAreChecked() {
    assertThat(Registry.of(Measurement.class, "measurement").create("logit-difference", Map.of("plus", 3)))
        .isEqualTo(new Measurements.LogitDifference(3, 0));
    assertThatThrownBy(() -> new CrossEntropy(1)).hasMessageStartingWith("label-smoothing must be")
        .hasMessageEndingWith("got 1.0");
  }
}
