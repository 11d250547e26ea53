package dev.whence.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's modules with how many numbers each holds. Modules are known from the calls they make and from the names of
 * parameters, so one that does neither is absent.
 *
 * @param name last part of the path; empty at the root
 * @param path such as {@code layer1.0.conv2}; empty at the root
 * @param type class without its package, such as {@code Conv2d}; empty where the file does not tell
 * @param own parameters held by this module itself, by their last name part, with their number of elements
 * @param children in the order of the file
 */
public record ModuleTree(String name, String path, String type, Map<String, Long> own,
    List<ModuleTree> children) {
  /** Copies. */
  public ModuleTree {
    own = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(own));
    children = List.copyOf(children);
  }

  /** The tree of a graph's modules; tied parameters count where their first name stands. */
  public static ModuleTree of(Graph graph) {
    var root = new Branch("", "");
    graph.state().parameters().forEach((name, tensor) -> {
      int dot = name.lastIndexOf('.');
      root.at(dot < 0 ? "" : name.substring(0, dot)).own.put(name.substring(dot + 1), tensor.elements());
    });
    graph.details().modules().forEach((path, type) -> {
      Branch branch = root.at(path.replaceAll("@\\d+", ""));
      branch.type = branch.type.isEmpty() ? type.substring(type.lastIndexOf('.') + 1) : branch.type;
    });
    return root.tree();
  }

  /** Number of elements of all parameters in this module and below. */
  public long parameters() {
    return own.values().stream().mapToLong(Long::longValue).sum()
        + children.stream().mapToLong(ModuleTree::parameters).sum();
  }

  private static final class Branch {
    private final String name;
    private final String path;
    private String type = "";
    private final Map<String, Long> own = new LinkedHashMap<>();
    private final Map<String, Branch> children = new LinkedHashMap<>();

    Branch(String name, String path) {
      this.name = name;
      this.path = path;
    }

    Branch at(String below) {
      Branch branch = this;
      for (String part : below.isEmpty() ? new String[0] : below.split("\\.", -1)) {
        String parent = branch.path;
        branch = branch.children.computeIfAbsent(part,
            key -> new Branch(key, parent.isEmpty() ? key : parent + "." + key));
      }
      return branch;
    }

    ModuleTree tree() {
      var trees = new ArrayList<ModuleTree>();
      children.values().forEach(child -> trees.add(child.tree()));
      return new ModuleTree(name, path, type, own, trees);
    }
  }
}
