package dev.whence.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The run file that a folder keeps: its paths, and what older versions wrote into it. */
final class KeptRunFile {
  private static final String TRAINING = "training";
  private static final String CHECKPOINTS = "checkpoints";

  /** What says how models on subsets are trained, where they are not trained here. */
  static final List<String> IDLE_BESIDE_OUTCOMES = List.of("subsets", "fraction", "repeats");

  private KeptRunFile() {
  }

  /** A run file's values with absolute paths made relative to the folder, so that both can be moved together. */
  static Map<String, Object> seenFrom(Path folder, Map<String, Object> values) throws IOException {
    Path base = folder.toRealPath();
    var seen = new LinkedHashMap<>(values);
    seen.put("model", relative(base, String.valueOf(values.get("model"))));
    for (String section : List.of("data", "targets")) {
      var copy = copy(values.get(section));
      if (copy.get("path") instanceof String path) {
        copy.put("path", relative(base, path));
      }
      seen.put(section, copy);
    }
    var training = copy(values.get(TRAINING));
    if (training.get(CHECKPOINTS) instanceof List<?> paths) {
      var relative = new ArrayList<String>();
      for (Object path : paths) {
        relative.add(relative(base, String.valueOf(path)));
      }
      training.put(CHECKPOINTS, relative);
    }
    seen.put(TRAINING, training);
    return seen;
  }

  /** Links on the way are followed, the file itself may be one; a path on another drive stays as it is. */
  private static String relative(Path base, String path) throws IOException {
    Path file = Path.of(path).toAbsolutePath().normalize();
    Path parent = file.getParent();
    if (parent == null || !Objects.equals(file.getRoot(), base.getRoot())) {
      return path;
    }
    Path real = Files.exists(parent) ? parent.toRealPath().resolve(file.getFileName()) : file;
    return base.relativize(real).toString().replace('\\', '/');
  }

  /**
   * Takes back the numbers of models and checkpoints that older versions wrote beside a list of checkpoints, where they had no
   * effect.
   */
  static void modernize(Map<String, Object> values) {
    var training = copy(values.get(TRAINING));
    boolean listed = training.get(CHECKPOINTS) instanceof List<?> paths && !paths.isEmpty();
    if (listed) {
      training.remove("models");
      training.remove("checkpoints-per-model");
      values.put(TRAINING, training);
    }
    values.putAll(withoutIdle(values));
  }

  /** A run file's values without those that others leave no effect, so that a file may be refused where they are given. */
  static Map<String, Object> withoutIdle(Map<String, Object> values) {
    var kept = new LinkedHashMap<>(values);
    if (values.get("evaluation") instanceof Map<?, ?> evaluation
        && evaluation.get("outcomes") instanceof Map<?, ?> outcomes
        && outcomes.get("masks") instanceof String masks && !masks.isEmpty()) {
      var copy = copy(evaluation);
      IDLE_BESIDE_OUTCOMES.forEach(copy::remove);
      kept.put("evaluation", copy);
    }
    if (values.get(TRAINING) instanceof Map<?, ?> training
        && training.get("recipe") instanceof Map<?, ?> recipe
        && countsSteps(recipe)) {
      var copy = copy(recipe);
      copy.remove("epochs");
      var changed = copy(training);
      changed.put("recipe", copy);
      kept.put(TRAINING, changed);
    }
    return kept;
  }

  /** Whether a recipe says outright how many steps there are. */
  static boolean countsSteps(Map<?, ?> recipe) {
    Object steps = recipe.get("steps");
    return steps != null && !String.valueOf(steps).strip().equals("0");
  }

  private static Map<String, Object> copy(@Nullable Object section) {
    var copy = new LinkedHashMap<String, Object>();
    if (section instanceof Map<?, ?> map) {
      map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    }
    return copy;
  }
}
