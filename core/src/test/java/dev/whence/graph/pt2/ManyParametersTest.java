package dev.whence.graph.pt2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whence.graph.Graph;
import dev.whence.graph.Graphs;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading an archive takes time in proportion to its parameters. */
class ManyParametersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SOME = 4_000;

  @TempDir
  private Path folder;

  @Test
  void readingTakesTimeInProportionToTheParameters() throws IOException {
    seconds(SOME / 2);
    double once = seconds(SOME);
    double twice = seconds(2 * SOME);
    // four times as much where each parameter looks at all others
    assertThat(twice).as("%,d parameters take %.2f s", SOME, once).isLessThan(Math.max(2, 3 * once));
  }

  private double seconds(int parameters) throws IOException {
    Path file = withParameters(parameters);
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    try (Graph graph = Graphs.read(file)) {
      assertThat(graph.state().parameters()).hasSizeGreaterThan(parameters);
    }
    return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) * 1e-9;
  }

  /** The golden network with that many more weights, each of its own, which nothing reads. */
  private Path withParameters(int count) throws IOException {
    Archive archive = Archive.of(Path.of(System.getProperty("whence.root"), "fixtures", "models", "mlp.pt2"));
    var root = (ObjectNode) JSON.readTree(archive.text("models/model.json"));
    var config = (ObjectNode) JSON.readTree(archive.text("model_weights_config.json"));
    JsonNode module = root.get("graph_module");
    var specs = (ArrayNode) module.get("signature").get("input_specs");
    var inputs = (ArrayNode) module.get("graph").get("inputs");
    var values = (ObjectNode) module.get("graph").get("tensor_values");
    JsonNode spec = specs.get(0);
    String value = spec.get("parameter").get("arg").get("name").asText();
    JsonNode entry = config.get("config").get(spec.get("parameter").get("parameter_name").asText());
    String weights = archive.name("weights/" + entry.get("path_name").asText());
    byte[] numbers = archive.entries.get(weights);
    String place = weights.substring(0, weights.lastIndexOf('/') + 1);
    for (int i = 0; i < count; i++) {
      ObjectNode added = spec.deepCopy();
      var parameter = (ObjectNode) added.get("parameter");
      parameter.put("parameter_name", "more." + i);
      ((ObjectNode) parameter.get("arg")).put("name", "p_more_" + i);
      specs.insert(0, added);
      inputs.insert(0, JSON.createObjectNode().set("as_tensor", parameter.get("arg")));
      values.set("p_more_" + i, values.get(value));
      ObjectNode own = entry.deepCopy();
      own.put("path_name", "more_" + i);
      ((ObjectNode) config.get("config")).set("more." + i, own);
      archive.entries.put(place + "more_" + i, numbers);
    }
    return archive.put("models/model.json", root.toString())
        .put("model_weights_config.json", config.toString())
        .write(folder.resolve("many.pt2"));
  }
}
