package dev.whence.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Independent units of work on a run's own platform threads. Which worker does a unit is left to chance, so a unit's
 * result must depend on its index alone.
 */
public final class Workers {
  private Workers() {
  }

  /** One unit of work. */
  @FunctionalInterface
  public interface Unit {
    /** Does the unit with this index. */
    void perform(long index) throws IOException;
  }

  /**
   * Does units 0 … count−1 on up to {@link Run#workers} threads, and returns when all are done. The run's cancellation is
   * looked at before each unit; the first failure stops the others at their next unit.
   *
   * @throws IOException or whatever else the first failing unit threw
   */
  public static void forEach(Run run, long count, Unit unit) throws IOException {
    int threads = (int) Math.min(run.workers(), Math.max(1, count));
    var next = new AtomicLong();
    var failed = new AtomicBoolean();
    try (var pool = Executors.newFixedThreadPool(threads,
        Thread.ofPlatform().name("whence-worker-", 0).factory())) {
      var futures = new ArrayList<Future<?>>();
      for (int i = 0; i < threads; i++) {
        futures.add(pool.submit(() -> {
          work(run, count, unit, next, failed);
          return null;
        }));
      }
      await(futures);
    }
  }

  private static void work(Run run, long count, Unit unit, AtomicLong next, AtomicBoolean failed)
      throws IOException {
    try (var undo = Undo.of(() -> failed.set(true))) {
      for (long index = next.getAndIncrement(); index < count
          && !failed.get(); index = next.getAndIncrement()) {
        run.checkCancelled();
        unit.perform(index);
      }
      undo.succeed();
    }
  }

  private static void await(Iterable<Future<?>> futures) throws IOException {
    Throwable first = null;
    for (Future<?> future : futures) {
      try {
        future.get();
      } catch (ExecutionException e) {
        if (first == null) {
          first = e.getCause();
        } else {
          first.addSuppressed(e.getCause());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException();
      }
    }
    rethrow(first);
  }

  private static void rethrow(@org.jspecify.annotations.Nullable Throwable failure) throws IOException {
    switch (failure) {
      case null -> {
      }
      case IOException e -> throw e;
      case UncheckedIOException e -> throw e.getCause();
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
