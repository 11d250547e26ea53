package dev.whence.training;

import dev.whence.graph.Graph;
import dev.whence.run.IncompatibleException;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Brings the tensors of a checkpoint under the names the model knows them by, where one tensor has several. */
final class TiedNames {
  private TiedNames() {
  }

  /**
   * A tied parameter may stand under any of its names, and under several if the numbers are the same.
   *
   * @param metadata of the file; save_model of safetensors notes there which name it left out, and which stands for it
   * @return a new map, in which a tied parameter has its first name alone
   * @throws IncompatibleException naming both names of a tied parameter whose copies differ
   */
  static Map<String, Tensor> resolved(Path file, Map<String, Tensor> found, Map<String, String> metadata,
      Graph graph) throws IncompatibleException {
    var tensors = new LinkedHashMap<>(found);
    for (var pair : graph.details().tied().entrySet()) {
      Tensor copy = tensors.remove(pair.getKey());
      Tensor first = copy == null ? null : tensors.putIfAbsent(pair.getValue(), copy);
      if (copy != null && first != null && !same(copy, first)) {
        throw new IncompatibleException(file + ": '" + pair.getValue() + "' and '" + pair.getKey()
            + "' are one tied parameter in the model, but two different ones here: the file was saved from a model"
            + " that does not tie them; export that model, or save the one that was exported");
      }
    }
    Set<String> wanted = new HashSet<>(graph.state().parameters().keySet());
    wanted.addAll(graph.state().buffers().keySet());
    metadata.forEach((left, kept) -> {
      Tensor standing = found.get(kept);
      if (standing != null && wanted.contains(left)) {
        tensors.putIfAbsent(left, standing);
      }
    });
    return tensors;
  }

  /** Whether type, shape and every bit are the same. */
  static boolean same(Tensor one, Tensor other) {
    try (var _ = Scope.open()) {
      return one.dtype() == other.dtype() && Arrays.equals(one.shape(), other.shape())
          && one.contiguous().segment().mismatch(other.contiguous().segment()) < 0;
    }
  }
}
