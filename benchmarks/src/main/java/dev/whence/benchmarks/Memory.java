package dev.whence.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The most memory of the process that an action holds beyond what was there before, by the kernel's own account (Linux). Measured in
 * a process of its own whose allocator returns freed blocks at once, so that neither leftovers nor another measurement count.
 */
final class Memory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private Memory() {
  }

  /** Runs the action and returns the peak beyond the start, in kB. */
  static long peak(Runnable action) throws IOException {
    System.gc();
    Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // sets the peak back to the present
    long before = kilobytes("VmRSS:");
    action.run();
    return kilobytes("VmHWM:") - before;
  }

  private static long kilobytes(String field) throws IOException {
    return Files.readAllLines(STATUS).stream().filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst()
        .orElseThrow(() -> new IOException(STATUS + " has no " + field));
  }

  /** What another process of this program measures: its last line. */
  static long inOwnProcess(List<String> arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    // a small heap, touched at the start: the Java side must not show in the figures
    command.addAll(
        List.of("-Xms48m", "-Xmx48m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-Dorg.bytedeco.javacpp.maxBytes=0", "-cp", System.getProperty("java.class.path"),
            Benchmarks.class.getName()));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
    builder.environment().put("MALLOC_TRIM_THRESHOLD_", "65536");
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(),
        StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("measuring " + arguments + " failed with status " + process.exitValue());
    }
    return Long.parseLong(output.strip().lines().toList().getLast());
  }
}
