package dev.whence.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UndoTest {
  private final AtomicInteger undone = new AtomicInteger();

  @Test
  void whatSucceedsIsLeftAlone() {
    try (var undo = Undo.of(undone::incrementAndGet)) {
      assertThat(undo.keep("made")).isEqualTo("made");
    }
    try (var undo = Undo.of(undone::incrementAndGet)) {
      undo.succeed();
    }
    assertThat(undone).hasValue(0);
  }

  @Test
  void whatFailsIsUndoneOnce() {
    assertThatThrownBy(() -> {
      try (var _ = Undo.of(undone::incrementAndGet)) {
        throw new IOException("disk full");
      }
    }).hasMessage("disk full");
    assertThat(undone).hasValue(1);
  }

  @Test
  void aFailureToUndoHidesNothing() {
    assertThatThrownBy(() -> {
      try (var _ = Undo.of(() -> {
        throw new IOException("cannot be closed");
      })) {
        throw new IllegalStateException("the cause");
      }
    }).isInstanceOf(IllegalStateException.class).hasMessage("the cause")
        .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(1));
  }
}
