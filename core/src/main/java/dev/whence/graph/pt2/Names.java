package dev.whence.graph.pt2;

import dev.whence.graph.Argument;
import dev.whence.graph.CorruptModelException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The values known at a place of the graph. In an inlined sub-graph own values carry a prefix and its inputs stand for what the
 * call gave it.
 */
final class Names {
  private final String prefix;
  private final Map<String, Argument> given;
  private final Set<String> defined;

  private Names(String prefix, Map<String, Argument> given, Set<String> defined) {
    this.prefix = prefix;
    this.given = given;
    this.defined = defined;
  }

  static Names root() {
    return new Names("", new HashMap<>(), new HashSet<>());
  }

  /** Names inside a sub-graph that becomes part of this graph. */
  Names inside(String call) {
    return new Names(prefix + call + "/", new HashMap<>(), defined);
  }

  /** A new value. */
  String define(String name, String where) throws IOException {
    String full = prefix + name;
    if (name.isEmpty() || !defined.add(full)) {
      throw new CorruptModelException(where + " defines the value '" + name + "' a second time");
    }
    return full;
  }

  /** Makes a name stand for what a call gave, or for what a sub-graph returned. */
  void stand(String name, Argument argument, String where) throws IOException {
    if (given.put(name, argument) != null) {
      throw new CorruptModelException(where + " defines the value '" + name + "' a second time");
    }
  }

  /** A name the file gave a node, made unique. */
  String node(String name) {
    return prefix + name;
  }

  Argument resolve(String name, String where) throws IOException {
    Argument argument = given.get(name);
    if (argument != null) {
      return argument;
    }
    String full = prefix + name;
    if (!defined.contains(full)) {
      throw new CorruptModelException(where + " reads the value '" + name + "' before anything made it");
    }
    return new Argument.Reference(full);
  }
}
