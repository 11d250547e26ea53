package dev.whence.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir
  Path folder;

  @Test
  void failedWriteLeavesTheTargetAsItWasAndNothingBeside() throws IOException {
    Path target = folder.resolve("a.txt");
    AtomicFiles.writeText(target, "old");
    assertThatThrownBy(() -> AtomicFiles.write(target, part -> {
      Files.writeString(part, "half");
      throw new IOException("disk full");
    })).isInstanceOf(IOException.class).hasMessage("disk full");
    assertThat(target).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("a.txt");
  }

  @Test
  void remainsOfAKilledWriterAreReplaced() throws IOException {
    Path target = folder.resolve("new/folder/b.bin");
    Files.createDirectories(folder.resolve("new/folder"));
    Files.writeString(AtomicFiles.part(target), "a much longer remainder");
    AtomicFiles.writeBytes(target, new byte[]{1, 2});
    assertThat(target).hasBinaryContent(new byte[]{1, 2});
    assertThat(folder.resolve("new/folder").toFile().list()).containsExactly("b.bin");
  }
}
