package dev.whence.study;

import dev.whence.graph.Graph;
import dev.whence.run.AtomicFiles;
import dev.whence.run.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What running a study's model gave to warn of, kept in the folder: whoever looks at the scores later does not run it.
 *
 * @param folder of the run
 * @param graph the model
 */
record ModelWarnings(StudyFolder folder, Graph graph) {
  private static final String MODEL = "model";
  private static final String WARNINGS = "warnings";

  /** Those of this process and of former ones, each once, in the order of the alphabet. */
  Set<String> all() throws IOException {
    var all = new TreeSet<>(graph.warnings().sentences());
    if (Files.isRegularFile(folder.warnings())) {
      Map<String, Object> kept = Json.parse(Files.readString(folder.warnings()));
      if (graph.fingerprint().hex().equals(kept.get(MODEL)) && kept.get(WARNINGS) instanceof List<?> found) {
        found.forEach(warning -> all.add(String.valueOf(warning)));
      }
    }
    return all;
  }

  /** Writes all down, where there are some. */
  void keep() throws IOException {
    Set<String> all = all();
    if (!all.isEmpty()) {
      AtomicFiles.writeText(folder.warnings(),
          Json.pretty(new TreeMap<>(Map.of(MODEL, graph.fingerprint().hex(), WARNINGS, List.copyOf(all)))));
    }
  }
}
