package dev.whence.app.command;

import dev.whence.app.terminal.ProgressLines;
import dev.whence.run.Progress;
import dev.whence.run.Run;
import dev.whence.score.ScoreMatrix;
import dev.whence.study.RunFile;
import dev.whence.study.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** An open run with progress on the terminal, cancelled by an interrupt of the process. */
final class Session implements AutoCloseable {
  private final Study study;
  private final Path folder;

  private Session(Study study, Path folder) {
    this.study = study;
    this.folder = folder;
  }

  /** Opens the run that a run file asks for. */
  static Session open(WhenceCommand whence, RunOptions options, Path file) throws IOException {
    RunFile read = options.read(file);
    Path folder = options.folder(file);
    if (options.overwrite()) {
      Study.clear(folder);
    }
    Progress progress = options.quiet() ? Progress.silent() : new ProgressLines(whence.terminal());
    Run run = whence.cancellation().watch(Run.of(read.seed()).withProgress(progress));
    return new Session(Study.open(read, folder, run), folder);
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
  public void close() {
    study.close();
  }
}
