package dev.whence.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/**
 * How many threads one operator may use. Threads of two operators that run at once fight for the cores:
 * where several models run side by side, give each worker one.
 */
public final class Threads {
  private static final Products PRODUCTS = new Products();

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
    synchronized (PRODUCTS) {
      PRODUCTS.wanted = count;
      if (PRODUCTS.alone == 0) {
        setMatrixProducts(count);
      }
    }
  }

  private static void setMatrixProducts(int count) {
    try (var _ = new PointerScope()) { // each call makes a pointer to the function
      openblas.blas_set_num_threads(count);
    }
  }

  /** OpenBLAS's number is the whole process's, and so is what is remembered of it. */
  private static final class Products {
    /** What it goes back to when nobody needs it to be one. */
    private int wanted;
    /** How many calls need it to be one. */
    private int alone;
  }

  /** While it is open, OpenBLAS has one thread. */
  @FunctionalInterface
  interface Lone extends AutoCloseable {
    Lone NONE = () -> {
    };

    @Override
    void close();
  }

  static Lone lone() {
    Natives.load();
    synchronized (PRODUCTS) {
      if (PRODUCTS.alone++ == 0) {
        PRODUCTS.wanted = matrixProducts();
        setMatrixProducts(1);
      }
    }
    return Threads::leave;
  }

  private static void leave() {
    synchronized (PRODUCTS) {
      if (--PRODUCTS.alone == 0) {
        setMatrixProducts(PRODUCTS.wanted);
      }
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
