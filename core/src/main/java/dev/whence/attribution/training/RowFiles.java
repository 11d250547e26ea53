package dev.whence.attribution.training;

import dev.whence.data.Dataset;
import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.run.CorruptStoreException;
import dev.whence.run.Sha256;
import dev.whence.store.GradientStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The rows that a run's folder keeps for training examples. A file is named by what its rows are, never by who asked for them: whoever needs
 * the same finds them.
 */
public final class RowFiles {
  /** The graph that was run. */
  static final String GRAPH = "graph";
  /** The numbers it ran on. */
  static final String MODEL = "model";
  /** The examples. */
  static final String TRAINING = "training";
  private static final String ENDING = ".rows";
  private static final int DIGITS = 12;
  private final Path folder;

  private RowFiles(Path folder) {
    this.folder = folder;
  }

  /** Those in the folder of a run. */
  public static RowFiles in(Path runFolder) {
    return new RowFiles(runFolder.resolve("gradients"));
  }

  /** The file of the rows for these examples; it need not be there. */
  Path file(GradientStore.Layout layout, long rows) {
    return folder.resolve(name(layout, rows));
  }

  /** The kind of rows, then the first digits of a digest of all that decides them. */
  private static String name(GradientStore.Layout layout, long rows) {
    MessageDigest digest = Sha256.start();
    digest.update("whence rows 1 %d %d %s %s".formatted(rows, layout.columns(), layout.element().text(),
        new TreeMap<>(layout.fingerprints())).getBytes(StandardCharsets.UTF_8));
    return layout.description() + "-" + Sha256.finish(digest).hex().substring(0, DIGITS) + ENDING;
  }

  /**
   * Deletes what nobody will find again: rows of other graphs, models or examples than these, and those an earlier version named otherwise. Rows of the same
   * models under other settings stay, for who goes back to them. Rows can always be made again.
   *
   * @param models looked at one after another, and only where a file may be one's: telling them apart reads their numbers
   */
  public void keepOnly(Graph graph, List<ModelState> models, Dataset training) throws IOException {
    for (Path file : files()) {
      if (!isOf(file, graph, models, training)) {
        GradientStore.delete(file);
      }
    }
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.getFileName().toString().endsWith(ENDING)).sorted().toList();
    }
  }

  private static boolean isOf(Path file, Graph graph, List<ModelState> models, Dataset training)
      throws IOException {
    try (var store = GradientStore.read(file)) {
      Map<String, String> made = store.layout().fingerprints();
      return file.endsWith(name(store.layout(), store.rows()))
          && graph.fingerprint().hex().equals(made.get(GRAPH))
          && training.fingerprint().hex().equals(made.get(TRAINING))
          && models.stream().anyMatch(model -> model.fingerprint().hex().equals(made.get(MODEL)));
    } catch (CorruptStoreException _) {
      // whoever asks for it tells the user of the damage
      return true;
    }
  }
}
