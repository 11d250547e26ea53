package dev.whence.study;

import dev.whence.run.Registry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A kind of study: all that its run files may say, its folders hold, and its commands do, told in one place. A new kind is one
 * class, named by {@link dev.whence.run.Named}, with a line in {@code META-INF/services}.
 */
public interface StudyKind {
  /** The key of a run file that says what it asks: its first, where it is no question about training data. */
  String ASKS = "asks";

  /** The keys that its run files may have beside {@value #ASKS}, in the order in which they are written. */
  List<String> keys();

  /** Those keys of which a folder holds one answer: they decide what is kept there. */
  List<String> decisive();

  /** The files and folders that its steps leave in a folder; {@code --overwrite} deletes these and nothing else. */
  List<String> contents();

  /** The commands that take its run files, in the order in which they are usually given. */
  List<String> commands();

  /** The sections of its report, in order. */
  List<String> sections();

  /** All kinds. */
  static Registry<StudyKind> registry() {
    return Registry.of(StudyKind.class, "study");
  }

  /**
   * What a run file's values ask.
   *
   * @throws IllegalArgumentException naming the known kinds, if it is none of them
   */
  static StudyKind of(Map<String, ?> values) {
    Object asks = values.get(ASKS);
    if (asks == null && values.containsKey(ASKS)) {
      throw new IllegalArgumentException(ASKS + " must name a kind of study: "
          + String.join(", ", registry().names()) + "; got nothing");
    }
    return asks == null ? new TrainingDataStudy() : registry().get(asks.toString());
  }

  /**
   * Looks whether a command is over run files of what this one asks.
   *
   * @param command by its name
   * @param file the run file, for the message
   * @throws IllegalArgumentException naming the commands that are
   */
  default void requireCommand(String command, Path file) {
    if (!commands().contains(command)) {
      throw new IllegalArgumentException(
          file + " asks " + Registry.nameOf(this) + ", which has no step '" + command
              + "'; it has " + String.join(", ", commands()));
    }
  }
}
