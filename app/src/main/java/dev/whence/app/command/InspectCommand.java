package dev.whence.app.command;

import dev.whence.app.terminal.ExitCode;
import dev.whence.app.terminal.Table;
import dev.whence.app.terminal.Terminal;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.graph.Limits;
import dev.whence.graph.UnsupportedModelException;
import dev.whence.graph.execution.MemoryLimitException;
import dev.whence.graph.execution.UnsupportedModeException;
import dev.whence.inspection.ModelCheck;
import dev.whence.inspection.ModelSummary;
import dev.whence.run.ByteSize;
import dev.whence.torch.Threads;
import dev.whence.torch.TorchException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints what a model file holds and checks it against PyTorch's numbers. */
@Command(name = "inspect", description = "Shows what a model file holds: inputs, outputs, modules, parameters and which of"
    + " these have fast per-example gradients. With --check, runs the sample that was written beside the model and compares.")
final class InspectCommand implements Callable<Integer> {
  @ParentCommand
  private WhenceCommand whence;

  @Spec
  private CommandSpec spec;

  @Parameters(paramLabel = "MODEL.pt2", arity = "0..*", description = "Model files.")
  private List<Path> files = List.of();

  @Option(names = "--check", paramLabel = "FILE", arity = "0..1", fallbackValue = "", description = "Compares with this NAME.check.safetensors; without FILE with the one beside each model. Exits 1"
      + " past the tolerance.")
  private Optional<String> check = Optional.empty();

  @Option(names = "--tolerance", paramLabel = "X", description = "Largest relative error allowed (default: 1e-4; 6e-2 for bfloat16, 8e-3 for float16 models).")
  private Optional<Double> tolerance = Optional.empty();

  @Option(names = "--memory", paramLabel = "SIZE", description = "Most memory a trial run may take, such as 800m or 4g (default: an eighth of the machine's, at least 1g).")
  private Optional<String> memory = Optional.empty();

  @Mixin
  private JsonOption json;

  @Override
  public Integer call() throws IOException {
    requireModel();
    if (check.isPresent() && !check.get().isEmpty() && files.size() > 1) {
      throw new ParameterException(spec.commandLine(), "--check FILE is for one model, got " + files.size()
          + "; leave FILE out to check each with the file beside it");
    }
    if (!(tolerance.orElse(0.) >= 0)) {
      throw new ParameterException(spec.commandLine(),
          "--tolerance must be >= 0, got " + tolerance.get());
    }
    Threads.setIntraOp(1); // samples are small: several threads would wait for each other
    var results = new ArrayList<Map<String, Object>>();
    int code = ExitCode.OK;
    for (Path file : files) {
      try {
        code = Math.max(code, inspect(file, results) ? ExitCode.OK : ExitCode.FAILED);
      } catch (IOException failure) {
        if (files.size() == 1) {
          throw failure;
        }
        // the others are still worth a look
        whence.terminal().err().println("whence: " + Failures.sentence(failure));
        results.add(Ordered.of("file", file.toString(), "error", Failures.sentence(failure)));
        code = Math.max(code, Failures.code(failure));
      }
    }
    json.write(whence.terminal(), () -> files.size() == 1 ? results.getFirst() : results);
    return code;
  }

