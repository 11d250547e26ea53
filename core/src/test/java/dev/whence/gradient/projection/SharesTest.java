package dev.whence.gradient.projection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.gradient.projection.ProjectionKind.TwoSided;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SharesTest {
  private static Map<String, List<Long>> shapes(Object... namesAndShapes) {
    var shapes = new LinkedHashMap<String, List<Long>>();
    for (int i = 0; i < namesAndShapes.length; i += 2) {
      var shape = new java.util.ArrayList<Long>();
      for (Object extent : (List<?>) namesAndShapes[i + 1]) {
        shape.add(((Number) extent).longValue());
      }
      shapes.put((String) namesAndShapes[i], shape);
    }
    return shapes;
  }

  private static int columns(Map<String, TwoSided> shares, Map<String, List<Long>> shapes) {
    return shares.entrySet().stream()
        .mapToInt(each -> TwoSidedProjection.columns(each.getValue(),
            Objects.requireNonNull(shapes.get(each.getKey()))))
        .sum();
  }

  @Test
  void aNarrowSideIsKeptWholeAndTheOtherGetsTheRest() {
    var shapes = shapes("weight", List.of(10, 784), "bias", List.of(10));
    Map<String, TwoSided> shares = Shares.of(2048, shapes);
    assertThat(Objects.requireNonNull(shares.get("weight")).rows()).isEqualTo(10);
    assertThat(columns(shares, shapes)).isBetween(2030, 2048);
  }

  @Test
  void aModelOfFewerParametersThanColumnsIsNotProjected() {
    var shapes = shapes("a", List.of(3, 5), "b", List.of(7), "c", List.of(2, 3, 3));
    assertThat(columns(Shares.of(2048, shapes), shapes)).isEqualTo(15 + 7 + 18);
  }

  @Test
  void noParameterIsLeftOutAndNoneTakesAll() {
    var shapes = shapes("embedding", List.of(50_000, 64), "norm", List.of(64), "out", List.of(64, 64),
        "scale", List.of());
    Map<String, TwoSided> shares = Shares.of(512, shapes);
    assertThat(shares.keySet()).containsExactlyInAnyOrderElementsOf(shapes.keySet());
    shapes.forEach((name,
        shape) -> assertThat(TwoSidedProjection.columns(Objects.requireNonNull(shares.get(name)), shape))
            .as(name)
            .isBetween(1, 510));
    assertThat(columns(shares, shapes)).isBetween(400, 520);
  }

  @Test
  void fewerColumnsThanParametersStillGiveEachOne() {
    var shapes = shapes("a", List.of(30, 50), "b", List.of(70), "c", List.of(20, 30, 3));
    assertThat(columns(Shares.of(1, shapes), shapes)).isEqualTo(3);
  }
}
