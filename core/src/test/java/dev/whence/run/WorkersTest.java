package dev.whence.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Test
  void everyUnitIsDoneOnce() throws IOException {
    for (int workers : new int[]{1, 3}) {
      var counts = new AtomicIntegerArray(100);
      Workers.forEach(Run.of(0).withWorkers(workers), 100, index -> counts.incrementAndGet((int) index));
      for (int i = 0; i < 100; i++) {
        assertThat(counts.get(i)).isEqualTo(1);
      }
    }
  }

  @Test
  void theFirstFailureStopsTheRestAndIsThrown() {
    var done = new AtomicLong();
    assertThatThrownBy(() -> Workers.forEach(Run.of(0), 1000, index -> {
      if (index == 3) {
        throw new IOException("disk full");
      }
      done.incrementAndGet();
    })).isInstanceOf(IOException.class).hasMessage("disk full");
    assertThat(done.get()).isEqualTo(3);
  }

  @Test
  void aFailureStopsTheOtherWorkersAtTheirNextUnit() {
    var otherBegan = new CountDownLatch(1);
    var failing = new AtomicReference<Thread>();
    var done = new AtomicLong();
    assertThatThrownBy(() -> Workers.forEach(Run.of(0).withWorkers(2), 1000, index -> {
      if (index == 0) {
        await(otherBegan);
        failing.set(Thread.currentThread());
        throw new IOException("disk full");
      }
      otherBegan.countDown();
      while (failing.get() == null || failing.get().getState() != Thread.State.WAITING) { // until it has given up
        Thread.onSpinWait();
      }
      done.incrementAndGet();
    })).isInstanceOf(IOException.class).hasMessage("disk full");
    assertThat(done.get()).isEqualTo(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException thrown) {
      throw new IllegalStateException(thrown);
    }
  }

  @Test
  void cancellationStopsBetweenUnits() {
    Run run = Run.of(0);
    var done = new AtomicLong();
    assertThatThrownBy(() -> Workers.forEach(run, 10, index -> {
      done.incrementAndGet();
      run.cancel();
    })).isInstanceOf(CancelledException.class);
    assertThat(done.get()).isEqualTo(1);
  }
}
