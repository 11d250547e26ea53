package dev.whence.graph;

import dev.whence.torch.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the memory a run's values hold, so that a graph which would outgrow its limit ends with an error rather than with the
 * process. Where derivatives are recorded, memory that may be kept for them counts to the end. Belongs to one run.
 */
final class Budget {
  private final long limit;
  private final boolean recording;
  private final Map<Long, long[]> live = new HashMap<>();
  private long bytes;

  Budget(long limit, boolean recording) {
    this.limit = limit;
    this.recording = recording;
  }

  /** Refuses a call whose results would pass the limit. */
  void require(Node node, long more) {
    if (more > limit - bytes) {
      throw new MemoryLimitException(node.describe() + " needs " + more + " bytes beside the " + bytes
          + " held already, more than the limit of " + limit
          + "; run smaller batches, or raise Limits.runBytes");
    }
  }

  /** Counts a value; views of counted memory cost nothing. */
  void hold(Node node, @Nullable Object value) {
    switch (value) {
      case Tensor tensor -> {
        Tensor.Memory memory = tensor.memory();
        long[] entry = live.computeIfAbsent(memory.address(), _ -> new long[]{0, memory.bytes()});
        if (entry[0]++ == 0 && memory.address() != 0) {
          require(node, memory.bytes());
          bytes += memory.bytes();
        }
      }
      case List<?> list -> list.forEach(item -> hold(node, item));
      case null, default -> {
      }
    }
  }

  /** Counts a value that is freed. */
  void free(Tensor tensor) {
    if (recording) {
      return;
    }
    long address = tensor.memory().address();
    long[] entry = live.get(address);
    if (entry != null && --entry[0] == 0) {
      live.remove(address);
      bytes -= entry[1];
    }
  }
}
