package dev.whence.study;

import dev.whence.data.DataException;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Place;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * Which labels a column of the data file says are wrong.
 *
 * @param file the run file
 * @param training the examples as they are trained on
 */
record KnownErrors(RunFile file, Dataset training) {
  /** The rows whose label is wrong. @throws DataException naming row and value, or if none or all are wrong */
  BitSet read() throws IOException {
    MislabelSettings asked = file.evaluation().mislabels();
    boolean flags = !asked.wrong().isEmpty();
    String column = flags ? asked.wrong() : asked.truth();
    Dataset told = Datasets.read(file.data().withText(column));
    var looks = new Looks(training);
    var wrong = new BitSet();
    for (int row = 0; row < training.size(); row++) {
      String text = told.text(row).orElse("").strip();
      wrong.set(row, flags ? flag(text, row, column) : !same(text, looks.label(row)));
    }
    if (wrong.isEmpty() || wrong.cardinality() == training.size()) {
      throw new DataException(Place.of(file.data().path()).in(column),
          "it says that " + (wrong.isEmpty() ? "no label is" : "every label is")
              + " wrong; some must be and some not, to see whether errors are found");
    }
    return wrong;
  }

  private boolean flag(String text, int row, String column) throws DataException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "1", "1.0", "true", "yes" -> true;
      case "0", "0.0", "false", "no" -> false;
      default -> throw new DataException(Place.of(file.data().path()).in(column), "training example '"
          + training.id(row) + "' has '" + text + "'; 1 (wrong) or 0 is wanted");
    };
  }

  private boolean same(String text, String label) {
    if (text.equals(label)) {
      return true;
    }
    List<String> names = training.classNames();
    if (text.matches("\\d{1,9}") && Integer.parseInt(text) < names.size()) {
      return !names.contains(text) && names.get(Integer.parseInt(text)).equals(label);
    }
    try {
      return (float) Double.parseDouble(text) == (float) Double.parseDouble(label);
    } catch (NumberFormatException _) {
      return false; // names, and different ones
    }
  }
}
