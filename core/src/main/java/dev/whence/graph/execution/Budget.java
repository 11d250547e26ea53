package dev.whence.graph.execution;

import dev.whence.graph.Node;
import dev.whence.torch.Forecaster;
import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the memory a run's values hold, so that a graph which would outgrow its limit ends with an error rather than with the
 * process. Where derivatives are recorded, memory that may be kept for them counts to the end. Belongs to one run.
 */
final class Budget {
  private final long limit;
  private final boolean recording;
  private final Forecaster forecaster;
  /** Whether every call of the run was forecast before the first was made. */
  private final boolean foreseen;
  private final Map<Long, long[]> live = new HashMap<>();
  private long bytes;

  Budget(long limit, boolean recording, Forecaster forecaster, boolean foreseen) {
    this.limit = limit;
    this.recording = recording;
    this.forecaster = forecaster;
    this.foreseen = foreseen;
  }

  /** Refuses a call whose results would pass the limit, unless all calls were forecast. */
  void foresee(Node node, Operator operator, @Nullable Object[] arguments) {
    if (!foreseen) {
      require(node, forecaster.bytes(operator, arguments), bytes, limit);
    }
  }

  /** @throws MemoryLimitException if a call needs more beside what is held than the limit leaves */
  static void require(Node node, long more, long held, long limit) {
    if (more > limit - held) {
      throw new MemoryLimitException(node.describe() + " needs " + amount(more) + " beside the "
          + amount(held) + " held already, more than the limit of " + amount(limit)
          + "; run smaller batches, or raise the limit (--memory of inspect, memory in a run file, Limits.runBytes)");
    }
  }

  private static String amount(long bytes) {
    if (bytes == Long.MAX_VALUE) {
      return "more bytes than can be counted";
    }
    return bytes < 1 << 20
        ? bytes + " bytes"
        : String.format(Locale.ROOT, "%d bytes (%.1f GiB)", bytes, bytes / (double) (1 << 30));
  }

  /** Counts a value; views of counted memory cost nothing. */
  void hold(Node node, @Nullable Object value) {
    switch (value) {
      case Tensor tensor -> {
        Tensor.Memory memory = tensor.memory();
        long[] entry = live.computeIfAbsent(memory.address(), _ -> new long[]{0, memory.bytes()});
        if (entry[0]++ == 0 && memory.address() != 0) {
          require(node, memory.bytes(), bytes, limit);
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
