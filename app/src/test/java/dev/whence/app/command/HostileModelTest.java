package dev.whence.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whence.run.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Model files that are well-formed and mean harm, or hold numbers that are none, as the command line meets them. */
class HostileModelTest {
  private static final Path MODELS = Call.ROOT.resolve("fixtures/models");

  private static final int WIDTH = 12;

  @TempDir
  private Path folder;

  /** A golden model with one entry changed, its check file beside it. */
  private Path changed(String end, UnaryOperator<byte[]> change) throws IOException {
    Files.copy(MODELS.resolve("mlp.check.safetensors"), folder.resolve("mlp.check.safetensors"));
    Path file = folder.resolve("mlp.pt2");
    try (var from = new ZipFile(MODELS.resolve("mlp.pt2").toFile());
        var to = new ZipOutputStream(Files.newOutputStream(file))) {
      for (ZipEntry entry : Collections.list(from.entries())) {
        byte[] content = from.getInputStream(entry).readAllBytes();
        to.putNextEntry(new ZipEntry(entry.getName()));
        to.write(entry.getName().endsWith(end) ? change.apply(content) : content);
      }
    }
    return file;
  }

  private Path withModel(Consumer<Map<String, Object>> change) throws IOException {
    return changed("models/model.json", content -> {
      Map<String, Object> root = Json.parse(new String(content, StandardCharsets.UTF_8));
      change.accept(root);
      return Json.compact(root).getBytes(StandardCharsets.UTF_8);
    });
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Map<String, Object> parent, String name) {
    return (Map<String, Object>) Objects.requireNonNull(parent.get(name));
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Map<String, Object> parent, String name) {
    return (List<Map<String, Object>>) Objects.requireNonNull(parent.get(name));
  }

  private static Map<String, Object> tensor(String name) {
    return Map.of("as_tensor", Map.of("name", name));
  }

