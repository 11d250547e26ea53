package dev.whence.graph.pt2;

import dev.whence.graph.CorruptModelException;
import dev.whence.graph.ExportRecord;
import dev.whence.graph.GraphInput;
import dev.whence.graph.UnsupportedModelException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads what {@code tools/export.py} noted beside a graph. Whatever the notes say of the graph must be true of it: notes that
 * belong to another model would choose another axis of examples, another output or another beginning.
 */
final class Notes {
  private static final String ENTRY = "extra/whence.json";
  private static final long FORMAT = 1;
  private static final Set<String> MODES = Set.of("training", "evaluation");
  private static final Set<String> ORIGINS = Set.of("trained", "untrained", "partly");

  private final Member json;
  private final Signature signature;

  private Notes(Member json, Signature signature) {
    this.json = json;
    this.signature = signature;
  }

  /** The notes, if there are any. */
  static Optional<ExportRecord> read(Pt2Archive archive, Signature signature) throws IOException {
    return archive.names().contains(ENTRY)
        ? Optional.of(new Notes(Member.parse(archive.bytes(ENTRY), ENTRY), signature).record())
        : Optional.empty();
  }

  private ExportRecord record() throws IOException {
    Optional<Member> format = json.find("format");
    if (format.isPresent() && format.get().integer() != FORMAT) {
      throw new UnsupportedModelException(ENTRY + " has format " + format.get().integer()
          + "; Whence reads format " + FORMAT
          + ": export the model with the tools/export.py of this version");
    }
    checkWords();
    checkOutputs();
    return new ExportRecord(json.node().toString(), words("torch"), words("loss"), words("logits"), initial(),
        axes());
  }

  private void checkWords() throws IOException {
    Optional<Member> mode = json.find("mode");
    if (mode.isPresent()) {
      oneOf(mode.get(), MODES);
    }
    Optional<Member> weights = json.find("weights");
    if (weights.isPresent()) {
      Optional<Member> origin = weights.get().find("origin");
      if (origin.isPresent()) {
        oneOf(origin.get(), ORIGINS);
      }
    }
    Optional<Member> recipe = json.find("recipe");
    if (recipe.isPresent()) {
      recipe.get().fields();
    }
  }

  private static void oneOf(Member word, Set<String> known) throws IOException {
    if (!known.contains(word.text())) {
      throw word.wrong("one of " + new TreeSet<>(known));
    }
  }

  private void checkOutputs() throws IOException {
    Optional<Member> outputs = json.find("outputs");
    for (Member output : outputs.isPresent() ? outputs.get().items() : List.<Member>of()) {
      requireOutput(output);
    }
    Optional<Member> logits = json.find("logits");
    if (logits.isPresent() && !logits.get().text().isEmpty()) {
      requireOutput(logits.get());
    }
  }

  private void requireOutput(Member name) throws IOException {
    if (!signature.outputs.containsKey(name.text())) {
      throw new CorruptModelException(name.path() + " is '" + name.text() + "', but the graph's outputs are "
          + signature.outputs.keySet());
    }
  }

  private String words(String field) throws IOException {
    Optional<Member> found = json.find(field);
    return found.isPresent() ? found.get().text() : "";
  }

  /** Input → axis of its examples; absent where it has none. */
  private Map<String, Integer> axes() throws IOException {
    var axes = new LinkedHashMap<String, Integer>();
    Optional<Member> noted = json.find("inputs");
    if (noted.isEmpty()) {
      return axes;
    }
    List<Member> items = noted.get().items();
    List<GraphInput> inputs = signature.inputs;
    if (items.size() != inputs.size()) {
      throw new CorruptModelException(noted.get().path() + " has " + items.size()
          + " entries, but the graph has " + inputs.size() + " inputs");
    }
    for (int i = 0; i < inputs.size(); i++) {
      Member name = items.get(i).at("name");
      if (!name.text().equals(inputs.get(i).name())) {
        throw new CorruptModelException(name.path() + " is '" + name.text()
            + "', but the graph's input there is '" + inputs.get(i).name() + "'");
      }
      Optional<Member> axis = items.get(i).find("batch_axis");
      if (axis.isPresent()) {
        axes.put(name.text(), axis(axis.get(), inputs.get(i).shape().size()));
      }
    }
    return axes;
  }

  private static int axis(Member json, int rank) throws IOException {
    long axis = json.integer();
    if (axis < 0 || axis >= rank) {
      throw new CorruptModelException(json.path() + " is " + axis + ", but the input has " + rank + " axes");
    }
    return (int) axis;
  }

  private Map<String, String> initial() throws IOException {
    var initial = new LinkedHashMap<String, String>();
    Optional<Member> noted = json.find("initial");
    if (noted.isPresent()) {
      for (String kind : List.of("parameters", "buffers")) {
        Optional<Member> distributions = noted.get().find(kind);
        for (var each : distributions.isPresent()
            ? distributions.get().fields()
            : List.<Map.Entry<String, Member>>of()) {
          if (!signature.has(each.getKey())) {
            throw new CorruptModelException(distributions.get().path() + " tells of '" + each.getKey()
                + "', which the graph does not have");
          }
          if (kind.equals("parameters")) {
            initial.put(each.getKey(), each.getValue().node().toString());
          }
        }
      }
    }
    return initial;
  }
}
