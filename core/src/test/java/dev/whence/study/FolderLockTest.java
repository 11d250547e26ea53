package dev.whence.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whence.run.FolderInUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir
  private Path folder;

  /** The other process: holds the lock until it is killed. */
  public static final class Holder {
    private Holder() {
    }

    /** Takes the lock of a folder, says so on stdout, and waits. */
    public static void main(String[] arguments) throws IOException {
      try (var _ = FolderLock.take(Path.of(arguments[0]))) {
        System.out.println("held");
        System.out.flush();
        System.in.read();
      }
    }
  }

  @Test
  void theSecondToComeIsToldWhoHoldsTheFolderAndTheNextTakesOverFromTheDead() throws Exception {
    Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Holder.class.getName(),
        folder.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var lines = other.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("held");
      assertThatThrownBy(() -> FolderLock.take(folder)).isInstanceOf(FolderInUseException.class)
          .hasMessageMatching(".* is in use by process " + other.pid()
              + ", started \\d{4}-\\d\\d-\\d\\dT[0-9:]+Z: wait until it is done, stop it, or choose another folder with --out");
      assertThatThrownBy(() -> FolderLock.requireFree(folder)).isInstanceOf(FolderInUseException.class);
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(folder.resolve("run.lock")).content().startsWith("process " + other.pid());
    FolderLock.requireFree(folder);
    try (var _ = FolderLock.take(folder)) {
      assertThat(folder.resolve("run.lock")).content().startsWith("process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void oneProcessTakesItOnceAndLeavesNothing() throws IOException {
    try (var _ = FolderLock.take(folder)) {
      assertThatThrownBy(() -> FolderLock.take(folder)).isInstanceOf(FolderInUseException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
    assertThat(folder).isEmptyDirectory();
    FolderLock.take(folder).close();
    FolderLock.requireFree(folder.resolve("nowhere"));
  }

  @Test
  void whatAStrangerWroteThereIsNotRepeated() throws IOException {
    Path file = Files.writeString(folder.resolve("run.lock"), "\u001b[31mlong\nand strange");
    FolderLock.requireFree(folder);
    FolderLock.take(folder).close();
    assertThat(file).doesNotExist();
  }
}
