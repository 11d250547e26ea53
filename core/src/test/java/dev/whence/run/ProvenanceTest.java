package dev.whence.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProvenanceTest {
  private final Provenance provenance = new Provenance("0.1.0", "trak",
      Map.of("columns", 2048, "seed", 3L, "damping", .5, "share", .1f, "steps", List.of(1, 2), "kind",
          Map.of("sparse", Map.of("s", 4L))),
      Map.of("model", "ab12"),
      Map.of("projection", Long.MAX_VALUE), Map.of()).withSeed("training", -3)
      .withEnvironment("java", "25.0.3")
      .withFingerprint("training", "cd34");

  @Test
  void jsonReadsBackEqualWithAndWithoutTimes() {
    var times = new Times(Instant.parse("2026-01-02T03:04:05Z"), Map.of("fit", 1.5),
        Map.of("fit", Instant.EPOCH));
    assertThat(Provenance.parse(provenance.json(Optional.empty()))).isEqualTo(provenance);
    assertThat(Provenance.parse(provenance.json(Optional.of(times)))).isEqualTo(provenance);
  }

  @Test
  void timesAreTheOnlyDifferenceBetweenTwoRuns() {
    String first = provenance.json(Optional.of(new Times(Instant.EPOCH, Map.of("fit", 1.5), Map.of())));
    String second = provenance.json(Optional.of(new Times(Instant.MAX, Map.of("fit", 9.0), Map.of())));
    assertThat(first).isNotEqualTo(second);
    Map<String, Object> a = Json.parse(first);
    Map<String, Object> b = Json.parse(second);
    a.remove("times");
    b.remove("times");
    assertThat(Json.compact(a)).isEqualTo(Json.compact(b));
  }

  @Test
  void settingWithoutAFormInJsonIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Provenance("1", "trak", Map.of("at", Instant.EPOCH), Map.of(), Map.of(), Map.of()))
        .withMessageContaining("got 1970-01-01");
  }

  @Test
  void missingOrMalformedMembersAreNamed() {
    assertThatIllegalArgumentException().isThrownBy(() -> Provenance.parse("{\"version\": \"1\"}"))
        .withMessageContaining("'seeds'");
    assertThatIllegalArgumentException().isThrownBy(() -> Provenance.parse("[1]"));
    assertThatIllegalArgumentException().isThrownBy(() -> Json.parse("{\"a\": 1, \"a\": 2}"));
    assertThatIllegalArgumentException().isThrownBy(() -> Json.parse("{} {}"));
    assertThatIllegalArgumentException().isThrownBy(() -> Json.parse("null"));
  }
}