  /** In place of the model's calls, sixty of which each puts the last result beside itself. */
  private static void doubleSixtyTimes(Map<String, Object> root) {
    Map<String, Object> module = map(root, "graph_module");
    Map<String, Object> graph = map(module, "graph");
    Map<String, Object> input = list(graph, "inputs").getLast();
    String last = (String) Objects.requireNonNull(map(input, "as_tensor").get("name"));
    Object described = Objects.requireNonNull(map(graph, "tensor_values").get(last));
    var nodes = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < 60; i++) {
      var both = Map.of("as_tensors", List.of(Map.of("name", last), Map.of("name", last)));
      last = "twice_" + i;
      nodes.add(Map.of("target", "torch.ops.aten.cat.default", "name", last, "metadata", Map.of(), "inputs",
          List.of(Map.of("name", "tensors", "arg", both, "kind", 1)), "outputs", List.of(tensor(last))));
      map(graph, "tensor_values").put(last, described);
    }
    graph.put("nodes", nodes);
    graph.put("outputs", List.of(tensor(last)));
    Map<String, Object> signature = map(module, "signature");
    map(list(signature, "output_specs").getFirst(), "user_output").put("arg", tensor(last));
  }

  @Test
  void aValueDoubledSixtyTimesIsRefusedBeforeAnythingIsComputed() throws IOException {
    String model = withModel(HostileModelTest::doubleSixtyTimes).toString();
    Assertions.assertTimeout(Duration.ofSeconds(20), () -> {
      Call plain = Call.of("inspect", model);
      assertThat(plain.code()).isZero();
      assertThat(plain.out()).contains("a trial run on made-up inputs fails", "aten::cat",
          "more than the limit of",
          "--memory");
      Call checked = Call.of("inspect", model, "--check");
      assertThat(checked.code()).isEqualTo(3);
      assertThat(checked.err()).contains("aten::cat", "more than the limit of").hasLineCount(1);
    });
  }

  @Test
  void sizesThatNoValueHasAreAFaultOfTheFile() throws IOException {
    String model = withModel(root -> map(root, "range_constraints")
        .replaceAll((_, _) -> Map.of("min_val", 10, "max_val", 2))).toString();
    for (String[] arguments : List.of(new String[]{"inspect", model},
        new String[]{"inspect", model, "--check"})) {
      Call call = Call.of(arguments);
      assertThat(call.code()).isEqualTo(3);
      assertThat(call.err()).contains("mlp.pt2", "range_constraints", "10 to 2").hasLineCount(1);
    }
  }

  @Test
  void sizesThatTheSampleDoesNotHaveAreAFaultOfTheFile() throws IOException {
    String model = withModel(root -> map(root, "range_constraints")
        .replaceAll((_, _) -> Map.of("min_val", 40, "max_val", 50))).toString();
    Call call = Call.of("inspect", model, "--check");
    assertThat(call.code()).isEqualTo(3);
    assertThat(call.err()).contains("mlp.pt2", "[40, 50]").hasLineCount(1);
  }

  @Test
  void numbersThatAreNoneAreNamedAndNotTakenForMixedExamples() throws IOException {
    String model = changed("weights/weight_0", content -> {
      ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, Float.NaN);
      return content;
    }).toString();
    Call plain = Call.of("inspect", model);
    assertThat(plain.code()).isZero();
    assertThat(plain.out()).contains("NOT FINITE", "NaN or infinite numbers in ").doesNotContain("mixed");
    Call checked = Call.of("inspect", model, "--check");
    assertThat(checked.code()).isEqualTo(1);
    assertThat(checked.out()).contains("NOT FINITE", "gradients are no numbers: NaN").doesNotContain("mixed");
    assertThat(checked.err()).contains("failed its check").contains("NaN or infinite numbers in ");
  }

  @Test
  void whatIsNoFileIsSaidToBeNone() throws IOException {
    Path other = Files.createDirectory(folder.resolve("folder.pt2"));
    Call call = Call.of("inspect", other.toString());
    assertThat(call.code()).isEqualTo(3);
    assertThat(call.err()).contains("folder.pt2", "a folder").doesNotContain("no such file").hasLineCount(1);
  }

  /** A run on eight records of numbers, for the golden network. */
  private Call attribute(Path model, String number, String... more) throws IOException {
    var lines = new ArrayList<String>();
    lines.add(String.join(",", IntStream.range(0, WIDTH).mapToObj(i -> "p" + i).toList()) + ",y");
    for (int i = 0; i < 8; i++) {
      lines.add((i + number + ",").repeat(WIDTH) + i % 3);
    }
    Files.write(folder.resolve("data.csv"), lines);
    Path run = Files.writeString(folder.resolve("run.yaml"), """
        model: %s
        data: {path: data.csv, columns: {features: {from: p*}}, label: y}
        targets: {rows: 0..2}
        methods: {grad-dot: {}}
        """.formatted(model));
    var arguments = new ArrayList<>(List.of("attribute", run.toString(), "--quiet"));
    arguments.addAll(List.of(more));
    return Call.of(arguments.toArray(String[]::new));
  }

  @Test
  void scoresThatAreNoNumbersAreAFailureOfTheWork() throws IOException {
    Call call = attribute(MODELS.resolve("mlp.pt2"), "e37", "--set", "training.start=trained");
    assertThat(call.code()).as(call.err()).isEqualTo(1);
  }

  @Test
  void distributionsThatCannotBeAreAFaultOfTheFile() throws IOException {
    Path model = changed("extra/whence.json", content -> {
      Map<String, Object> notes = Json.parse(new String(content, StandardCharsets.UTF_8));
      map(map(notes, "initial"), "parameters")
          .replaceAll((_, _) -> Map.of("kind", "uniform", "low", 3, "high", 1));
      return Json.compact(notes).getBytes(StandardCharsets.UTF_8);
    });
    Call call = attribute(model, "", "--set", "training.start=fresh", "--models", "1");
    assertThat(call.code()).as(call.err()).isEqualTo(3);
    assertThat(call.err()).contains("the model file's record of how '", "low must be <= high")
        .hasLineCount(1);
  }
}
