package dev.whence.attribution.training;

import dev.whence.data.Dataset;
import dev.whence.score.ScoreMatrix;
import java.io.IOException;

/**
 * A fitted method: scores all training examples for whatever targets it is given. Those that can score examples for
 * themselves alone, as mislabel detection wants, are {@link SelfInfluence} too. One thread at a time.
 */
public interface TrainingDataAttributor extends AutoCloseable {
  /**
   * Scores every training example for every target.
   *
   * @param targets labelled examples; what is attributed is the task's measurement of each
   * @return {@code [targets, sources]}, positive = including the source raises the measurement; the caller closes it
   * @throws IOException if stored gradients cannot be read
   */
  ScoreMatrix attribute(Dataset targets) throws IOException;

  /** Frees what was fitted; files stay. */
  @Override
  void close() throws IOException;
}
