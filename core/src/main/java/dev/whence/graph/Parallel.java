package dev.whence.graph;

import dev.whence.run.Run;
import dev.whence.run.Workers;
import dev.whence.torch.Threads;
import java.io.IOException;

/**
 * Independent units of tensor work side by side on a run's workers, each with one intra-op thread: two threads in one
 * operator fight with those of the other workers, and are slower than one on a busy machine.
 */
public final class Parallel {
  private Parallel() {
  }

  /** As {@link Workers#forEach}; the number of intra-op threads is put back afterwards. */
  public static void forEach(Run run, long count, Workers.Unit unit) throws IOException {
    int before = Threads.intraOp();
    try {
      Workers.forEach(run, count, index -> {
        Threads.setIntraOp(1);
        unit.perform(index);
      });
    } finally {
      Threads.setIntraOp(before);
    }
  }
}
