package dev.whence.run;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What every step is given: the seed all randomness derives from, how many workers may compute at once, where
 * progress goes, and whether the user has asked to stop. Immutable but for the request to stop; safe for any thread.
 */
public final class Run {
  private final long seed;
  private final int workers;
  private final Progress progress;
  private final AtomicBoolean cancelled;
  private final Optional<Path> folder;
  private final long batchBytes;

  private Run(long seed, int workers, Progress progress, AtomicBoolean cancelled, Optional<Path> folder,
      long batchBytes) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be >= 1, got " + workers);
    }
    if (batchBytes < 1) {
      throw new IllegalArgumentException("batchBytes must be >= 1, got " + batchBytes);
    }
    this.seed = seed;
    this.workers = workers;
    this.progress = Objects.requireNonNull(progress);
    this.cancelled = cancelled;
    this.folder = folder;
    this.batchBytes = batchBytes;
  }

  /** A silent run with one worker. */
  public static Run of(long seed) {
    return new Run(seed, 1, Progress.silent(), new AtomicBoolean(), Optional.empty(), 64L << 20);
  }

  /** The same run, cancelled together with this one, with another number of workers. */
  public Run withWorkers(int count) {
    return new Run(seed, count, progress, cancelled, folder, batchBytes);
  }

  /** The same run, cancelled together with this one, that reports elsewhere. */
  public Run withProgress(Progress other) {
    return new Run(seed, workers, other, cancelled, folder, batchBytes);
  }

  /** The same run, cancelled together with this one, from another seed. */
  public Run withSeed(long other) {
    return new Run(other, workers, progress, cancelled, folder, batchBytes);
  }

  /** The same run, cancelled together with this one, that keeps what it can resume from in the folder. */
  public Run withFolder(Path place) {
    return new Run(seed, workers, progress, cancelled, Optional.of(place), batchBytes);
  }

  /** Where steps keep what a later run can resume from; absent: in memory only. */
  public Optional<Path> folder() {
    return folder;
  }

  /** The same run, cancelled together with this one, with other memory for a batch. */
  public Run withBatchBytes(long bytes) {
    return new Run(seed, workers, progress, cancelled, folder, bytes);
  }

  /**
   * About how many bytes a worker's batch of examples may take inside a model, 64 MiB unless told otherwise: small models
   * take many examples at once. Another number gives other last digits, since sums are rounded in another order.
   */
  public long batchBytes() {
    return batchBytes;
  }

  /** The seed all randomness of the run derives from, by {@link Seeds#derive}. */
  public long seed() {
    return seed;
  }

  /** How many workers may compute at once, at least 1. */
  public int workers() {
    return workers;
  }

  /** The time of day: the one clock of the domain. */
  public Instant now() {
    return Instant.now();
  }

  /** Where progress is reported. */
  public Progress progress() {
    return progress;
  }

  /** Asks all steps of this run to stop at their next safe point. */
  public void cancel() {
    cancelled.set(true);
  }

  /** Safe point: to be called between units of work. @throws CancelledException if the run was cancelled */
  public void checkCancelled() {
    if (cancelled.get()) {
      throw new CancelledException();
    }
  }
}
