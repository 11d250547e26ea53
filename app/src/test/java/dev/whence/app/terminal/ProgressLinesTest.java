package dev.whence.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.run.Progress.Stage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLinesTest {
  private static final long SECOND = 1_000_000_000L;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong clock = new AtomicLong();

  private ProgressLines lines(boolean interactive) {
    var err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new ProgressLines(new Terminal(err, err, interactive), clock::get);
  }

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whereNobodyWatchesItWritesPlainLinesAtTheBeginningTheEndAndEveryHalfMinute() {
    try (Stage stage = lines(false).stage("training 60 models", 60)) {
      for (int second = 0; second < 60; second++) {
        clock.addAndGet(SECOND);
        stage.advance(1);
      }
    }

    assertThat(shown()).isEqualTo("""
        training 60 models …
        training 60 models: 30/60, 30 s left
        training 60 models: 60/60
        training 60 models (1 min 00 s)
        """);
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

    assertThat(shown()).isEqualTo("reading …\nreading: 7\nreading (40 s)\n");
  }

  @Test
  void aBriefStageHasNoLineForItsEndUnlessItStopped() {
    try (Stage stage = lines(false).stage("model 1", 1)) {
      stage.advance(1);
    }
    lines(false).stage("model 2", 1).close();

    assertThat(shown()).isEqualTo("model 1 …\nmodel 2 …\nmodel 2: stopped at 0 of 1 (0 s)\n");
  }

  @Test
  void aLongNameIsCutToTheLine() {
    try (Stage stage = lines(true).stage("x".repeat(200), 2)) {
      stage.advance(0);
    }

    assertThat(shown().split("[\r\n]", -1)).filteredOn(line -> line.contains("…")).isNotEmpty()
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(79));
  }

  @Test
  void timesUseTheirTwoLargestUnits() {
    assertThat(ProgressLines.time(Duration.ofMillis(3600))).isEqualTo("4 s");
    assertThat(ProgressLines.time(Duration.ofSeconds(65))).isEqualTo("1 min 05 s");
    assertThat(ProgressLines.time(Duration.ofSeconds(7385))).isEqualTo("2 h 03 min");
  }
}
