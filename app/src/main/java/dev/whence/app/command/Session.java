package dev.whence.app.command;

import dev.whence.app.terminal.ProgressLines;
import dev.whence.app.terminal.Terminal;
import dev.whence.run.Progress;
import dev.whence.run.Run;
import dev.whence.score.ScoreMatrix;
import dev.whence.study.Plan;
import dev.whence.study.RunFile;
import dev.whence.study.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An open run with progress on the terminal, cancelled by an interrupt of the process. */
final class Session implements AutoCloseable {
  private final Study study;
  private final Path folder;
  private final Terminal terminal;
  private final boolean quiet;

  private Session(Study study, Path folder, Terminal terminal, boolean quiet) {
    this.study = study;
    this.folder = folder;
    this.terminal = terminal;
    this.quiet = quiet;
  }

  /** Opens the run that a run file asks for, to write into its folder. */
  static Session open(WhenceCommand whence, RunOptions options, Path file) throws IOException {
    return open(whence, options, file, Map.of());
  }

  /** As the other, with keys that a command's own flags overrule. */
  static Session open(WhenceCommand whence, RunOptions options, Path file, Map<String, String> own)
      throws IOException {
    return open(whence, options, options.read(file, own), options.folder(file));
  }

  /** Opens the run that a run file asks for, to write into this folder. */
  static Session open(WhenceCommand whence, RunOptions options, Path file, Path folder) throws IOException {
    return open(whence, options, options.read(file), folder);
  }

  private static Session open(WhenceCommand whence, RunOptions options, RunFile read, Path folder)
      throws IOException {
    Run run = run(whence, options, read);
    var session = new Session(
        options.overwrite() ? Study.anew(read, folder, run) : Study.open(read, folder, run), folder,
        whence.terminal(), options.quiet());
    session.say(session.study.announcement());
    return session;
  }

  /** Opens the run that a run file asks for, to look at what its folder holds. */
  static Session look(WhenceCommand whence, RunOptions options, Path file) throws IOException {
    return look(whence, options, file, Map.of());
  }

  /** As the other, with keys that a command's own flags overrule. */
  static Session look(WhenceCommand whence, RunOptions options, Path file, Map<String, String> own)
      throws IOException {
    if (options.overwrite()) {
      throw new IllegalArgumentException(
          "--overwrite has no effect here, where nothing is computed; give it to train, attribute or evaluate");
    }
    RunFile read = options.read(file, own);
    Path folder = options.folder(file);
    return new Session(Study.look(read, folder, run(whence, options, read)), folder, whence.terminal(),
        options.quiet());
  }

  /** Opens the run to look at it where its folder holds all its scores, else to make them. */
  static Session seeing(WhenceCommand whence, RunOptions options, Path file) throws IOException {
    if (!options.overwrite()) {
      Session session = look(whence, options, file);
      if (session.study.isScored()) {
        return session;
      }
      session.close();
    }
    return open(whence, options, file);
  }

  /** The scores that are there, if that is all this session looks for; else those it makes first. */
  Map<String, ScoreMatrix> scores() throws IOException {
    if (study.isScored()) {
      return study.kept();
    }
    tell(Study::planTraining);
    return study.attribute();
  }

  private static Run run(WhenceCommand whence, RunOptions options, RunFile read) {
    Progress progress = options.quiet() ? Progress.silent() : new ProgressLines(whence.terminal());
    return whence.cancellation().watch(Run.of(read.seed()).withProgress(progress));
  }

  /** Something that finds out what lies ahead. */
  @FunctionalInterface
  interface Foresight {
    Plan of(Study study) throws IOException;
  }

  /** Tells the user what lies ahead, unless they want quiet or all is there. */
  void tell(Foresight foresight) throws IOException {
    if (!quiet) {
      Plan plan = foresight.of(study);
      if (!plan.parts().isEmpty()) {
        say(PlanOption.text(plan));
      }
    }
  }

  /** Tells the user something beside the results, unless they want quiet. */
  void say(String sentence) {
    if (!quiet) {
      terminal.err().println(sentence);
    }
  }

  /** Tells the user what may mislead about results. */
  void note(List<String> warnings) {
    warnings.forEach(warning -> say("note: " + warning.replace("`", "")));
  }

  Study study() {
    return study;
  }

  Path folder() {
    return folder;
  }

  /** Closes score matrices. */
  static void close(Map<String, ScoreMatrix> scores) {
    scores.values().forEach(ScoreMatrix::close);
  }

  @Override
  public void close() throws IOException {
    study.notices().forEach(this::say);
    study.close();
  }
}
