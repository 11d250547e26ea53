package dev.whence.app.command;

import dev.whence.app.terminal.Table;
import dev.whence.score.Entry;
import dev.whence.score.Order;
import dev.whence.score.ScoreMatrix;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints the strongest proponents and opponents of targets. */
@Command(name = "top", description = "Shows the training examples that raised and lowered a prediction most.")
final class TopCommand implements Callable<Integer> {
  private static final int TARGETS = 3;

  @ParentCommand
  private WhenceCommand whence;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "RUN.yaml", description = "The run file; see docs/run-file.md.")
  private Path file;

  @Mixin
  private RunOptions options;

  @Option(names = "--target", paramLabel = "ID", description = "Target to show, by its id; may be repeated (default: the"
      + " first three).")
  private List<String> targets = List.of();

  @Option(names = "--method", paramLabel = "NAME", description = "Method whose scores are shown (default: the run's"
      + " first).")
  private Optional<String> method = Optional.empty();

  @Option(names = {"-k",
      "--count"}, paramLabel = "N", defaultValue = "5", description = "Examples on each side (default:"
          + " ${DEFAULT-VALUE}).")
  private int count;

  @Mixin
  private JsonOption json;

  @Override
  public Integer call() throws IOException {
    if (count < 1) {
      throw new ParameterException(spec.commandLine(), "--count must be >= 1, got " + count);
    }
    try (Session session = Session.seeing(whence, options, file)) {
      // what is named wrongly is told before anything is computed
      String name = Choice.method(method, session.study().file().methods().keySet());
      List<Integer> chosen = Choice.targets(targets, session.study().targets().ids(), TARGETS);
      Map<String, ScoreMatrix> scores = session.scores();
      try {
        print(name, Objects.requireNonNull(scores.get(name)), chosen);
      } finally {
        Session.close(scores);
      }
    }
    return 0;
  }

  private void print(String name, ScoreMatrix matrix, List<Integer> chosen) throws IOException {
    var answers = new ArrayList<Map<String, Object>>();
    for (int target : chosen) {
      List<Entry> up = matrix.top(target, count, Order.PROPONENTS);
      List<Entry> down = matrix.top(target, count, Order.OPPONENTS);
      answers
          .add(Ordered.of("target", matrix.targets().ids().get(target), "proponents", values(up), "opponents",
              values(down)));
      if (json.tables()) {
        print(name, matrix, target, up, down);
      }
    }
    if (json.tables()) {
      whence.terminal().out().println(matrix.semantics().meaning());
    }
    json.write(whence.terminal(),
        () -> Ordered.of("method", name, "semantics", matrix.semantics().values(), "targets", answers));
  }

  private void print(String name, ScoreMatrix matrix, int target, List<Entry> up, List<Entry> down) {
    PrintStream out = whence.terminal().out();
    out.println("target " + matrix.targets().ids().get(target) + ", " + matrix.semantics().measurement()
        + " by " + name);
    var table = new Table("lrlr");
    table.row("raised it", "", "lowered it", "");
    IntStream.range(0, Math.max(up.size(), down.size()))
        .forEach(i -> table.row(id(up, i), score(up, i), id(down, i),
            score(down, i)));
    table.print(out, "  ");
  }

  private static String id(List<Entry> entries, int i) {
    return i < entries.size() ? entries.get(i).id() : "";
  }

  private static String score(List<Entry> entries, int i) {
    return i < entries.size() ? String.format(Locale.ROOT, "%+.4g", entries.get(i).score()) : "";
  }

  private static List<Map<String, Object>> values(List<Entry> entries) {
    return entries.stream().map(entry -> Ordered.of("id", entry.id(), "score", entry.score())).toList();
  }
}
