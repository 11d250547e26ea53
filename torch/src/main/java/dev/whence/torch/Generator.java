package dev.whence.torch;

import org.bytedeco.pytorch.global.torch;

/**
 * A random generator of its own (Mersenne Twister), untouched by the process-wide one: the same seed draws the same
 * numbers on any thread. Not safe for several threads at once; the caller closes it.
 */
public final class Generator implements AutoCloseable {
  private final org.bytedeco.pytorch.Generator handle;

  /** A generator that starts at the seed. */
  public Generator(long seed) {
    Natives.load();
    this.handle = torch.make_generator_cpu(seed);
    handle.retainReference();
  }

  org.bytedeco.pytorch.Generator handle() {
    return handle;
  }

  /** Frees the generator. */
  @Override
  public void close() {
    handle.deallocate();
  }
}
