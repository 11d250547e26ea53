package dev.whence.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.run.Progress.Stage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {
  private static final long SECOND = 1_000_000_000L;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger columns = new AtomicInteger(80);

  private ProgressLines lines(boolean interactive) {
    var err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new ProgressLines(new Terminal(err, err, interactive, columns::get), clock::get);
  }

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whereNobodyWatchesThereIsALineInTenSecondsAtMost() {
    try (Stage stage = lines(false).stage("training 60 models", 60)) {
      for (int second = 0; second < 33; second++) {
        clock.addAndGet(SECOND);
        stage.advance(1);
      }
    }

    assertThat(shown()).isEqualTo("""
        training 60 models …
        training 60 models: 10/60, 50 s left
        training 60 models: 20/60, 40 s left
        training 60 models: 30/60, 30 s left
        training 60 models: stopped at 33 of 60 (33 s)
        """);
  }

  @Test
  void manyShortStagesShareTheLinesOfTheirTime() {
    ProgressLines lines = lines(false);
    for (int model = 0; model < 60; model++) {
      try (Stage stage = lines.stage("model " + model, 1)) {
        clock.addAndGet(SECOND);
        stage.advance(1);
      }
    }

    assertThat(shown().lines()).hasSize(7).startsWith("model 0 …");
  }

  @Test
  void whereAPersonWatchesOneLineIsDrawnOver() {
    try (Stage stage = lines(true).stage("attributing", 4)) {
      clock.addAndGet(SECOND);
      stage.advance(1);
      assertThat(shown()).doesNotContain("\n").contains("\rattributing  ██████░", "1/4, 3 s left");
    }

    assertThat(shown()).endsWith("\rattributing: stopped at 1 of 4 (1 s)\n");
  }

  @Test
  void aStageWithinAnotherIsShownUntilItEnds() {
    ProgressLines lines = lines(true);
    try (Stage outer = lines.stage("outer", 2)) {
      try (Stage inner = lines.stage("inner", 1)) {
        clock.addAndGet(SECOND);
        outer.advance(1);
        inner.advance(1);
      }
      assertThat(shown()).contains("inner (1 s)\n\router");
    }
  }

  @Test
  void aStageOfUnknownLengthCountsWithoutATimeLeft() {
    try (Stage stage = lines(false).stage("reading", -1)) {
      clock.addAndGet(40 * SECOND);
      stage.advance(7);
    }

    assertThat(shown()).isEqualTo("reading …\nreading: 7\n");
  }

  @Test
  void aBriefStageHasNoLineForItsEndUnlessItStopped() {
    try (Stage stage = lines(true).stage("model 1", 1)) {
      stage.advance(1);
    }
    lines(true).stage("model 2", 1).close();

    assertThat(shown()).doesNotContain("model 1 (").endsWith("\rmodel 2: stopped at 0 of 1 (0 s)\n");
  }

  @Test
  void noLineThatIsDrawnOverIsAsWideAsTheWindow() {
    for (int width : List.of(200, 80, 40, 30, 20, 10, 2)) {
      columns.set(width);
      bytes.reset();
      for (String name : List.of("training 60 models", "x".repeat(200))) {
        try (Stage stage = lines(true).stage(name, 2)) {
          clock.addAndGet(SECOND);
          stage.advance(1);
          assertThat(shown().split("\r", -1)).allSatisfy(line -> assertThat(line).hasSizeLessThan(width));
        }
        bytes.reset();
      }
    }
  }

  @Test
  void theBarGivesWayBeforeTheText() {
    columns.set(40);
    try (Stage stage = lines(true).stage("training 60 models", 2)) {
      clock.addAndGet(SECOND);
      stage.advance(1);
      assertThat(shown().stripTrailing()).endsWith("\rtraining 60 models  1/2, 1 s left");
    }
    columns.set(60);
    try (Stage stage = lines(true).stage("training 60 models", 2)) {
      clock.addAndGet(SECOND);
      stage.advance(1);
      assertThat(shown()).contains("█", "░").endsWith("░  1/2, 1 s left");
    }
  }

  @Test
  void timesUseTheirTwoLargestUnits() {
    assertThat(ProgressLines.time(Duration.ofMillis(3600))).isEqualTo("4 s");
    assertThat(ProgressLines.time(Duration.ofSeconds(65))).isEqualTo("1 min 05 s");
    assertThat(ProgressLines.time(Duration.ofSeconds(7385))).isEqualTo("2 h 03 min");
  }
}
