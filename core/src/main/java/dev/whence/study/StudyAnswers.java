package dev.whence.study;

import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.Label;
import dev.whence.graph.ModelState;
import dev.whence.run.Run;
import dev.whence.run.Seeds;
import dev.whence.task.Task;
import dev.whence.training.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * What a run's models answer about its data: taken from the folder where it is there, else asked and kept.
 *
 * @param task the model with loss and measurement
 * @param explanation what the measurement speaks of
 * @param folder of the run
 * @param data training examples and targets
 * @param run progress and seed
 */
record StudyAnswers(Task.Differentiable task, Explanation explanation, StudyFolder folder, StudyData data,
    Run run) {
  /** Training examples asked about at most: their quality is an estimate with an interval anyway. */
  static final int SAMPLE = 2000;
  private static final long STREAM = 0x616e7377L; // "answ": apart from other draws of the same seed

  /** About the targets. */
  Answers ofTargets(Models models) throws IOException {
    return of("targets", data.targets(), models, explanation);
  }

  /** About the training examples of {@link #sample}, whose labels are what is measured. */
  Answers ofTraining(Models models) throws IOException {
    return of("training", sample(), models, new Explanation(Explanation.Kind.LABEL, 0));
  }

  /** About the targets, if the folder holds it. */
  Optional<Answers> keptOfTargets() throws IOException {
    return Answers.read(folder.answers("targets"), madeFrom(data.targets(), explanation), Optional.empty());
  }

  /** About the training examples, if the folder holds it. */
  Optional<Answers> keptOfTraining() throws IOException {
    return Answers.read(folder.answers("training"),
        madeFrom(sample(), new Explanation(Explanation.Kind.LABEL, 0)), Optional.empty());
  }

  /** All training examples, or {@value #SAMPLE} of them by seed. */
  Dataset sample() {
    int size = Math.toIntExact(data.training().size());
    if (size <= SAMPLE) {
      return data.training();
    }
    long[] rows = Datasets.range(0, size);
    var random = new SplittableRandom(Seeds.derive(run.seed(), STREAM));
    for (int at = 0; at < SAMPLE; at++) {
      int other = random.nextInt(at, size);
      long row = rows[at];
      rows[at] = rows[other];
      rows[other] = row;
    }
    return data.training().select(java.util.Arrays.stream(rows).limit(SAMPLE).sorted().toArray());
  }

  /** What is explained of each target in the place of its label. */
  Dataset explained(Models models) throws IOException {
    return explanation.replacesLabels()
        ? ofTargets(models).explained(data.targets(), explanation, task.trainingLoss().labels())
        : data.targets();
  }

  /** What is explained of each target as far as the folder tells; the targets themselves where it does not. */
  Dataset keptExplained() throws IOException {
    return explanation.replacesLabels()
        ? keptOfTargets()
            .map(kept -> kept.explained(data.targets(), explanation, task.trainingLoss().labels()))
            .orElse(data.targets())
        : data.targets();
  }

  /** How good so many models are on training examples and targets, as far as those are labelled and the folder holds it. */
  List<Quality> quality(int models) throws IOException {
    var all = new ArrayList<Quality>();
    Label.Kind labels = task.trainingLoss().labels();
    keptOfTraining().flatMap(found -> Quality.of("training", sample(), found, labels, models))
        .ifPresent(all::add);
    keptOfTargets().flatMap(found -> Quality.of("targets", data.targets(), found, labels, models))
        .ifPresent(all::add);
    return all;
  }

  private Answers of(String name, Dataset asked, Models models, Explanation measured) throws IOException {
    Path file = folder.answers(name);
    String madeFrom = madeFrom(asked, measured);
    String states = models.results().stream().map(model -> model.state().fingerprint().hex())
        .collect(Collectors.joining(","));
    Optional<Answers> kept = Answers.read(file, madeFrom, Optional.of(states));
    if (kept.isPresent()) {
      return kept.get();
    }
    List<ModelState> results = models.results().stream().map(Checkpoint::state).toList();
    Answers answers = new Answering(task, results, measured).of(asked, run);
    answers.write(file, madeFrom, states);
    return answers;
  }

  private String madeFrom(Dataset asked, Explanation measured) {
    return "graph " + task.graph().fingerprint().hex() + ", data " + asked.fingerprint().hex() + ", "
        + task.measured()
        + " of " + task.trainingLoss() + ", " + measured;
  }
}
