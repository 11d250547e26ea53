package dev.whence.training;

import dev.whence.graph.Argument;
import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.graph.Node;
import dev.whence.run.IncompatibleException;
import dev.whence.torch.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares the names, shapes and types in a checkpoint with a model's. */
final class CheckpointNames {
  private static final int SHOWN = 8;

  private final Path file;
  private final Graph graph;

  CheckpointNames(Path file, Graph graph) {
    this.file = file;
    this.graph = graph;
  }

  void check(Map<String, Tensor> found) throws IncompatibleException {
    var wanted = new LinkedHashMap<>(graph.state().parameters());
    wanted.putAll(graph.state().buffers());
    Set<String> optional = new HashSet<>(graph.state().buffers().keySet());
    optional.removeAll(running(graph));
    List<String> missing = wanted.keySet().stream()
        .filter(name -> !found.containsKey(name) && !optional.contains(name)).toList();
    List<String> extra = found.keySet().stream()
        .filter(name -> !wanted.containsKey(name) && !isTied(found, name)).toList();
    var other = new ArrayList<String>();
    wanted.forEach((name, tensor) -> {
      Tensor there = found.get(name);
      if (there != null
          && (there.dtype() != tensor.dtype() || !Arrays.equals(there.shape(), tensor.shape()))) {
        other.add(name + " (" + there + ", the model has " + tensor + ")");
      }
    });
    if (!missing.isEmpty() || !extra.isEmpty() || !other.isEmpty()) {
      throw new IncompatibleException(
          file + " is no checkpoint of this model:" + part(" missing ", missing) + part(" unknown ", extra)
              + part(" of another shape or type ", other) + hint(missing, found, wanted));
    }
    List<String> broken = new ModelState(among(found, graph.state().parameters()),
        among(found, graph.state().buffers())).notFinite();
    if (!broken.isEmpty()) {
      throw new IncompatibleException(file + ": '" + broken.getFirst()
          + "' holds a number that is NaN or infinite; the training that wrote it went astray, take an earlier checkpoint");
    }
  }

  private static Map<String, Tensor> among(Map<String, Tensor> found, Map<String, Tensor> wanted) {
    var among = new LinkedHashMap<>(found);
    among.keySet().retainAll(wanted.keySet());
    return among;
  }

  /** Buffers that training changes: running statistics, and what the file declares as changing. */
  static Set<String> running(Graph graph) {
    Set<String> names = new HashSet<>(graph.details().mutations().keySet());
    for (Node node : graph.nodes()) {
      for (String argument : List.of("running_mean", "running_var")) {
        if (node.arguments().get(argument) instanceof Argument.Reference reference) {
          String name = graph.buffers().get(reference.name());
          if (name != null) {
            names.add(name);
          }
        }
      }
    }
    names.removeIf(name -> name.endsWith("num_batches_tracked"));
    return names;
  }

  /** Whether an unknown name holds the very numbers of a parameter: a tied one, saved under its other name too. */
  private boolean isTied(Map<String, Tensor> found, String name) {
    Tensor candidate = found.get(name);
    return candidate != null && graph.state().parameters().keySet().stream().map(found::get)
        .anyMatch(known -> known != null && TiedNames.same(known, candidate));
  }

  private static String part(String what, List<String> names) {
    return names.isEmpty()
        ? ""
        : what + names.size() + ": " + String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
            + (names.size() > SHOWN ? ", …" : "") + ";";
  }

  private static String hint(List<String> missing, Map<String, Tensor> file, Map<String, Tensor> model) {
    Set<String> found = file.keySet();
    boolean cast = model.entrySet().stream().allMatch(entry -> {
      Tensor there = file.get(entry.getKey());
      return there == null || Arrays.equals(there.shape(), entry.getValue().shape());
    });
    if (missing.isEmpty() && cast && model.keySet().containsAll(found)) {
      return " save the numbers in the model's type, {name: tensor.to(torch.float32), …}";
    }
    if (!missing.isEmpty()) {
      String first = missing.getFirst();
      for (String name : found) {
        String prefix = name.endsWith("." + first) ? name.substring(0, name.length() - first.length()) : "";
        if (!prefix.isEmpty() && missing.stream().allMatch(each -> found.contains(prefix + each))) {
          return " the names carry the prefix '" + prefix + "': save the inner module's state_dict";
        }
      }
    }
    return " save the state_dict of the module that was exported";
  }
}
