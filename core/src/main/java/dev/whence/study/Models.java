package dev.whence.study;

import dev.whence.attribution.training.RowFiles;
import dev.whence.data.Dataset;
import dev.whence.graph.Graph;
import dev.whence.run.Run;
import dev.whence.training.Checkpoint;
import dev.whence.training.Trajectory;
import java.io.IOException;
import java.util.List;

/**
 * The models a run attributes with.
 *
 * @param trajectories how each came about
 */
public record Models(List<Trajectory> trajectories) implements AutoCloseable {
  /** Copies; there is at least one model. */
  public Models {
    trajectories = List.copyOf(trajectories);
    if (trajectories.isEmpty()) {
      throw new IllegalArgumentException("a run needs at least one model");
    }
  }

  /** The finished models. */
  public List<Checkpoint> results() {
    return trajectories.stream().map(Trajectory::end).toList();
  }

  /** All checkpoints of all models. */
  public List<Checkpoint> all() {
    return trajectories.stream().flatMap(one -> one.checkpoints().stream()).toList();
  }

  /** Deletes what the run's folder keeps of gradients of models that are not among these, which nobody will ask for. */
  void dropOtherRows(Graph graph, Dataset training, Run run) throws IOException {
    if (run.folder().isPresent()) {
      RowFiles.in(run.folder().get()).keepOnly(graph, all().stream().map(Checkpoint::state).toList(),
          training);
    }
  }

  @Override
  public void close() {
    trajectories.forEach(Trajectory::close);
  }
}
