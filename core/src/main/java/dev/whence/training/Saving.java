package dev.whence.training;

import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * What a training run leaves on disk, all of it readable in Python: {@code step-NNNNNNNN.safetensors}, a checkpoint each, and
 * while it is under way {@code training.safetensors}, from which a killed run resumes to the same bytes.
 *
 * @param folder of this run alone; made if missing
 * @param checkpoints how many models to keep, evenly over the steps, the last one being the result; at least 1
 * @param every steps between two states to resume from; 0 for none
 */
public record Saving(Path folder, int checkpoints, long every) {
  /** Checks the bounds. */
  public Saving {
    Objects.requireNonNull(folder);
    if (checkpoints < 1) {
      throw new IllegalArgumentException("checkpoints must be >= 1, got " + checkpoints);
    }
    if (every < 0) {
      throw new IllegalArgumentException("every must be >= 0, got " + every);
    }
  }

  /** Keeps the result alone, and a state every 500 steps. */
  public Saving(Path folder) {
    this(folder, 1, 500);
  }

  /** The step counts after which a model is kept, ascending and each once; the last is the total. */
  long[] steps(long total) {
    return LongStream.rangeClosed(1, checkpoints).map(k -> Math.ceilDiv(total * k, checkpoints)).distinct()
        .toArray();
  }

  /** The checkpoint's file. */
  Path checkpoint(long step) {
    return folder.resolve("step-%08d.safetensors".formatted(step));
  }

  /** The file to resume from. */
  Path state() {
    return folder.resolve("training.safetensors");
  }
}
