package dev.whence.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * How many threads one operator may use. Threads of two operators that run at once fight for the cores:
 * where several models run side by side, give each worker one.
 */
public final class Threads {
  private Threads() {
  }

  /**
   * Sets the number for the calling thread and the threads that have not called libtorch yet. Matrix products run in
   * OpenBLAS, whose number is one for the whole process: it is set along.
   *
   * @throws IllegalArgumentException unless the count is at least 1
   */
  public static void setIntraOp(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("threads must be >= 1, got " + count);
    }
    Natives.load();
    torch.set_num_threads(count);
    try (var _ = new PointerScope()) { // each call makes a pointer to the function
      openblas.blas_set_num_threads(count);
    }
  }

  /** The number in force. */
  public static int intraOp() {
    Natives.load();
    return torch.get_num_threads();
  }

  /** The number matrix products use, for the whole process. */
  public static int matrixProducts() {
    Natives.load();
    try (var _ = new PointerScope()) {
      return openblas.blas_get_num_threads();
    }
  }
}
