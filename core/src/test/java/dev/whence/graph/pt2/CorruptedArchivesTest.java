package dev.whence.graph.pt2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.Graphs;
import dev.whence.graph.Limits;
import dev.whence.graph.ModelException;
import dev.whence.graph.execution.Execution;
import dev.whence.graph.execution.MemoryLimitException;
import dev.whence.graph.execution.UnsupportedModeException;
import dev.whence.run.Fingerprint;
import dev.whence.torch.Autograd;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import dev.whence.torch.TorchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 360 seeded mutations of golden archives: of bytes, and of structure under sound checksums. */
class CorruptedArchivesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CASES = Integer.getInteger("whence.corrupted.cases", 360);
  private static final Limits LIMITS = new Limits(1 << 26, 1 << 24, 1000, 200, 10_000, 1 << 28);
  private static final List<String> MODELS = List.of("mlp", "lenet", "resnet", "gpt", "lstm", "bag", "bert");

  @TempDir
  private Path folder;

  private interface Mutation {
    byte[] apply(Random random, Path model) throws IOException;
  }

  private final List<Mutation> mutations = List.of(CorruptedArchivesTest::flipped, CorruptedArchivesTest::cut,
      CorruptedArchivesTest::overwritten, CorruptedArchivesTest::directory, this::numberChanged,
      this::wordChanged,
      this::entryChanged, this::textCut, this::endsChanged, this::kindChanged, this::enlarged,
      this::notesChanged);

  @Test
  void everyMutationIsATypedErrorOrOtherwiseWellFormed() throws IOException {
    var outcomes = new TreeMap<String, Integer>();
    for (int i = 0; i < CASES; i++) {
      var random = new Random(i);
      Path model = Path.of(System.getProperty("whence.root"), "fixtures", "models",
          MODELS.get(i % MODELS.size()) + ".pt2");
      byte[] bytes = mutations.get(i % mutations.size()).apply(random, model);
      if (Arrays.equals(bytes, Files.readAllBytes(model))) {
        throw new AssertionError("case " + i + " changed nothing");
      }
      Path file = Files.write(folder.resolve("case.pt2"), bytes);
      outcomes.merge(outcome(i, file, model), 1, Integer::sum);
    }
    System.err.println(CASES + " corrupted archives: " + outcomes);
    assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(CASES);
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  /** What became of the case; anything but a typed error or well-formed content fails the test. */
  private static String outcome(int index, Path file, Path original) throws IOException {
    Fingerprint before;
    try (Graph graph = Graphs.read(original)) {
      before = graph.fingerprint();
    }
    try (Graph graph = Graphs.read(file, LIMITS)) {
      assertThat(graph.fingerprint()).as("case " + index).isNotEqualTo(before);
      return "reads as other content, " + ran(graph);
    } catch (ModelException e) {
      assertThat(e.getMessage()).as("case " + index).contains(file.toString());
      return e.getClass().getSimpleName();
    }
  }

  /** Runs what was read: a graph that is well-formed may still not fit together. */
  private static String ran(Graph graph) {
    try (var _ = Scope.open(); var _ = Autograd.off()) {
      var inputs = new LinkedHashMap<String, Tensor>();
      for (GraphInput input : graph.inputs()) {
        long[] shape = input.shape().stream().mapToLong(extent -> switch (extent) {
          case Extent.Fixed fixed -> fixed.size();
          case Extent.Symbolic symbolic -> Math.max(1, symbolic.minimum());
          case Extent.Expression _ -> 1;
        }).toArray();
        if (Arrays.stream(shape).reduce(1,
            (a, b) -> Math.min(a, 1L << 20) * Math.min(b, 1L << 20)) > 1L << 20) {
          return "too large to run";
        }
        inputs.put(input.name(), Tensor.zeros(input.dtype(), shape));
      }
      Execution.of(graph).run(graph.state(), inputs);
      return "runs";
    } catch (TorchException | MemoryLimitException | UnsupportedModeException | IllegalArgumentException e) {
      return "refused at the run";
    }
  }

  // ---- bytes ----

  private static byte[] flipped(Random random, Path model) throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    for (int i = 0; i <= random.nextInt(3); i++) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] cut(Random random, Path model) throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    return Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }

  private static byte[] overwritten(Random random, Path model) throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    int start = random.nextInt(bytes.length - 64);
    for (int i = start; i < start + 1 + random.nextInt(64); i++) {
      bytes[i] = (byte) (bytes[i] + 1 + random.nextInt(255));
    }
    return bytes;
  }

  /** Changes the table of contents at the end, where sizes and offsets lie. */
  private static byte[] directory(Random random, Path model) throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    int at = bytes.length - 1 - random.nextInt(1500);
    bytes[at] = (byte) (bytes[at] + 1 + random.nextInt(255));
    return bytes;
  }

  // ---- structure, under sound checksums ----

  private static String json(Random random, Archive archive) {
    List<String> texts = archive.entries.keySet().stream().filter(name -> name.endsWith(".json")).toList();
    return texts.get(random.nextInt(texts.size()));
  }

  private byte[] written(Random random, Archive archive) throws IOException {
    Path file = archive.write(folder.resolve("case.pt2"),
        random.nextBoolean() ? ZipEntry.STORED : ZipEntry.DEFLATED);
    return Files.readAllBytes(file);
  }

  private static List<int[]> runs(String text, String pattern) {
    var found = new ArrayList<int[]>();
    var matcher = java.util.regex.Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(new int[]{matcher.start(), matcher.end()});
    }
    return found;
  }

  private byte[] replaced(Random random, Path model, String pattern, List<String> others) throws IOException {
    Archive archive = Archive.of(model);
    String name = json(random, archive);
    String text = new String(archive.entries.get(name), StandardCharsets.UTF_8);
    List<int[]> places = runs(text, pattern);
    if (!places.isEmpty()) {
      int[] place = places.get(random.nextInt(places.size()));
      text = text.substring(0, place[0]) + others.get(random.nextInt(others.size()))
          + text.substring(place[1]);
    }
    archive.entries.put(name, text.getBytes(StandardCharsets.UTF_8));
    return written(random, archive);
  }

  private byte[] numberChanged(Random random, Path model) throws IOException {
    return replaced(random, model, "-?\\b\\d+(\\.\\d+)?\\b",
        List.of("-1", "0", "7", "1000000007", "9223372036854775807",
            "1e308", "99999999999999999999999999", "\"7\"", "null", "[]", "1.5"));
  }

  private byte[] wordChanged(Random random, Path model) throws IOException {
    return replaced(random, model, "\"[^\"]*\"",
        List.of("\"\"", "\"x\"", "\"as_tensor\"", "\"weight_0\"", "7", "null",
            "{}", "\"torch.ops.aten.from_file.default\"", "\"as_none\"", "\"../../x\"", "\"Infinity\""));
  }

  /** What the graph says a second time of its inputs and outputs. */
  private byte[] endsChanged(Random random, Path model) throws IOException {
    Archive archive = Archive.of(model);
    String name = archive.name("models/model.json");
    var root = (ObjectNode) JSON.readTree(archive.entries.get(name));
    var graph = (ObjectNode) root.get("graph_module").get("graph");
    String end = random.nextBoolean() ? "inputs" : "outputs";
    graph.set(end, JSON.readTree(List.of("null", "3", "[{}]", "[]", "[{\"as_tensor\":{\"name\":\"nobody\"}}]",
        "{\"as_none\":true}").get(random.nextInt(6))));
    archive.entries.put(name, JSON.writeValueAsBytes(root));
    return written(random, archive);
  }

  /** A value of another kind anywhere in the graph. */
  private byte[] kindChanged(Random random, Path model) throws IOException {
    Archive archive = Archive.of(model);
    String name = archive.name("models/model.json");
    JsonNode root = JSON.readTree(archive.entries.get(name));
    var places = new ArrayList<ObjectNode>();
    root.findParents(List.of("dtype", "target", "metadata", "arg", "kind").get(random.nextInt(5)))
        .forEach(parent -> places.add((ObjectNode) parent));
    ObjectNode place = places.get(random.nextInt(places.size()));
    List<String> fields = new ArrayList<>();
    place.fieldNames().forEachRemaining(fields::add);
    place.set(fields.get(random.nextInt(fields.size())),
        JSON.readTree(List.of("[7]", "{\"x\":{}}", "\"\"", "true", "-3").get(random.nextInt(5))));
    archive.entries.put(name, JSON.writeValueAsBytes(root));
    return written(random, archive);
  }

  /** What the exporter noted, of another kind or about another model. */
  private byte[] notesChanged(Random random, Path model) throws IOException {
    Archive archive = Archive.of(model);
    String name = archive.name("extra/whence.json");
    var root = (ObjectNode) JSON.readTree(archive.entries.get(name));
    List<String> fields = List.of("format", "mode", "loss", "logits", "inputs", "outputs", "weights",
        "initial");
    root.set(fields.get(random.nextInt(fields.size())),
        JSON.readTree(
            List.of("99", "\"nobody\"", "[]", "[{\"name\":\"nobody\",\"batch_axis\":77}]", "{\"x\":{}}",
                "true").get(random.nextInt(6))));
    archive.entries.put(name, JSON.writeValueAsBytes(root));
    return written(random, archive);
  }

  /** A value that grows without bound on its way to operators that libtorch cannot forecast. */
  private byte[] enlarged(Random random, Path model) throws IOException {
    Archive archive = Archive.of(model);
    String name = archive.name("models/model.json");
    JsonNode root = JSON.readTree(archive.entries.get(name));
    List<JsonNode> targets = root.findParents("target");
    var node = (ObjectNode) targets.get(random.nextInt(targets.size()));
    JsonNode first = node.get("inputs").path(0).path("arg");
    ArrayNode inputs = JSON.createArrayNode();
    inputs.addObject().put("name", "self").put("kind", 1).set("arg", first);
    ObjectNode sizes = inputs.addObject().put("name", "repeats").put("kind", 1).putObject("arg");
    sizes.putArray("as_ints").add(1L << random.nextInt(40)).add(1).add(1).add(1).add(1);
    node.put("target", "torch.ops.aten.repeat.default").set("inputs", inputs);
    archive.entries.put(name, JSON.writeValueAsBytes(root));
    return written(random, archive);
  }

  private byte[] entryChanged(Random random, Path model) throws IOException {
    Archive archive = Archive.of(model);
    List<String> names = List.copyOf(archive.entries.keySet());
    String name = names.get(random.nextInt(names.size()));
    byte[] content = Objects.requireNonNull(archive.entries.remove(name));
    switch (random.nextInt(4)) {
      case 0 -> archive.entries.put(name + "x", content);
      case 1 -> archive.entries.put(name, Arrays.copyOf(content, content.length / 2));
      case 2 -> archive.entries.put(name, new byte[content.length + 1 + random.nextInt(1 << 16)]);
      default -> {
      }
    }
    return written(random, archive);
  }

  private byte[] textCut(Random random, Path model) throws IOException {
    Archive archive = Archive.of(model);
    String name = json(random, archive);
    String text = new String(archive.entries.get(name), StandardCharsets.UTF_8);
    int start = random.nextInt(text.length());
    int end = Math.min(text.length(), start + 1 + random.nextInt(200));
    archive.entries.put(name,
        (text.substring(0, start) + text.substring(end)).getBytes(StandardCharsets.UTF_8));
    return written(random, archive);
  }
}
