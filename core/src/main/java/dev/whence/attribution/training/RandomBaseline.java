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
import dev.whence.training.Checkpoint;
import java.util.ArrayList;
import java.util.List;

/** Standard normal scores, a function of the run's seed and the target's row: what any method must beat. */
@Named("random")
public record RandomBaseline() implements TrainingDataMethod {
  @Override
  public TrainingDataAttributor fit(Task.Differentiable task, List<Checkpoint> models, Dataset training,
      Run run) {
    var loop = new TargetLoop(new Subject(this, task, models, training, run), 64, "1", false);
    return new StatelessAttributor(
        targets -> loop.score(targets, batch -> draw(batch, training.size(), run)));
  }

  private static Tensor draw(Batch batch, long sources, Run run) {
    var rows = new ArrayList<Tensor>();
    for (long row : batch.rows()) {
      try (var generator = new Generator(Seeds.derive(run.seed(), 0x72616e646f6dL, row))) {
        rows.add(Tensor.randomNormal(generator, DType.FLOAT64, sources));
      }
    }
    return Tensor.stack(rows, 0);
  }
}
