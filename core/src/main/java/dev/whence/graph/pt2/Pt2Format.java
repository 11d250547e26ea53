package dev.whence.graph.pt2;

import dev.whence.graph.CorruptModelException;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphDetails;
import dev.whence.graph.GraphFormat;
import dev.whence.graph.Limits;
import dev.whence.graph.ModelException;
import dev.whence.graph.ModelState;
import dev.whence.graph.UnsupportedModelException;
import dev.whence.run.Undo;
import dev.whence.torch.TorchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Archives of torch.export (PT2, schema major 8, weights as raw bytes: torch 2.9 and later). */
public final class Pt2Format implements GraphFormat {
  private static final int SCHEMA = 8;
  private static final String WAY_OUT = "; export the model again with tools/export.py and torch 2.9 or later";

  /** The format. */
  public Pt2Format() {
  }

  @Override
  public String name() {
    return "torch.export archive (.pt2)";
  }

  @Override
  public boolean reads(Path file) throws IOException {
    try (var stream = Files.newInputStream(file)) {
      byte[] head = stream.readNBytes(4);
      boolean zip = head.length == 4 && head[0] == 'P' && head[1] == 'K';
      boolean pickle = head.length > 1 && head[0] == (byte) 0x80 && head[1] < 8;
      return zip || pickle;
    }
  }

  @Override
  public Graph read(Path file, Limits limits) throws IOException {
    try (var archive = open(file, limits)) {
      return read(archive, limits);
    } catch (CorruptModelException e) {
      throw new CorruptModelException(file + ": " + e.getMessage(), e);
    } catch (UnsupportedModelException e) {
      throw new UnsupportedModelException(file + ": " + e.getMessage());
    } catch (TorchException | ArithmeticException e) {
      throw new CorruptModelException(file + ": " + e.getMessage(), e);
    }
  }

  private static Pt2Archive open(Path file, Limits limits) throws IOException {
    try (var stream = Files.newInputStream(file)) {
      if (stream.read() != 'P') {
        throw new UnsupportedModelException("it is a Python pickle, which is never read" + WAY_OUT);
      }
    }
    return Pt2Archive.open(file, limits);
  }

  private static Graph read(Pt2Archive archive, Limits limits) throws IOException {
    String model = modelName(archive);
    String byteOrder = archive.text("byteorder").orElse("little").strip();
    if (!byteOrder.equals("little")) {
      throw new UnsupportedModelException("its numbers are " + byteOrder + "-endian" + WAY_OUT);
    }
    Member root = Member.parse(archive.bytes("models/" + model + ".json"), model + ".json");
    requireSchema(root);
    requireRawWeights(archive, model, root);
    var weights = new Weights(archive, "data/weights/", model + "_weights_config.json");
    var constants = new Weights(archive, "data/constants/", model + "_constants_config.json");
    try {
      Member module = root.at("graph_module");
      Member graph = module.at("graph");
      var meta = new Meta(ranges(root));
      Names names = Names.root();
      var signature = new Signature(meta, graph, weights, constants, names);
      try (var undo = Undo.of(signature::close)) {
        Graph made = decode(module, signature, new GraphDecoder(meta, limits), names, archive, limits);
        archive.checkTheRest();
        return undo.keep(made);
      }
    } finally {
      weights.release();
      constants.release();
    }
  }

  private static Graph decode(Member module, Signature signature, GraphDecoder decoder, Names names,
      Pt2Archive archive, Limits limits) throws IOException {
    signature.requireSameEnds(module.at("signature").at("input_specs"),
        module.at("signature").at("output_specs"));
    signature.readInputs(module.at("signature").at("input_specs"));
    decoder.calls(module.at("graph"), names);
    signature.readOutputs(module.at("signature").at("output_specs"), leaves(module));
    var details = new GraphDetails(decoder.sizes(), signature.mutations, decoder.modules(),
        Notes.read(archive, signature).orElse(null), archive.fingerprint(), limits, signature.tied);
    return new Graph(signature.inputs, signature.outputs, decoder.nodes(), signature.parameters,
        signature.buffers, new ModelState(signature.parameterTensors, signature.bufferTensors), details);
  }

