package dev.whence.graph.pt2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import dev.whence.graph.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exporter's notes in an archive are held against the graph they stand beside. */
class NotesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ROOT = Path.of(System.getProperty("whence.root"), "fixtures");

  @TempDir
  private Path folder;

  private void refused(String message, Consumer<ObjectNode> change) throws IOException {
    Archive archive = Archive.of(ROOT.resolve("models/mlp.pt2"));
    var notes = (ObjectNode) JSON.readTree(archive.text("extra/whence.json"));
    change.accept(notes);
    archive.put("extra/whence.json", notes.toString());
    Path file = archive.write(folder.resolve("case.pt2"));
    assertThatThrownBy(() -> Graphs.read(file)).as(message).isInstanceOf(ModelException.class)
        .hasMessageContaining(file.toString()).hasMessageContaining(message);
  }

  private static ObjectNode input(ObjectNode notes) {
    return (ObjectNode) notes.get("inputs").get(0);
  }

  @Test
  void aLaterFormatIsRefused() throws IOException {
    refused("extra/whence.json has format 99", notes -> notes.put("format", 99));
    refused("extra/whence.json.format must be a whole number", notes -> notes.put("format", "1"));
  }

  @Test
  void inputsAreThoseOfTheGraph() throws IOException {
    refused("extra/whence.json.inputs[0].name is 'nobody', but the graph's input there is",
        notes -> input(notes).put("name", "nobody"));
    refused("extra/whence.json.inputs has 2 entries, but the graph has 1",
        notes -> notes.withArray("inputs").addObject().put("name", "more"));
    refused("extra/whence.json.inputs has 0 entries, but the graph has 1",
        notes -> notes.withArray("inputs").removeAll());
    refused("extra/whence.json.inputs[0].batch_axis is 77, but the input has 2 axes",
        notes -> input(notes).put("batch_axis", 77));
    refused("extra/whence.json.inputs[0].batch_axis is -1, but the input has 2 axes",
        notes -> input(notes).put("batch_axis", -1));
    refused("extra/whence.json.inputs[0].batch_axis is 4294967296, but the input has 2 axes",
        notes -> input(notes).put("batch_axis", 1L << 32));
  }

  @Test
  void outputsAreThoseOfTheGraph() throws IOException {
    refused("extra/whence.json.outputs[0] is 'nobody', but the graph's outputs are",
        notes -> notes.withArray("outputs").removeAll().add("nobody"));
    refused("extra/whence.json.outputs[0] must be a text",
        notes -> notes.withArray("outputs").removeAll().add(3));
    refused("extra/whence.json.logits is 'nobody', but the graph's outputs are",
        notes -> notes.put("logits", "nobody"));
  }

  @Test
  void wordsAreThoseTheExporterWrites() throws IOException {
    refused("extra/whence.json.mode must be one of [evaluation, training], got \"sleep\"",
        notes -> notes.put("mode", "sleep"));
    refused("extra/whence.json.weights.origin must be one of [partly, trained, untrained], got \"stolen\"",
        notes -> notes.putObject("weights").put("origin", "stolen"));
    refused("extra/whence.json.weights must be an object", notes -> notes.put("weights", "trained"));
    refused("extra/whence.json.recipe must be an object", notes -> notes.put("recipe", 3));
  }

  @Test
  void distributionsAreOfTensorsTheGraphHas() throws IOException {
    refused("extra/whence.json.initial.parameters tells of 'nobody', which the graph does not have",
        notes -> ((ObjectNode) notes.get("initial").get("parameters")).putObject("nobody").put("kind",
            "file"));
    refused("extra/whence.json.initial.buffers must be an object",
        notes -> ((ObjectNode) notes.get("initial")).put("buffers", 3));
  }

  @Test
  void whatTheExporterWroteIsRead() throws IOException {
    for (String each : List.of("models", "checks", "structure", "demo", "pages")) {
      try (var files = Files.list(ROOT.resolve(each))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".pt2")).toList()) {
          try (Graph graph = Graphs.read(file)) {
            assertThat(graph.inputs()).as(file.toString()).isNotEmpty();
          }
        }
      }
    }
  }
}
