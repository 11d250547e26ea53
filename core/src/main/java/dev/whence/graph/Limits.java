package dev.whence.graph;

import java.lang.management.ManagementFactory;

/**
 * What a model file, which is never trusted, may ask for.
 *
 * @param archiveBytes largest sum of an archive's uncompressed entries
 * @param textBytes largest structured text (JSON) in it
 * @param entries most entries in an archive
 * @param compressionRatio most bytes one compressed byte may become
 * @param nodes most operator calls in a graph, sub-graphs included
 * @param runBytes most bytes the values of one run may hold at a time, parameters apart
 */
public record Limits(long archiveBytes, long textBytes, int entries, int compressionRatio, int nodes,
    long runBytes) {
  /**
   * ¾ of the machine's memory for the archive and for a run, a twentieth of the Java heap (at most 256 MiB) for text, 100,000
   * entries, ratio 200, a million nodes.
   */
  public Limits() {
    this(machineMemory() / 4 * 3, Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 20), 100_000, 200,
        1_000_000, machineMemory() / 4 * 3);
  }

  /** Checks the bounds. */
  public Limits {
    require("archiveBytes", archiveBytes);
    require("textBytes", textBytes);
    require("entries", entries);
    require("compressionRatio", compressionRatio);
    require("nodes", nodes);
    require("runBytes", runBytes);
  }

  /** The same limits with another one on the memory of a run. */
  public Limits withRunBytes(long bytes) {
    return new Limits(archiveBytes, textBytes, entries, compressionRatio, nodes, bytes);
  }

  /**
   * The limits for a look at a file nobody has vouched for: a run may hold an eighth of the machine's memory, at least 1 GiB and never
   * more than ¾.
   */
  public static Limits ofTrials() {
    var usual = new Limits();
    return usual.withRunBytes(Math.min(usual.runBytes(), Math.max(1L << 30, machineMemory() / 8)));
  }

  private static void require(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be >= 1, got " + value);
    }
  }

  private static long machineMemory() {
    return ManagementFactory
        .getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
            ? machine.getTotalMemorySize()
            : 8L << 30;
  }
}
