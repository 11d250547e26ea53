package dev.whence.run;

/** Seeds as a function of (seed, index…), so that item k can be made again alone. */
public final class Seeds {
  private Seeds() {
  }

  /** A well-mixed seed for the item at these indices (SplitMix64's finaliser folded over them). */
  public static long derive(long seed, long... indices) {
    long state = mix(seed + 0x9E3779B97F4A7C15L);
    for (long index : indices) {
      state = mix(state ^ mix(index + 0x9E3779B97F4A7C15L)) + 0x9E3779B97F4A7C15L;
    }
    return mix(state);
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
