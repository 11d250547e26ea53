package dev.whence.graph.pt2;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whence.graph.CorruptModelException;
import dev.whence.graph.Graphs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an archive says twice must agree, and every field must be of its kind, when it is read. */
class SaidTwiceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir
  private Path folder;

  private String model = "mlp";

  private void refused(String path, Consumer<ObjectNode> change) throws IOException {
    Archive archive = Archive
        .of(Path.of(System.getProperty("whence.root"), "fixtures", "models", model + ".pt2"));
    String name = archive.name("models/model.json");
    var root = (ObjectNode) JSON.readTree(archive.entries.get(name));
    change.accept((ObjectNode) root.get("graph_module").get("graph"));
    archive.entries.put(name, JSON.writeValueAsBytes(root));
    Path file = archive.write(folder.resolve("case.pt2"));
    assertThatThrownBy(() -> Graphs.read(file)).as(path).isInstanceOf(CorruptModelException.class)
        .hasMessageContaining(path);
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void inputsAndOutputsOfTheGraphAreThoseOfItsSignature() throws IOException {
    for (String end : List.of("inputs", "outputs")) {
      for (String value : List.of("null", "3", "[{}]", "[]", "[{\"as_tensor\":{\"name\":\"nobody\"}}]")) {
        refused(end, graph -> graph.set(end, json(value)));
      }
    }
  }

  @Test
  void typeAndSizesOfAWeightAreThoseOfItsNumbers() throws IOException {
    refused("numbers of '", graph -> weight(graph).put("dtype", 8));
    refused("numbers of '", graph -> weight(graph).set("sizes", json("[{\"as_int\":3}]")));
  }

  @Test
  void theOtherNameOfATiedWeightHasItsSizes() throws IOException {
    model = "gpt";
    refused("numbers of 'head.weight'",
        graph -> ((ObjectNode) graph.get("tensor_values").get("p_head_weight"))
            .set("sizes", json("[{\"as_int\":3},{\"as_int\":3}]")));
  }

  @Test
  void fieldsOfAnotherKindAreRefused() throws IOException {
    refused("dtype must be a whole number", graph -> value(graph).put("dtype", "seven"));
    refused("requires_grad must be true or false", graph -> value(graph).put("requires_grad", 3));
    refused("metadata must be an object",
        graph -> ((ObjectNode) graph.get("nodes").get(0)).put("metadata", 3));
  }

  /** The description of the first parameter. */
  private static ObjectNode weight(ObjectNode graph) {
    String name = graph.get("inputs").get(0).get("as_tensor").get("name").asText();
    return (ObjectNode) graph.get("tensor_values").get(name);
  }

  /** The description of what the first call makes. */
  private static ObjectNode value(ObjectNode graph) {
    String name = graph.get("nodes").get(0).get("outputs").get(0).get("as_tensor").get("name").asText();
    return (ObjectNode) graph.get("tensor_values").get(name);
  }
}
