package dev.whence.study;

import dev.whence.data.DataSpec;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Label;
import dev.whence.task.Loss;
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
   * Reads both. What labels are that the run file does not describe is told by the loss, and names of classes that it does not
   * state are those of the training examples: targets that lack a class would number the others anew. Targets of another file
   * need no labels where they are described as the training examples are.
   *
   * @param loss what the model was trained on
   * @throws IOException naming file, line and column; a target's label that no training example has is unknown
   */
  static StudyData read(RunFile file, Loss loss) throws IOException {
    DataSpec learned = Datasets.fitted(open(file.data(), loss));
    Dataset training = Datasets.read(learned);
    DataSpec targets = alike(training, file,
        open(file.targets(), loss).fittedAs(open(file.data(), loss), learned));
    boolean padded = targets.columns().values().stream().anyMatch(source -> source.padding().isActive());
    if (loss.labels() == Label.Kind.TOKENS && padded && targets.label() instanceof Label.None) {
      throw new IllegalArgumentException(
          "targets are padded, and without labels nothing tells which positions are"
              + " text: describe the next tokens under targets.label, padded with -100");
    }
    return new StudyData(training, Datasets.read(targets));
  }

  private static DataSpec open(DataSpec spec, Loss loss) {
    return spec.label() instanceof Label.Open label ? spec.withLabel(label.of(loss.labels())) : spec;
  }

  private static DataSpec alike(Dataset training, RunFile file, DataSpec targets) throws IOException {
    boolean inherited = file.targets().label().equals(file.data().label())
        && !file.targets().path().equals(file.data().path());
    if (inherited && isMissing(targets)) {
      return targets.withLabel(Label.none());
    }
    return switch (targets.label()) {
      case Label.Open label -> numberedAs(training.classNames(), targets.withLabel(label.settled(training)));
      case Label.Classes _,Label.Values _,Label.None _ -> numberedAs(training.classNames(), targets);
    };
  }

  private static boolean isMissing(DataSpec targets) throws IOException {
    List<String> from = switch (targets.label()) {
      case Label.Classes(String column, _) -> List.of(column);
      case Label.Open label when label.from().size() == 1 -> label.from();
      case Label.Open _,Label.Values _,Label.None _ -> List.of();
    };
    return !from.isEmpty() && !Datasets.fields(targets).containsAll(from);
  }

  /** Whether the run file names the classes in the order of the model's outputs. */
  static boolean areClassesStated(RunFile file) {
    return file.data().label() instanceof Label.Classes label && !label.names().isEmpty();
  }

  private static DataSpec numberedAs(List<String> names, DataSpec targets) {
    return targets.label() instanceof Label.Classes(String from, List<String> stated) && stated.isEmpty()
        && !LabelCheck.standForThemselves(names)
            ? targets.withLabel(new Label.Classes(from, names))
            : targets;
  }
}
