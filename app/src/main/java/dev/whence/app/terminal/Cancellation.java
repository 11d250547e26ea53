package dev.whence.app.terminal;

import dev.whence.run.Run;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Turns an interrupt of the process into a request to the run, and waits until the run has stopped at a safe point.
 * The virtual machine itself then ends the process with 130.
 */
public final class Cancellation {
  private static final long PATIENCE_SECONDS = 60;
  private final AtomicReference<Optional<Run>> watched = new AtomicReference<>(Optional.empty());
  private final CountDownLatch finished = new CountDownLatch(1);

  /** From now on an interrupt cancels this run. */
  public Run watch(Run run) {
    watched.set(Optional.of(run));
    return run;
  }

  /** The process is about to end by itself: an interrupt need not wait any more. */
  public void finished() {
    finished.countDown();
  }

  /** Asks the run to stop and waits for it. Called by the thread that ends the process. */
  public void interrupted() {
    if (finished.getCount() == 0) {
      return;
    }
    watched.get().ifPresent(run -> {
      run.cancel();
      await();
    });
  }

  private void await() {
    try {
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(ExitCode.CANCELLED);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
