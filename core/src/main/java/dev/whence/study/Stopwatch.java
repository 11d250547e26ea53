package dev.whence.study;

import dev.whence.run.Provenance;
import dev.whence.run.Run;
import dev.whence.run.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long each step of a study took: in this process, and whenever it was that the step made what is there. */
final class Stopwatch {
  private final Run run;
  private final Instant started;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private final Map<String, Double> keptSeconds = new LinkedHashMap<>();
  private final Map<String, Instant> keptMade = new LinkedHashMap<>();

  Stopwatch(Run run) {
    this.run = run;
    this.started = run.now();
  }

  /** Something that is timed. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws IOException;
  }

  /**
   * Times a step.
   *
   * @param makes whether it makes something, rather than finding it there
   */
  <T> T time(String name, boolean makes, Step<T> step) throws IOException {
    Instant before = run.now();
    try {
      T result = step.run();
      if (makes) {
        keptSeconds.put(name, since(before));
        keptMade.put(name, run.now());
      }
      return result;
    } finally {
      seconds.merge(name, since(before), Double::sum);
    }
  }

  private double since(Instant before) {
    return Duration.between(before, run.now()).toNanos() / 1e9;
  }

  /** Takes up the times an earlier call wrote into its {@link Provenance}, if it did. */
  void takeUp(Path provenance) throws IOException {
    if (Files.isRegularFile(provenance)) {
      Times.parse(Files.readString(provenance)).ifPresent(times -> {
        times.seconds().forEach(keptSeconds::putIfAbsent);
        times.made().forEach(keptMade::putIfAbsent);
      });
    }
  }

  /** Of this process. */
  Map<String, Double> seconds() {
    return new LinkedHashMap<>(seconds);
  }

  /** Of whichever call made what is there. */
  Times kept() {
    return new Times(started, keptSeconds, keptMade);
  }
}