  private static String modelName(Pt2Archive archive) throws IOException {
    List<String> models = archive.names().stream()
        .filter(name -> name.startsWith("models/") && name.endsWith(".json") && name.indexOf('/', 7) < 0)
        .toList();
    if (models.size() == 1) {
      return models.getFirst().substring(7, models.getFirst().length() - 5);
    }
    throw refuse(archive, models);
  }

  private static ModelException refuse(Pt2Archive archive, List<String> models) throws IOException {
    if (!models.isEmpty()) {
      return new UnsupportedModelException("it holds several models " + models + "; export one per file");
    }
    if (archive.names().stream().anyMatch(name -> name.startsWith("serialized_"))) {
      String version = archive.text("version").orElse("unknown").strip();
      return new UnsupportedModelException(
          "it was exported by torch 2.7 or earlier (archive version " + version
              + "), which keeps weights as pickles; Whence reads schema " + SCHEMA + " of torch 2.9 to 2.13"
              + WAY_OUT);
    }
    if (archive.names().stream()
        .anyMatch(name -> name.endsWith("data.pkl") || name.endsWith("constants.pkl"))) {
      return new UnsupportedModelException(
          "it is a TorchScript file or a pickle of torch.save, not an archive of torch.export" + WAY_OUT);
    }
    return new CorruptModelException(
        "it has no models/NAME.json and so is no archive of torch.export" + WAY_OUT);
  }

  private static void requireSchema(Member root) throws IOException {
    Member version = root.at("schema_version");
    long major = version.at("major").integer();
    if (major != SCHEMA) {
      throw new UnsupportedModelException("it has schema " + major + "." + version.at("minor").integer()
          + root.find("torch_version").map(v -> " of torch " + v.node().asText()).orElse("")
          + "; Whence reads schema "
          + SCHEMA + " of torch 2.9 to 2.13" + WAY_OUT);
    }
  }

  /** About torch 2.8, archives have the new folders, but weights still as pickles. */
  private static void requireRawWeights(Pt2Archive archive, String model, Member root) throws IOException {
    boolean pickled = archive.names().stream()
        .anyMatch(name -> name.startsWith("data/weights/") && name.endsWith(".pt"));
    if (pickled && !archive.names().contains("data/weights/" + model + "_weights_config.json")) {
      String torch = root.find("torch_version").map(version -> version.node().asText())
          .orElse("2.8 or earlier");
      throw new UnsupportedModelException("it was exported by torch " + torch
          + ", which keeps weights as pickles; Whence reads raw weights of torch 2.9 to 2.13" + WAY_OUT);
    }
  }

  private static Map<String, long[]> ranges(Member root) throws IOException {
    var ranges = new HashMap<String, long[]>();
    for (var range : root.at("range_constraints").fields()) {
      Optional<Member> minimum = range.getValue().find("min_val");
      Optional<Member> maximum = range.getValue().find("max_val");
      long low = minimum.isPresent() ? minimum.get().integer() : 0;
      long high = maximum.isPresent() ? maximum.get().integer() : Long.MAX_VALUE;
      if (low > high || high < 0) {
        throw new CorruptModelException("range_constraints." + range.getKey() + " allows sizes from " + low
            + " to " + high + ", which no value has; export the model again");
      }
      ranges.put(range.getKey(), new long[]{low, high});
    }
    return ranges;
  }

  private static List<String> leaves(Member module) throws IOException {
    for (Member entry : module.at("module_call_graph").items()) {
      if (entry.at("fqn").text().isEmpty() && entry.find("signature").isPresent()) {
        return TreeNames.of(entry.at("signature").at("out_spec").text());
      }
    }
    return List.of();
  }
}
