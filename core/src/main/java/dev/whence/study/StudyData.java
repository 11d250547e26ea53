package dev.whence.study;

import dev.whence.data.DataSpec;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Label;
import java.io.IOException;
import java.util.List;

/**
 * The two data sets of a run, their classes numbered alike.
 *
 * @param training the training examples
 * @param targets the examples that are explained
 */
record StudyData(Dataset training, Dataset targets) {
  /**
   * Reads both. Names of classes that the run file does not state are those of the training examples: targets that lack a class
   * would number the others anew.
   *
   * @throws IOException naming file, line and column; a target's label that no training example has is unknown
   */
  static StudyData read(RunFile file) throws IOException {
    DataSpec learned = Datasets.fitted(file.data());
    Dataset training = Datasets.read(learned);
    DataSpec targets = file.targets().fittedAs(file.data(), learned);
    return new StudyData(training, Datasets.read(numberedAs(training.classNames(), targets)));
  }

  /** Whether the run file names the classes in the order of the model's outputs. */
  static boolean areClassesStated(RunFile file) {
    return file.data().label() instanceof Label.Classes label && !label.names().isEmpty();
  }

  private static DataSpec numberedAs(List<String> names, DataSpec targets) {
    boolean unstated = targets.label() instanceof Label.Classes label && label.names().isEmpty();
    return unstated && !LabelCheck.standForThemselves(names)
        ? targets.withLabel(new Label.Classes(((Label.Classes) targets.label()).from(), names))
        : targets;
  }
}
