package dev.whence.study;

import dev.whence.run.Run;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long each step of a study took in this process. */
final class Stopwatch {
  private final Run run;
  private final Instant started;
  private final Map<String, Double> seconds = new LinkedHashMap<>();

  Stopwatch(Run run) {
    this.run = run;
    this.started = run.now();
  }

  /** Something that is timed. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws IOException;
  }

  <T> T time(String name, Step<T> step) throws IOException {
    Instant before = run.now();
    try {
      return step.run();
    } finally {
      seconds.merge(name, Duration.between(before, run.now()).toNanos() / 1e9, Double::sum);
    }
  }

  Instant started() {
    return started;
  }

  Map<String, Double> seconds() {
    return new LinkedHashMap<>(seconds);
  }
}
