package dev.whence.study;

import dev.whence.attribution.training.TrainingDataMethod;
import dev.whence.data.DataSpec;
import dev.whence.run.Registry;
import dev.whence.run.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a run is to do: the run file, checked and with every default filled in.
 *
 * @param model the model file
 * @param data the training examples
 * @param targets the examples whose outputs are explained
 * @param task loss, measurement and columns
 * @param training the models that are attributed with
 * @param methods label → method with its settings, in order; a label is the method's name unless the user chose another
 * @param evaluation how scores are judged
 * @param seed all randomness derives from
 * @param workers threads that compute at once; 0: as many as the machine has
 * @param memory most bytes the values of one run of the model may hold; 0: ¾ of the machine's memory
 * @param sections the {@code data} and {@code targets} sections as they were given, for {@link #values}
 */
public record RunFile(Path model, DataSpec data, DataSpec targets, TaskSettings task,
    TrainingSettings training,
    Map<String, TrainingDataMethod> methods, EvaluationSettings evaluation, long seed, int workers,
    long memory,
    Sections sections) {
  /** Names the method where its label does not. */
  static final String METHOD = "method";

  /** Copies, keeping the order. */
  public RunFile {
    Objects.requireNonNull(model);
    methods = Collections.unmodifiableMap(new LinkedHashMap<>(methods));
    if (workers < 0) {
      throw new IllegalArgumentException("workers must be >= 0, got " + workers);
    }
  }

  /** The two data sections, and scores made elsewhere (name → file), as maps, paths made absolute. */
  public record Sections(Map<String, Object> data, Map<String, Object> targets, Map<String, Object> scores) {
    /** Copies, keeping the order. */
    public Sections {
      data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
      targets = Collections.unmodifiableMap(new LinkedHashMap<>(targets));
      scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    }
  }

  /** Scores made elsewhere: name → file. */
  public Map<String, Path> scores() {
    var files = new LinkedHashMap<String, Path>();
    sections.scores().forEach((name, file) -> files.put(name, Path.of(String.valueOf(file))));
    return files;
  }

  /** What scores are called: the methods', then those made elsewhere. */
  public List<String> scoreNames() {
    return Stream.concat(methods.keySet().stream(), sections.scores().keySet().stream()).toList();
  }

  /**
   * Reads a YAML file; relative paths in it start from its folder.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException naming the key that is unknown, missing or wrong
   */
  public static RunFile read(Path file) throws IOException {
    return read(file, Map.of());
  }

  /**
   * As {@link #read(Path)} with keys overruled.
   *
   * @param overrides dotted key → value as text, such as {@code training.models → 3}; lists and maps as YAML writes them
   *     in one line. Names alone for {@code methods} choose among those the file describes, which keep their settings.
   */
  public static RunFile read(Path file, Map<String, String> overrides) throws IOException {
    Map<String, Object> values = Yaml.read(file);
    if (StudyFolder.isKept(file)) {
      KeptRunFile.modernize(values);
    }
    try {
      overrides.forEach((key, value) -> Yaml.put(values, key, overriding(values, key, value)));
      return parse(values, Objects.requireNonNull(file.toAbsolutePath().getParent()).toRealPath());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static Object overriding(Map<String, Object> values, String key, String value) {
    if (value.startsWith("[") || value.startsWith("{")) {
      return Objects.requireNonNull(Yaml.parse("value: " + value, Path.of("--set " + key)).get("value"));
    }
    if (!key.equals("methods") || !(values.get(key) instanceof Map<?, ?> described)) {
      return value;
    }
    var chosen = new LinkedHashMap<String, Object>();
    for (String name : value.split("\\s*,\\s*", -1)) {
      Object settings = described.get(name);
      chosen.put(name, settings == null ? Map.of() : settings);
    }
    return chosen;
  }

  /** From maps, lists and texts; relative paths start from the folder. */
  public static RunFile parse(Map<String, ?> values, Path folder) {
    return new RunFileParser(folder).parse(values);
  }

  /** Everything as maps, lists and texts, defaults written out: what {@link #parse} reads. */
  public Map<String, Object> values() {
    var values = new LinkedHashMap<String, Object>();
    values.put(StudyKind.ASKS, Registry.nameOf(new TrainingDataStudy()));
    values.put("model", model.toAbsolutePath().normalize().toString());
    values.put("data", sections.data());
    values.put("targets", sections.targets());
    values.put("task", Settings.values(task));
    values.put("training", Settings.values(training));
    var written = new LinkedHashMap<String, Object>();
    methods.forEach((label, method) -> written.put(label, settings(label, method)));
    values.put("methods", written);
    values.put("scores", sections.scores());
    values.put("evaluation", Settings.values(evaluation));
    values.put("seed", seed);
    values.put("workers", workers);
    if (memory > 0) {
      values.put("memory", memory);
    }
    return KeptRunFile.withoutIdle(values);
  }

  private static Map<String, Object> settings(String label, TrainingDataMethod method) {
    var settings = new LinkedHashMap<String, Object>();
    String name = Registry.nameOf(method);
    if (!name.equals(label)) {
      settings.put(METHOD, name);
    }
    settings.putAll(Settings.values((Record) method));
    return settings;
  }

  /** As {@link #values}, with paths as they are seen from a folder that is there, where they can be. */
  Map<String, Object> valuesIn(Path folder) throws IOException {
    return KeptRunFile.seenFrom(folder, values());
  }

  /** The same run with its models settled. */
  RunFile with(TrainingSettings settled) {
    return new RunFile(model, data, targets, task, settled, methods, evaluation, seed, workers, memory,
        sections);
  }

  /** The registered methods that attribute to training examples. */
  public static Registry<TrainingDataMethod> registry() {
    return Registry.of(TrainingDataMethod.class, "method");
  }
}
