package dev.whence.attribution.training;

import dev.whence.data.Dataset;
import dev.whence.score.ScoreMatrix;
import java.io.IOException;

/** An attributor that holds nothing to close. */
record StatelessAttributor(Scoring scoring) implements TrainingDataAttributor {
  /** Scores the targets. */
  @FunctionalInterface
  interface Scoring {
    ScoreMatrix score(Dataset targets) throws IOException;
  }

  @Override
  public ScoreMatrix attribute(Dataset targets) throws IOException {
    return scoring.score(targets);
  }

  @Override
  public void close() {
    // nothing is held
  }
}
