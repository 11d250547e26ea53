package dev.whence.study;

import dev.whence.attribution.training.TrainingDataMethod;
import dev.whence.data.DataSpec;
import dev.whence.run.ByteSize;
import dev.whence.run.Nearest;
import dev.whence.run.Registry;
import dev.whence.run.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns the maps of a run file into typed settings, section by section. */
final class RunFileParser {
  /** What a run compares unless it says otherwise. */
  private static final List<String> USUAL = List.of("trak", "grad-dot", "grad-cos", "similarity", "random");
  private static final int MOST_WORKERS = 4096;
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private final Path folder;

  RunFileParser(Path folder) {
    this.folder = folder;
  }

  RunFile parse(Map<String, ?> values) {
    StudyKind kind = StudyKind.of(values);
    if (!(kind instanceof TrainingDataStudy)) {
      throw new IllegalArgumentException(StudyKind.ASKS + ": " + Registry.nameOf(kind)
          + " is no question about training data; its commands are " + String.join(", ", kind.commands()));
    }
    values.keySet().stream().filter(key -> !key.equals(StudyKind.ASKS))
        .forEach(key -> StudyFile.requireKnown(key, kind));
    Map<String, Object> data = dataSection(values.get("data"), "data");
    var targets = new LinkedHashMap<>(data);
    // the targets are described as the training examples are, but for what they say themselves
    targets.putAll(dataSection(values.get("targets"), "targets"));
    if (values.get("targets") == null) {
      throw new IllegalArgumentException(
          "targets is missing: say which examples to explain, such as targets: {rows: 1500..1796}");
    }
    Map<String, Object> scores = scores(values.get("scores"));
    return new RunFile(folder.resolve(text(values, "model")), DataSpec.parse(data, folder),
        DataSpec.parse(targets, folder), section(TaskSettings.class, values.get("task"), "task"),
        training(values.get("training")), methods(values.get("methods"), !scores.isEmpty()),
        evaluation(values.get("evaluation")),
        number(values, "seed"), workers(values), memory(values.get("memory")),
        new RunFile.Sections(data, targets, scores));
  }

  private Map<String, Object> dataSection(@Nullable Object value, String key) {
    var section = new LinkedHashMap<>(map(value, key));
    if (section.get("path") instanceof String path) {
      section.put("path", folder.resolve(path).toAbsolutePath().normalize().toString());
    }
    if (section.containsKey("label") && section.get("label") == null) {
      section.put("label", Map.of("type", "none")); // said outright, so that it survives being written out
    }
    return section;
  }

  private TrainingSettings training(@Nullable Object value) {
    if (map(value, "training").get("recipe") instanceof Map<?, ?> recipe
        && KeptRunFile.countsSteps(recipe) && recipe.containsKey("epochs")) {
      throw new IllegalArgumentException("training: recipe: epochs has no effect beside steps: "
          + recipe.get("steps") + "; leave one of them out, or say steps: 0 to count by epochs");
    }
    TrainingSettings read = section(TrainingSettings.class, value, "training");
    List<String> found = read.checkpoints().stream()
        .map(path -> folder.resolve(path).toAbsolutePath().normalize().toString()).toList();
    return found.isEmpty() ? read : Settings.with(read, Map.of("checkpoints", found));
  }

  private EvaluationSettings evaluation(@Nullable Object value) {
    EvaluationSettings read = section(EvaluationSettings.class, value, "evaluation");
    OutcomeFiles outcomes = read.outcomes();
    if (outcomes.given()) {
      List<String> idle = KeptRunFile.IDLE_BESIDE_OUTCOMES.stream()
          .filter(map(value, "evaluation")::containsKey)
          .toList();
      if (!idle.isEmpty()) {
        throw new IllegalArgumentException("evaluation: outcomes come from " + outcomes.masks() + ", so "
            + String.join(", ", idle) + " cannot be chosen; leave them out");
      }
    }
    return outcomes.given()
        ? Settings.with(read,
            Map.of("outcomes",
                Map.of("masks", resolved(outcomes.masks()), "outputs",
                    outcomes.outputs().isEmpty() ? "" : resolved(outcomes.outputs()), "checkpoints",
                    outcomes.checkpoints().stream().map(this::resolved).toList())))
        : read;
  }

  private String resolved(String path) {
    return folder.resolve(path).toAbsolutePath().normalize().toString();
  }

