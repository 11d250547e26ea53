package dev.whence.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.run.CancelledException;
import dev.whence.run.Run;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CancellationTest {
  @Test
  void anInterruptCancelsTheRunAndWaitsUntilItHasStopped() throws Exception {
    var cancellation = new Cancellation();
    Run run = cancellation.watch(Run.of(1));
    var returned = new CountDownLatch(1);
    Thread.ofPlatform().start(() -> {
      cancellation.interrupted();
      returned.countDown();
    });

    while (!cancelled(run)) { // a step between its safe points
      Thread.onSpinWait();
    }
    assertThat(returned.getCount()).isOne();
    cancellation.finished();
    assertThat(returned.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void afterTheEndAnInterruptNeitherCancelsNorWaits() {
    var cancellation = new Cancellation();
    Run run = cancellation.watch(Run.of(1));
    cancellation.finished();

    cancellation.interrupted();

    assertThat(cancelled(run)).isFalse();
  }

  @Test
  void withoutARunAnInterruptDoesNotWait() {
    new Cancellation().interrupted(); // returns before the timeout
  }

  private static boolean cancelled(Run run) {
    try {
      run.checkCancelled();
      return false;
    } catch (CancelledException _) {
      return true;
    }
  }
}
