package dev.whence.graph.pt2;

import java.io.IOException;
import java.util.Map;

/** Reads a call's module stack: {@code key,path,type;…}, outermost first. */
final class ModuleStack {
  private ModuleStack() {
  }

  /** The innermost module's path, empty at the root; notes the type of every module on the way. */
  static String note(Member call, Map<String, String> modules) throws IOException {
    var metadata = call.find("metadata");
    var stack = metadata.isEmpty() ? metadata : metadata.get().find("nn_module_stack");
    String innermost = "";
    if (stack.isPresent()) {
      for (String entry : stack.get().text().split(";", -1)) {
        String[] parts = entry.split(",", 3);
        if (parts.length == 3 && !parts[0].startsWith("_empty_nn_module_stack")) {
          innermost = parts[1];
          modules.putIfAbsent(innermost, parts[2]);
        }
      }
    }
    return innermost;
  }
}