  /** A word behind --check is a check file, also where a model was meant. */
  private void requireModel() {
    boolean model = check.filter(named -> named.endsWith(".pt2")).isPresent();
    if (model) {
      throw new ParameterException(spec.commandLine(), "--check takes '" + check.get()
          + "' for the check file, "
          + (files.isEmpty() ? "and no model is named" : "but it is named like a model")
          + "; put --check last: whence inspect " + check.get() + " --check");
    }
    if (files.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "Missing required parameter: 'MODEL.pt2'");
    }
  }

  private Limits limits() {
    try {
      return memory.map(size -> Limits.ofTrials().withRunBytes(ByteSize.parse(size)))
          .orElseGet(Limits::ofTrials);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--memory " + e.getMessage(), e);
    }
  }

  /** Whether the model passed its check, if there was one. */
  private boolean inspect(Path file, List<Map<String, Object>> results) throws IOException {
    try (Graph graph = Graphs.read(file, limits())) {
      Optional<Path> sample = sample(file);
      Optional<ModelCheck> checked = sample.isPresent()
          ? Optional.of(ModelCheck.of(graph, sample.get()))
          : Optional.empty();
      ModelSummary summary = sample.isPresent()
          ? ModelSummary.of(graph, sample.get())
          : ModelSummary.of(graph);
      results.add(values(file, summary, checked));
      if (json.tables()) {
        print(file, summary, checked);
      }
      boolean passed = checked.map(done -> done.within(tolerance(done))).orElse(true);
      if (!passed) {
        String cause = summary.notes().getOrDefault(ModelSummary.NOT_FINITE, worst(checked.get()));
        whence.terminal().err().println("whence: " + file + " failed its check: " + cause);
      }
      return passed;
    } catch (IllegalArgumentException | IllegalStateException | TorchException | MemoryLimitException
        | UnsupportedModeException e) {
      throw new UnsupportedModelException(file + " cannot be run on its sample: " + e.getMessage(), e);
    }
  }

  private String worst(ModelCheck checked) {
    double most = tolerance(checked);
    List<ModelCheck.Line> past = checked.lines().stream().filter(line -> !line.within(most)).toList();
    return past.getFirst().what() + " has relative error " + error(past.getFirst().relative())
        + (past.size() > 1 ? ", and " + (past.size() - 1) + " more lines are past the tolerance" : "");
  }

  private double tolerance(ModelCheck checked) {
    return tolerance.orElseGet(checked::tolerance);
  }

  private Optional<Path> sample(Path model) {
    return check.map(named -> named.isEmpty()
        ? model
            .resolveSibling(model.getFileName().toString().replaceAll("\\.pt2$", "") + ".check.safetensors")
        : Path.of(named));
  }

  private void print(Path file, ModelSummary summary, Optional<ModelCheck> checked) {
    Terminal terminal = whence.terminal();
    terminal.out().println(file + "  " + count(summary.size()) + " parameters");
    var notes = new Table("ll");
    summary.notes().forEach(notes::row);
    notes.print(terminal.out(), "  ");
    ports("inputs", summary.inputs());
    ports("outputs", summary.outputs());
    terminal.out().println("modules");
    var modules = new Table("llr");
    summary.modules()
        .forEach(module -> modules.row(indented(module.path()), module.type(), count(module.parameters())));
    modules.print(terminal.out(), "  ");
    terminal.out().println("parameters and their per-example gradients");
    var parameters = new Table("llll");
    summary.parameters().forEach(parameter -> parameters.row(parameter.name(), parameter.dtype(),
        parameter.shape().toString(),
        (parameter.fast() ? "fast: " : "one pass per example: ") + parameter.detail()));
    parameters.print(terminal.out(), "  ");
    checked.ifPresent(this::print);
    terminal.out().println();
  }

  private void ports(String heading, List<ModelSummary.Port> ports) {
    whence.terminal().out().println(heading);
    var table = new Table("lll");
    ports.forEach(port -> table.row(port.name(), port.dtype(),
        port.shape().isEmpty() ? "" : "[" + String.join(", ", port.shape()) + "]"));
    table.print(whence.terminal().out(), "  ");
  }

  private void print(ModelCheck checked) {
    whence.terminal().out().println("check              largest error, absolute and relative");
    double most = tolerance(checked);
    var lines = new Table("lrrl");
    checked.lines().forEach(line -> lines.row(line.what(), error(line.absolute()), error(line.relative()),
        line.within(most) ? "ok" : "past " + error(most + line.explained())));
    lines.print(whence.terminal().out(), "  ");
    whence.terminal().out().println(checked.within(most) ? "  passed" : "  FAILED");
  }

  private Map<String, Object> values(Path file, ModelSummary summary, Optional<ModelCheck> checked) {
    var values = new LinkedHashMap<String, Object>();
    values.put("file", file.toString());
    values.put("parameters", summary.size());
    values.put("notes", summary.notes());
    values.put("inputs", summary.inputs().stream().map(InspectCommand::values).toList());
    values.put("outputs", summary.outputs().stream().map(InspectCommand::values).toList());
    values.put("modules", summary.modules().stream()
        .map(module -> Ordered.of("path", module.path(), "type", module.type(), "parameters",
            module.parameters()))
        .toList());
    values.put("gradients", summary.parameters().stream().map(InspectCommand::values).toList());
    checked.ifPresent(done -> {
      values.put("passed", done.within(tolerance(done)));
      values.put("tolerance", tolerance(done));
      values.put("check", done.lines().stream().map(InspectCommand::values).toList());
    });
    return values;
  }

  private static Map<String, Object> values(ModelSummary.Port port) {
    return Ordered.of("name", port.name(), "dtype", port.dtype(), "shape", port.shape());
  }

  private static Map<String, Object> values(ModelSummary.Parameter parameter) {
    return Ordered.of("name", parameter.name(), "dtype", parameter.dtype(), "shape", parameter.shape(),
        "fast", parameter.fast(), "detail", parameter.detail());
  }

  private static Map<String, Object> values(ModelCheck.Line line) {
    return Ordered.of("what", line.what(), "absolute", line.absolute(), "relative", line.relative(),
        "explained", line.explained());
  }

  private static String indented(String path) {
    if (path.isEmpty()) {
      return "(model)";
    }
    int depth = path.split("\\.", -1).length;
    return "  ".repeat(depth) + path.substring(path.lastIndexOf('.') + 1);
  }

  private static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String error(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1e", value) : "infinite";
  }
}
