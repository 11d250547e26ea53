package dev.whence.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.whence.app.terminal.Cancellation;
import dev.whence.app.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every command prints with {@code --json} is what its schema in {@code docs/json} says, no field more or less. */
class JsonContractTest {
  private static final Path SCHEMAS = Call.ROOT.resolve("docs/json");
  private static final String HOME = System.getProperty("whence.home", "");

  @TempDir
  private Path folder;
  private Path run;

  @BeforeEach
  void writeARunFile() throws IOException {
    System.setProperty("whence.home", folder.resolve("home").toString());
    Path demo = Files.createDirectories(folder.resolve("home/demo"));
    for (String name : List.of("run.yaml", "digits-cnn.pt2", "digits.parquet")) {
      Files.copy(Call.ROOT.resolve("fixtures/demo").resolve(name), demo.resolve(name));
    }
    run = Files.writeString(folder.resolve("small.yaml"), """
        model: %1$s/fixtures/demo/digits-mlp.pt2
        data:
          path: %1$s/fixtures/data/digits-100.csv
          rows: 0..79
          id: id
          columns: {image: {from: pixel_*, shape: [1, 8, 8], scale: 1/16}}
          label: label
        targets: {rows: 80..89}
        training: {models: 1, checkpoints-per-model: 1, recipe: {epochs: 2, batch-size: 16}}
        methods: [grad-dot, random]
        evaluation: {subsets: 6, repeats: 2, resamples: 1000}
        """.formatted(Call.ROOT));
  }

  @AfterAll
  static void forgetTheHome() {
    System.setProperty("whence.home", HOME);
  }

  /** Each command in a form that prints something, after the arguments that come first. */
  static Stream<List<String>> calls() {
    String models = Call.ROOT + "/fixtures/models/";
    return Stream.of(List.of("methods"), List.of("inspect", models + "gpt.pt2"),
        List.of("inspect", models + "gpt.pt2", "--check"),
        List.of("inspect", models + "gpt.pt2", models + "none.pt2"),
        List.of("demo", "--models", "1", "--subsets", "6", "--set", "data.rows=0..99", "--set",
            "targets.rows=1500..1509", "--set", "training.recipe.epochs=2", "--out", "RUN"),
        List.of("train", "FILE", "--out", "RUN", "--plan"), List.of("train", "FILE", "--out", "RUN"),
        List.of("attribute", "FILE", "--out", "RUN", "--export", "npy"),
        List.of("top", "FILE", "--out", "RUN"), List.of("evaluate", "FILE", "--out", "RUN"),
        List.of("evaluate", "FILE", "--out", "RUN", "--methods", "grad-dot"),
        List.of("evaluate", "FILE", "--out", "RUN", "--loo", "5", "--mislabels", "--set",
            "evaluation.mislabels.flip=0.1"),
        List.of("report", "FILE", "--out", "RUN"));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void jsonFitsItsSchemaAndHasStdoutForItselfOrAFile(List<String> call) throws IOException {
    if (call.getFirst().equals("report")) {
      Call.of(arguments(List.of("attribute", "FILE", "--out", "RUN")));
    }
    Call alone = Call.of(arguments(call, "--json"));
    assertThat(errors(call.getFirst(), alone.out())).as(alone.out() + alone.err()).isEmpty();

    Path file = folder.resolve("figures.json");
    Call beside = Call.of(arguments(call, "--json", file.toString()));
    assertThat(errors(call.getFirst(), Files.readString(file))).isEmpty();
    assertThat(beside.out()).isEqualTo(Call.of(arguments(call)).out()).isNotEqualTo(alone.out());
    assertThat(beside.code()).isEqualTo(alone.code());
  }

  private String[] arguments(List<String> call, String... more) {
    var arguments = new ArrayList<String>();
    call.forEach(one -> arguments.add(one.equals("FILE")
        ? run.toString()
        : one.equals("RUN") ? folder.resolve("run").toString() : one));
    arguments.addAll(Arrays.asList(more));
    return arguments.toArray(String[]::new);
  }

  private static List<String> errors(String command, String json) throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Files.readString(SCHEMAS.resolve(command + ".schema.json")))
        .validate(json, InputFormat.JSON).stream().map(String::valueOf).toList();
  }

  @Test
  void aFieldThatNoSchemaKnowsIsRefused() throws IOException {
    assertThat(errors("methods", "{}")).isEmpty();
    assertThat(errors("methods", "{\"a\": [{\"more\": 1}]}")).isNotEmpty();
    assertThat(errors("top", "{\"method\": \"trak\"}")).isNotEmpty();
  }

  @Test
  void everyCommandWithJsonHasASchemaAndIsCalledHere() throws IOException {
    var terminal = Terminal.of(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
    List<String> commands = WhenceCommand.line(terminal, new Cancellation()).getSubcommands().entrySet()
        .stream().filter(command -> command.getValue().getCommandSpec().findOption("--json") != null)
        .map(Map.Entry::getKey).sorted().toList();
    List<String> schemas;
    try (Stream<Path> files = Files.list(SCHEMAS)) {
      schemas = files.map(file -> file.getFileName().toString().replace(".schema.json", "")).sorted()
          .toList();
    }
    assertThat(schemas).isEqualTo(commands);
    assertThat(calls().map(List::getFirst).distinct().sorted()).isEqualTo(commands);
  }

  @Test
  void aRunFileAfterTheFlagIsNotTakenForTheFileToWrite() {
    Call before = Call.of("train", "--json", run.toString(), "--out", folder.resolve("run").toString(),
        "--quiet");
    assertThat(before.err()).isEmpty();
    assertThat(before.out()).startsWith("{");
    Call named = Call.of("methods", "--json=" + folder.resolve("methods"));
    assertThat(named.code()).isZero();
    assertThat(folder.resolve("methods")).content().startsWith("{");
  }

  @Test
  void numbersWithoutAValueAreNull() {
    assertThat(String.valueOf(
        JsonOption.finite(Ordered.of("a", Double.NaN, "b", List.of(1.5, Double.POSITIVE_INFINITY, "x"),
            "c", Float.NEGATIVE_INFINITY))))
        .isEqualTo("{a=null, b=[1.5, null, x], c=null}");
  }
}
