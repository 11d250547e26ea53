package dev.whence.study;

import dev.whence.data.DataException;
import dev.whence.data.Dataset;
import dev.whence.data.Place;
import dev.whence.data.format.Records;
import dev.whence.graph.Safetensors;
import dev.whence.run.Json;
import dev.whence.run.Provenance;
import dev.whence.run.Sha256;
import dev.whence.run.Version;
import dev.whence.score.Axis;
import dev.whence.score.ScoreBuilder;
import dev.whence.score.ScoreMatrix;
import dev.whence.score.Semantics;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads scores that were computed elsewhere, or exported by Whence: a matrix {@code [targets, sources]} in the run's order, or
 * one entry per record with the ids (or positions) of target and source. Positive must mean that the source raises the
 * measurement. Nothing is known of their size: they are relative until an evaluation measures their scale.
 *
 * @param training the sources
 * @param targets the targets
 * @param measurement what the run attributes
 */
record ImportedScores(Dataset training, Dataset targets, String measurement) {
  private static final List<String> TARGETS = List.of("target_id", "target");
  private static final List<String> SOURCES = List.of("source_id", "source");

  /**
   * The scores in a file; the caller closes them.
   *
   * @throws DataException naming the file, what it holds and what is wanted
   */
  ScoreMatrix read(String name, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new DataException(Place.of(file), "there is no such file; check scores." + name);
    }
    var made = new Provenance(Version.text(), name, Map.of("file", file.toString()),
        Map.of("scores", Sha256.of(file).hex(), "training", training.fingerprint().hex(), "targets",
            targets.fingerprint().hex()),
        Map.of(), Map.of());
    var builder = new ScoreBuilder(new Axis(Axis.Kind.TARGET, targets.ids()),
        new Axis(Axis.Kind.TRAINING_EXAMPLE, training.ids()), Semantics.proportional(measurement), made);
    if (file.toString().endsWith(".safetensors")) {
      tensors(file, builder);
    } else if (isList(file)) {
      list(file, builder);
    } else {
      matrix(file, builder);
    }
    return builder.build();
  }

  private static boolean isList(Path file) throws IOException {
    try (Records records = Records.open(file)) {
      List<String> fields = records.fields();
      return fields.contains("score") && fields.stream().anyMatch(TARGETS::contains)
          && fields.stream().anyMatch(SOURCES::contains);
    }
  }

  private void list(Path file, ScoreBuilder builder) throws IOException {
    try (Records records = Records.open(file)) {
      String target = first(TARGETS, records.fields());
      String source = first(SOURCES, records.fields());
      var rows = new Ids(file, "target", targets.ids(), target.endsWith("_id"));
      var columns = new Ids(file, "training example", training.ids(), source.endsWith("_id"));
      records.forEach(List.of(target, source, "score"), row -> {
        double[] score = row.numbers("score");
        if (score.length != 1) {
          throw new DataException(Place.of(file).atRow(row.index()).in("score"), "one number is wanted");
        }
        builder.put(rows.position(row, target), columns.position(row, source), (float) score[0]);
      });
    }
  }

  private static String first(List<String> names, List<String> fields) {
    return names.stream().filter(fields::contains).findFirst().orElseThrow();
  }

  /** Finds positions by id, or where a column is called {@code target} or {@code source} by id or else by position. */
  private record Ids(Path file, String what, List<String> ids, Map<String, Integer> positions, boolean only) {
    Ids(Path file, String what, List<String> ids, boolean only) {
      this(file, what, ids, Matrix.positions(ids), only);
    }

    int position(Records.Row row, String field) throws IOException {
      String text = row.text(field);
      Integer found = positions.get(text);
      if (found != null) {
        return found;
      }
      if (!only && text.matches("\\d{1,9}") && Integer.parseInt(text) < ids.size()) {
        return Integer.parseInt(text);
      }
      throw new DataException(Place.of(file).atRow(row.index()).in(field), "the run has no " + what + " '"
          + text + "'; it has " + ids.size() + ", such as '" + ids.getFirst() + "'");
    }
  }

  private void matrix(Path file, ScoreBuilder builder) throws IOException {
    checkBeside(file);
    Matrix read = Matrix.read(file, training.ids(), List.of("target"), "training example");
    List<String> named = rowNames(file);
    if (read.rows().size() != targets.ids().size()
        || read.rows().getFirst().length != training.ids().size()) {
      throw new DataException(Place.of(file), shape(read.rows().size(), read.rows().getFirst().length));
    }
    Map<String, Integer> positions = Matrix.positions(targets.ids());
    for (int row = 0; row < read.rows().size(); row++) {
      Integer target = named.isEmpty() ? Integer.valueOf(row) : positions.get(named.get(row));
      if (target == null) {
        throw read.wrong(row, "the run has no target '" + named.get(row) + "'");
      }
      builder.putRow(target, read.floats(row));
    }
  }

  private String shape(long rows, long columns) {
    return "it holds %d × %d scores; the run has %d targets × %d training examples".formatted(rows, columns,
        targets.ids().size(), training.ids().size());
  }

  private static List<String> rowNames(Path file) throws IOException {
    var names = new ArrayList<String>();
    try (Records records = Records.open(file)) {
      if (records.fields().size() > 1 && records.fields().contains("target")) {
        records.forEach(List.of("target"), row -> names.add(row.text("target")));
      }
    }
    return names;
  }

  /** NPY has no room for ids; where {@code NAME.json} stands beside it as Whence writes it, its ids must be the run's. */
  private void checkBeside(Path file) throws IOException {
    Path beside = file.resolveSibling(String.valueOf(file.getFileName()).replaceFirst("\\.npy$", ".json"));
    if (!beside.equals(file) && Files.isRegularFile(beside)) {
      try {
        checkIds(beside, Json.parse(Files.readString(beside)));
      } catch (IllegalArgumentException thrown) {
        throw new DataException(Place.of(beside), String.valueOf(thrown.getMessage()), thrown);
      }
    }
  }

  private void checkIds(Path file, Map<String, Object> head) throws DataException {
    checkIds(file, head.get("targets"), targets.ids(), "targets");
    checkIds(file, head.get("sources"), training.ids(), "training examples");
  }

  private static void checkIds(Path file, @Nullable Object axis, List<String> wanted,
      String what) throws DataException {
    if (axis instanceof Map<?, ?> found && found.get("ids") instanceof List<?> ids && !ids.equals(wanted)) {
      throw new DataException(Place.of(file), "its " + ids.size() + " ids of " + what + " are not the run's "
          + wanted.size() + ", or stand in another order");
    }
  }

  private void tensors(Path file, ScoreBuilder builder) throws IOException {
    try (Arena arena = Arena.ofConfined(); var archive = Safetensors.read(file, arena)) {
      String head = archive.metadata().get("whence");
      if (head != null) {
        checkIds(file, Json.parse(head));
      }
      if (archive.tensors().containsKey("score")) {
        entries(file, archive, builder);
        return;
      }
      Tensor scores = archive.tensors().size() == 1
          ? archive.tensors().values().iterator().next()
          : archive.tensors().get("scores");
      if (scores == null || scores.rank() != 2) {
        throw new DataException(Place.of(file), "a tensor 'scores' [targets, sources] is wanted, got "
            + archive.tensors().keySet());
      }
      if (scores.size(0) != targets.ids().size() || scores.size(1) != training.ids().size()) {
        throw new DataException(Place.of(file), shape(scores.size(0), scores.size(1)));
      }
      for (int row = 0; row < scores.size(0); row++) {
        try (var _ = Scope.open()) {
          put(file, builder, row, scores.select(0, row).toFloats());
        }
      }
    } catch (IllegalArgumentException thrown) {
      throw new DataException(Place.of(file), String.valueOf(thrown.getMessage()), thrown);
    }
  }

  private static void put(Path file, ScoreBuilder builder, int row, float[] scores) throws DataException {
    for (int source = 0; source < scores.length; source++) {
      if (!Float.isFinite(scores[source])) {
        throw new DataException(Place.of(file).atRow(row),
            "entry " + source + " is " + scores[source] + "; scores must be finite");
      }
    }
    builder.putRow(row, scores);
  }

  private static void entries(Path file, Safetensors.Archive archive, ScoreBuilder builder)
      throws DataException {
    double[] target = archive.tensor("target").toDoubles();
    double[] source = archive.tensor("source").toDoubles();
    float[] score = archive.tensor("score").toFloats();
    if (target.length != score.length || source.length != score.length) {
      throw new DataException(Place.of(file), "target, source and score must be of one length, got "
          + target.length + ", " + source.length + " and " + score.length);
    }
    for (int i = 0; i < score.length; i++) {
      try {
        builder.put((int) target[i], (int) source[i], score[i]);
      } catch (IndexOutOfBoundsException thrown) {
        throw new DataException(Place.of(file), "entry " + i + " is for target " + target[i] + " and source "
            + source[i] + ", outside the run's", thrown);
      }
    }
  }
}
