package dev.whence.attribution.training;

import dev.whence.data.Batch;
import dev.whence.data.Dataset;
import dev.whence.run.Named;
import dev.whence.run.Run;
import dev.whence.run.Seeds;
import dev.whence.task.Task;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Tensor;
import dev.whence.training.Trajectory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Standard normal scores, a function of the run's seed and the target's id: what any method must beat. */
@Named("random")
public record RandomBaseline() implements TrainingDataMethod {
  private static final long STREAM = 0x72616e646f6dL; // "random": apart from other draws of the same seed

  @Override
  public TrainingDataAttributor fit(Task.Differentiable task, List<Trajectory> trajectories, Dataset training,
      Run run) {
    var loop = new TargetLoop(Subject.of(this, task, trajectories, training, run), 64, false);
    return new StatelessAttributor(
        targets -> loop.score(targets, batch -> draw(targets, batch, training.size(), run)));
  }

  private static Tensor draw(Dataset targets, Batch batch, long sources, Run run) {
    var rows = new ArrayList<Tensor>();
    for (long row : batch.rows()) {
      byte[] id = targets.id(row).getBytes(StandardCharsets.UTF_8);
      long own = UUID.nameUUIDFromBytes(id).getMostSignificantBits();
      try (var generator = new Generator(Seeds.derive(run.seed(), STREAM, own))) {
        rows.add(Tensor.randomNormal(generator, DType.FLOAT64, sources));
      }
    }
    return Tensor.stack(rows, 0);
  }
}
