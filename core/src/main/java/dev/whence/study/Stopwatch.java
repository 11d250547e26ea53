package dev.whence.study;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long each step of a study took in this process. */
final class Stopwatch {
  private final Instant started = Instant.now();
  private final Map<String, Double> seconds = new LinkedHashMap<>();

  /** Something that is timed. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws IOException;
  }

  <T> T time(String name, Step<T> step) throws IOException {
    long before = System.nanoTime();
    try {
      return step.run();
    } finally {
      seconds.merge(name, (System.nanoTime() - before) / 1e9, Double::sum);
    }
  }

  Instant started() {
    return started;
  }

  Map<String, Double> seconds() {
    return new LinkedHashMap<>(seconds);
  }
}
