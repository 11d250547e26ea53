package dev.whence.graph.pt2;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Names the leaves of what a model returns: {@code output} for a bare tensor, {@code output_0} … for a tuple's entries, the
 * key or field for dictionaries and data classes; deeper ones joined by dots.
 */
final class TreeNames {
  private TreeNames() {
  }

  /** One name a leaf, in order. */
  static List<String> of(String treeSpec) throws IOException {
    List<Member> parts = Member.parse(treeSpec.getBytes(StandardCharsets.UTF_8), "out_spec").items();
    if (parts.size() != 2) {
      throw new dev.whence.graph.CorruptModelException("out_spec must have two parts");
    }
    var names = new ArrayList<String>();
    collect(parts.get(1), "", names);
    return names;
  }

  private static void collect(Member spec, String path, List<String> names) throws IOException {
    Optional<Member> type = spec.find("type");
    if (type.isEmpty()) {
      names.add(path.isEmpty() ? "output" : path);
      return;
    }
    List<Member> children = spec.at("children_spec").items();
    List<String> keys = keys(spec, children.size());
    for (int i = 0; i < children.size(); i++) {
      String key = keys.isEmpty() ? Integer.toString(i) : keys.get(i);
      String first = keys.isEmpty() ? "output_" + key : key;
      collect(children.get(i), path.isEmpty() ? first : path + "." + key, names);
    }
  }

  /** The keys of a dictionary or the fields of a class, or an empty list for a sequence. */
  private static List<String> keys(Member spec, int count) throws IOException {
    var context = spec.find("context");
    if (context.isEmpty() || !context.get().node().isTextual()) {
      return List.of();
    }
    String text = context.get().text();
    if (!text.startsWith("[") && !text.startsWith("{")) {
      return List.of();
    }
    return search(Member.parse(text.getBytes(StandardCharsets.UTF_8), "out_spec.context"), count)
        .orElse(List.of());
  }

  /** The first list of as many texts as there are children. */
  private static Optional<List<String>> search(Member json, int count) throws IOException {
    if (json.node().isArray() && json.node().size() == count && count > 0) {
      var keys = new ArrayList<String>();
      json.node().forEach(item -> keys.add(item.isTextual() || item.isNumber() ? item.asText() : ""));
      if (!keys.contains("")) {
        return Optional.of(keys);
      }
    }
    for (var child : json.node()) {
      var found = child.isContainerNode()
          ? search(new Member(child, json.path()), count)
          : Optional.<List<String>>empty();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
