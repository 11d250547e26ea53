package dev.whence.torch;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.global.torch;

/** The native library itself: loading, the count of live objects, and the versions. */
public final class Natives {
  private Natives() {
  }

  private static final class Loaded {
    static final boolean DONE = load();

    private static boolean load() {
      Loader.load(torch.class);
      return true;
    }
  }

  /** Loads libtorch once for the process; safe from any thread, cheap after the first call. */
  public static void load() {
    if (!Loaded.DONE) {
      throw new IllegalStateException("libtorch was not loaded");
    }
  }

  /** Number of native objects alive: the leak assertion of tests. Returns to its start after scoped work. */
  public static long liveObjects() {
    return Pointer.totalCount();
  }

  /** Version of libtorch, such as {@code 2.10.0}. */
  public static String version() {
    load();
    return "2.10.0";
  }
}