  private Map<String, Object> scores(@Nullable Object value) {
    var scores = new LinkedHashMap<String, Object>();
    map(value, "scores").forEach((name, file) -> {
      if (!(file instanceof String path) || path.isBlank()) {
        throw new IllegalArgumentException("scores." + name + " must name a file, got '" + file + "'");
      }
      if (RunFile.registry().names().contains(name) || !name.matches("[\\w.-]+")) {
        throw new IllegalArgumentException(
            "scores made elsewhere need a name of letters, digits, _ and - that no"
                + " method has, got '" + name + "'");
      }
      scores.put(name, resolved(path));
    });
    return scores;
  }

  private static <R extends Record> R section(Class<R> type, @Nullable Object value, String key) {
    Map<String, Object> settings = map(value, key);
    try {
      return Settings.build(type, settings);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, TrainingDataMethod> methods(@Nullable Object value, boolean scores) {
    var methods = new LinkedHashMap<String, TrainingDataMethod>();
    var registry = RunFile.registry();
    switch (value) {
      case null -> USUAL.forEach(name -> methods.put(name, registry.get(name)));
      case List<?> names ->
        names.forEach(name -> add(methods, name.toString()));
      case String names -> {
        for (String name : names.split("\\s*,\\s*", -1)) {
          add(methods, name);
        }
      }
      default -> map(value, "methods")
          .forEach(
              (label, settings) -> methods.put(label, labelled(label, map(settings, "methods." + label))));
    }
    if (methods.isEmpty() && !scores) {
      throw new IllegalArgumentException("methods names none; known: " + String.join(", ", registry.names()));
    }
    return methods;
  }

  /** A method under its own name, or, where the settings name the method, under a label of the user's choice. */
  private static TrainingDataMethod labelled(String label, Map<String, Object> settings) {
    var registry = RunFile.registry();
    Object named = settings.get(RunFile.METHOD);
    if (named == null) {
      return registry.create(label, settings);
    }
    String key = "methods." + label;
    String method = named.toString();
    if (!LABEL.matcher(label).matches()) {
      throw new IllegalArgumentException(key
          + ": a label names files, so it is made of small letters, digits and single hyphens, such as "
          + method + "-wide");
    }
    if (!method.equals(label) && registry.names().contains(label)) {
      throw new IllegalArgumentException(key + " is the name of another method than " + method
          + "; take another label, such as " + method + "-2");
    }
    if (!registry.names().contains(method)) {
      throw new IllegalArgumentException("unknown method '" + method + "' in " + key + ".method"
          + Nearest.to(method, registry.names()).map(near -> "; did you mean '" + near + "'?")
              .orElse("; known: " + String.join(", ", registry.names())));
    }
    var own = new LinkedHashMap<>(settings);
    own.remove(RunFile.METHOD);
    return registry.create(method, own);
  }

  private static void add(Map<String, TrainingDataMethod> methods, String name) {
    if (methods.put(name, RunFile.registry().get(name)) != null) {
      throw new IllegalArgumentException("methods names '" + name + "' twice; leave one out");
    }
  }

  private static Map<String, Object> map(@Nullable Object value, String key) {
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof Map<?, ?> found)) {
      throw new IllegalArgumentException(key + " must be a map of settings, got '" + value + "'");
    }
    var map = new LinkedHashMap<String, Object>();
    found.forEach((name, item) -> map.put(String.valueOf(name), item));
    return map;
  }

  private static String text(Map<String, ?> values, String key) {
    if (values.get(key) instanceof String text && !text.isBlank()) {
      return text;
    }
    throw new IllegalArgumentException(key + " is missing: name the model file");
  }

  private static int workers(Map<String, ?> values) {
    long workers = number(values, "workers");
    if (workers < 0 || workers > MOST_WORKERS) {
      throw new IllegalArgumentException(
          "workers must be in [0, " + MOST_WORKERS + "], got " + workers + "; 0: as many as the machine has");
    }
    return (int) workers;
  }

  private static long memory(@Nullable Object value) {
    try {
      return value == null ? 0 : ByteSize.parse(value.toString());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("memory " + e.getMessage(), e);
    }
  }

  private static long number(Map<String, ?> values, String key) {
    if (!values.containsKey(key)) {
      return 0;
    }
    Object value = values.get(key);
    try {
      return Long.parseLong(String.valueOf(value));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          key + " must be a whole number, got " + (value == null ? "nothing" : "'" + value + "'"), e);
    }
  }
}
