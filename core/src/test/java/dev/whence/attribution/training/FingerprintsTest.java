package dev.whence.attribution.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.data.Datasets;
import dev.whence.data.Features;
import org.junit.jupiter.api.Test;

/** Who never changes works its digest out once, however many methods and targets ask for it. */
class FingerprintsTest {
  @Test
  void fingerprintsAreWorkedOutOnce() {
    var data = Datasets.builder().column("x", LinearModels.design(0, 1, 2), 2).labels(1f, 3f, 2f).build();
    var features = Features.of(data);
    try (var graph = LinearModels.graph(); var state = LinearModels.state(1, 2)) {
      assertThat(graph.fingerprint()).isSameAs(graph.fingerprint());
      assertThat(state.fingerprint()).isSameAs(state.fingerprint()).isNotEqualTo(graph.state().fingerprint());
      assertThat(data.fingerprint()).isSameAs(data.fingerprint());
      assertThat(data.select(1).fingerprint()).isNotEqualTo(data.fingerprint());
      assertThat(features.fingerprint()).isSameAs(features.fingerprint());
      assertThat(features.select(0).fingerprint()).isNotEqualTo(features.fingerprint());
    }
  }
}
