package dev.whence.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
  enum Dtype {
    FLOAT32, BFLOAT16
  }

  sealed interface Projection {
  }

  @Named("two-sided")
  record TwoSided(@Setting(help = "columns", min = 1) int columns) implements Projection {
    TwoSided {
      Settings.check(TwoSided.class, columns);
    }

    TwoSided() {
      this(16);
    }
  }

  @Named("identity")
  record Identity() implements Projection {
  }

  record Inner(String path) {
  }

  record Sample(@Setting(help = "columns kept by the random projection", min = 1) int projectionDimension,
      @Setting(help = "ridge added to the kernel's diagonal", min = 0) double damping,
      @Setting(help = "share", min = 0, max = 1, exclusiveMax = true) double share,
      @Setting(help = "seed of the projection") long seed, @Setting(help = "how rows are stored") Dtype dtype,
      @Setting(help = "whether to centre") boolean center,
      @Setting(help = "steps", min = 0, exclusiveMin = true) List<Double> steps, Map<String, Integer> counts,
      @Setting(help = "how to project") Projection projection) {
    Sample {
      Settings.check(Sample.class, projectionDimension, damping, share, seed, dtype, center, steps, counts,
          projection);
    }

    Sample() {
      this(2048, 0, .5, 0, Dtype.FLOAT32, false, List.of(.1), Map.of(), new TwoSided());
    }
  }

  @Test
  void valueOutOfBoundsIsRefusedWithNameBoundAndValue() {
    refused(Map.of("damping", -1.0), "damping must be >= 0, got -1.0");
    refused(Map.of("projection-dimension", 0), "projection-dimension must be >= 1, got 0");
    refused(Map.of("share", 1), "share must be in [0, 1), got 1.0");
    refused(Map.of("steps", List.of(.1, 0)), "steps must be > 0, got 0.0");
    refused(Map.of("damping", "NaN"), "damping must be >= 0, got NaN");
    refused(Map.of("damping", "Infinity"), "damping must be finite, got Infinity");
  }

  @Test
  void unknownKeyIsRefusedWithTheNearestKnownOne() {
    refused(Map.of("projectionDimensions", 4),
        "unknown setting 'projectionDimensions' of sample; did you mean 'projection-dimension'?");
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.build(Inner.class, Map.of("quantum", 1)))
        .withMessage("unknown setting 'quantum' of inner; known: path");
  }

  @Test
  void valueOfTheWrongTypeIsRefused() {
    refused(Map.of("seed", 1.5), "seed must be a whole number, got '1.5'");
    refused(Map.of("projection-dimension", 3_000_000_000L),
        "projection-dimension must be a whole number, got '3000000000'");
    refused(Map.of("damping", "low"), "damping must be a number, got 'low'");
    refused(Map.of("center", "yes"), "center must be true or false, got 'yes'");
    refused(Map.of("dtype", "int8"), "dtype must be one of float32, bfloat16, got 'int8'");
    refused(Map.of("projection", "sparse"), "unknown projection 'sparse'; known: identity, two-sided");
    refused(Map.of("seed", 1, "Seed", 2), "setting 'seed' of sample is given twice");
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.build(Inner.class, Map.of()))
        .withMessage("setting 'path' of inner is missing");
  }

  @Test
  void recordIsBuiltOverItsDefaultsFromKebabCamelAndText() {
    Sample built = Settings.build(Sample.class,
        Map.of("projectionDimension", "7", "share", ".25", "dtype", "bfloat16",
            "center", "true", "steps", "1, 2", "counts", Map.of("a", 3), "projection",
            Map.of("two-sided", Map.of("columns", 9))));
    assertThat(built).isEqualTo(
        new Sample(7, 0, .25, 0, Dtype.BFLOAT16, true, List.of(1.0, 2.0), Map.of("a", 3), new TwoSided(9)));
  }

  @Test
  void valuesBuildTheSameRecordAgain() {
    Sample sample = new Sample(3, .125, 0, Long.MIN_VALUE, Dtype.BFLOAT16, true, List.of(.5), Map.of("x", 1),
        new Identity());
    Map<String, Object> values = Settings.values(sample);
    assertThat(values).containsEntry("projection-dimension", 3).containsEntry("dtype", "bfloat16")
        .containsEntry("projection", "identity");
    assertThat(values.keySet()).containsExactly("projection-dimension", "damping", "share", "seed", "dtype",
        "center",
        "steps", "counts", "projection");
    assertThat(Settings.build(Sample.class, values)).isEqualTo(sample);
    assertThat(Settings.with(sample, Map.of("damping", 2)))
        .extracting(Sample::damping, Sample::projectionDimension)
        .containsExactly(2.0, 3);
  }

  @Test
  void descriptionSaysNameTypeDefaultAndBounds() {
    List<SettingDescription> settings = Settings.describe(Sample.class);
    assertThat(settings.get(0)).hasToString("projection-dimension: integer >= 1");
    assertThat(settings.get(0).defaultValue()).contains(2048);
    assertThat(settings.get(0).help()).isEqualTo("columns kept by the random projection");
    assertThat(settings).extracting(SettingDescription::typeName).containsExactly("integer", "number",
        "number",
        "integer", "float32|bfloat16", "true|false", "list of number", "map to integer",
        "identity|two-sided");
    assertThat(Settings.describe(Inner.class).getFirst().defaultValue()).isEmpty();
  }

  record Open(@Setting(help = "how many", min = 1) Optional<Integer> count, Optional<Inner> inner) {
    Open {
      Settings.check(Open.class, count, inner);
    }

    Open() {
      this(Optional.empty(), Optional.empty());
    }
  }

  @Test
  void whatIsLeftOpenIsWrittenAutoAndReadBack() {
    assertThat(Settings.values(new Open())).isEqualTo(Map.of("count", "auto", "inner", "auto"));
    assertThat(Settings.build(Open.class, Map.of("count", "auto"))).isEqualTo(new Open());
    var open = Settings.build(Open.class, Map.of("count", "3", "inner", Map.of("path", "x")));
    assertThat(open).isEqualTo(new Open(Optional.of(3), Optional.of(new Inner("x"))));
    assertThat(Settings.build(Open.class, Settings.values(open))).isEqualTo(open);
    assertThat(Settings.describe(Open.class).getFirst()).hasToString("count: auto or integer >= 1");
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.build(Open.class, Map.of("count", 0)))
        .withMessage("count must be >= 1, got 0");
  }

  @Test
  void nearestNameIsFoundThroughSwapsAndNotInvented() {
    assertThat(Nearest.distance("trak", "trka")).isEqualTo(1);
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Nearest.to("trac", Arrays.asList("tracin", "trak"))).contains("trak");
    assertThat(Nearest.to("shapley", Arrays.asList("tracin", "trak"))).isEmpty();
  }

  private static void refused(Map<String, ?> values, String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.build(Sample.class, values))
        .withMessage(message);
  }
}
