package dev.whence.study;

import dev.whence.data.Column;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.run.Registry;
import dev.whence.task.Loss;
import dev.whence.torch.Scope;
import java.util.Optional;

/** Whether labels are what the loss takes: a number is never the rank of a class, a class never a quantity. */
final class Labels {
  private Labels() {
  }

  /** Whether the data have labels at all. */
  static boolean in(Dataset data) {
    return column(data).isPresent();
  }

  /** The column of the labels. */
  static Optional<Column> column(Dataset data) {
    return data.columns().stream().filter(column -> column.name().equals(Datasets.LABEL)).findFirst();
  }

  /** The numbers of one example's label. */
  static double[] of(Dataset data, int row) {
    try (var _ = Scope.open()) {
      return data.batch(row).column(Datasets.LABEL).toDoubles();
    }
  }

  /**
   * Checks labels where there are some.
   *
   * @param section of the run file, for messages
   * @throws IllegalArgumentException with the two things that can be meant
   */
  static void check(Dataset data, Loss loss, String section) {
    Optional<Column> column = column(data);
    if (column.isEmpty()) {
      return;
    }
    boolean classes = !data.classNames().isEmpty();
    boolean fractions = column.get().dtype().isFloating();
    String taken = switch (loss.labels()) {
      case NUMBER -> classes ? "numbers; state label: {type: number}, or task.loss: cross-entropy" : "";
      case CLASS -> !classes && fractions
          ? "classes; state label: {type: class}, or task.loss: squared-error"
          : "";
      case TOKENS -> classes || fractions
          ? "sequences of tokens; state label: {type: tokens}, or another task.loss"
          : "";
      case TRUTH -> classes && data.classNames().size() > 2
          ? "0 and 1; state a column of these, or task.loss: cross-entropy"
          : "";
    };
    if (!taken.isEmpty()) {
      throw new IllegalArgumentException(
          "%s.label: the labels are %s, but the model's loss %s takes %s".formatted(
              section, classes ? "classes, " + named(data) : "numbers", Registry.nameOf(loss), taken));
    }
  }

  private static String named(Dataset data) {
    var names = data.classNames();
    return names.size() > 3 ? String.join(", ", names.subList(0, 3)) + ", …" : String.join(", ", names);
  }
}
