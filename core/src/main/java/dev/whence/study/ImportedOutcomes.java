package dev.whence.study;

import dev.whence.data.DataException;
import dev.whence.data.Dataset;
import dev.whence.data.Place;
import dev.whence.evaluation.SubsetTruth;
import dev.whence.store.Masks;
import dev.whence.training.Checkpoint;
import dev.whence.training.Checkpoints;
import dev.whence.training.GraphLearner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads outcomes that were made elsewhere.
 *
 * @param files where they are
 * @param training the examples the masks are over
 * @param targets the examples each model was asked about
 */
record ImportedOutcomes(OutcomeFiles files, Dataset training, Dataset targets) {
  private static final List<String> NAMES = List.of("subset", "repeat", "model");

  /**
   * The truth they are.
   *
   * @param learner asks checkpoints for the measurement
   * @throws DataException naming the file, its shape and what is wanted
   */
  SubsetTruth truth(GraphLearner learner) throws IOException {
    Masks masks = masks();
    Path source = Path.of(files.outputs().isEmpty() ? files.masks() : files.outputs());
    List<float[]> rows = files.outputs().isEmpty() ? answers(learner, masks) : outputs(source);
    int entries = rows.getFirst().length / targets.ids().size();
    int perSubset = Math.max(1, rows.size() / masks.subsets());
    if (rows.size() != masks.subsets() * perSubset || (entries > 1 && perSubset > 1)) {
      throw new DataException(Place.of(source),
          "it must hold outcomes of the %d subsets in %s, one or several a subset, got %d rows of %d × %d"
              .formatted(masks.subsets(), files.masks(), rows.size(), entries, targets.ids().size()));
    }
    return SubsetTruth.of(masks, training.ids(), targets.ids(), turned(rows, masks.subsets(), entries));
  }

  /** {@code [s · r][m]} or {@code [s][r · m]} to {@code [r][m][s]}. */
  private static double[][][] turned(List<float[]> rows, int subsets, int entries) {
    int repeats = rows.size() / subsets * entries;
    int targets = rows.getFirst().length / entries;
    double[][][] outcomes = new double[repeats][targets][subsets];
    for (int s = 0; s < subsets; s++) {
      for (int r = 0; r < repeats; r++) {
        float[] row = rows.get(entries > 1 ? s : s * repeats + r);
        for (int target = 0; target < targets; target++) {
          outcomes[r][target][s] = row[(entries > 1 ? r * targets : 0) + target];
        }
      }
    }
    return outcomes;
  }

  private Masks masks() throws IOException {
    List<String> ids = training.ids();
    Matrix read = Matrix.read(Path.of(files.masks()), ids, NAMES, "training example");
    var subsets = new ArrayList<BitSet>();
    for (int row = 0; row < read.rows().size(); row++) {
      subsets.add(subset(read, row, ids.size()));
    }
    if (subsets.size() < 2) {
      throw read.wrong(0, "at least 2 subsets are needed to judge scores, got " + subsets.size());
    }
    return Masks.of(ids.size(), subsets);
  }

  private static BitSet subset(Matrix read, int row, int examples) throws DataException {
    double[] entries = read.rows().get(row);
    if (entries.length != examples) {
      throw read.wrong(row, "a row must have " + examples + " entries, got " + entries.length);
    }
    var subset = new BitSet(examples);
    for (int example = 0; example < examples; example++) {
      if (entries[example] != 0 && entries[example] != 1) {
        throw read.wrong(row, "entry " + example + " is " + entries[example]
            + "; a mask holds 1 where the subset has the training example, else 0");
      }
      subset.set(example, entries[example] == 1);
    }
    return subset;
  }

  private List<float[]> outputs(Path file) throws IOException {
    Matrix read = Matrix.read(file, targets.ids(), NAMES, "target");
    var rows = new ArrayList<float[]>();
    for (int row = 0; row < read.rows().size(); row++) {
      rows.add(read.floats(row));
    }
    return rows;
  }

  private List<float[]> answers(GraphLearner learner, Masks masks) throws IOException {
    List<Path> models = models();
    if (models.isEmpty() || models.size() % masks.subsets() != 0) {
      throw new DataException(Place.of(Path.of(files.checkpoints().getFirst())),
          "the checkpoints must be one or several for each of the " + masks.subsets() + " subsets in "
              + files.masks() + ", got " + models.size());
    }
    var rows = new ArrayList<float[]>();
    for (Path model : models) {
      try (Checkpoint read = Checkpoints.read(model, learner.trainer().task().graph())) {
        rows.add(learner.measurements(read.state(), targets));
      }
    }
    return rows;
  }

  private List<Path> models() throws IOException {
    Path first = Path.of(files.checkpoints().getFirst());
    if (files.checkpoints().size() > 1 || !Files.isDirectory(first)) {
      return files.checkpoints().stream().map(Path::of).toList();
    }
    try (Stream<Path> all = Files.list(first)) {
      return all.filter(path -> path.toString().endsWith(".safetensors") || path.toString().endsWith(".pt2"))
          .sorted(Comparator.comparing(Path::toString, new FileOrder())).toList();
    }
  }
}
