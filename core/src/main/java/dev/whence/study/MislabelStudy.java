package dev.whence.study;

import dev.whence.attribution.training.GradDot;
import dev.whence.attribution.training.TracIn;
import dev.whence.attribution.training.TrainingDataMethod;
import dev.whence.attribution.training.Trak;
import dev.whence.data.Dataset;
import dev.whence.run.AtomicFiles;
import dev.whence.run.Json;
import dev.whence.run.Run;
import dev.whence.run.Seeds;
import dev.whence.task.Task;
import dev.whence.training.GraphLearner;
import dev.whence.training.Saving;
import dev.whence.training.TrainedModels;
import dev.whence.training.TrainingSet;
import java.io.IOException;
import java.util.BitSet;
import java.util.Map;

/** Lists suspected labels of a run, and says how well that finds errors where some are known or made on purpose. */
record MislabelStudy(RunFile file, StudyFolder folder, Run run, Task.Differentiable task, Dataset training) {
  private static final long STREAM = 0x6c61626cL; // "labl": apart from other draws of the same seed

  /** Gives a run's own models. */
  @FunctionalInterface
  interface Source {
    Models get() throws IOException;
  }

  /** The method whose self-influence is asked for, by its name. */
  private Map.Entry<String, TrainingDataMethod> method() {
    return file.methods().entrySet().stream()
        .filter(entry -> entry.getValue() instanceof Trak || entry.getValue() instanceof GradDot
            || entry.getValue() instanceof TracIn)
        .findFirst().orElse(Map.entry("grad-dot", new GradDot()));
  }

  /** Whether models are trained for it on labels made wrong on purpose. */
  boolean trains() {
    return file.evaluation().mislabels().flip() > 0;
  }

  /** How many of those are to be trained yet. */
  int missing(GraphLearner learner) {
    int wanted = file.training().trainedModels();
    return wanted - trained(learner).there(TrainingSet.all(training), wanted, saving());
  }

  /** What is done beside training, in words. */
  String work() {
    return "every training example is scored for itself by " + method().getKey();
  }

  /** The list, kept in the folder. */
  Suspects suspects(Source own, GraphLearner learner) throws IOException {
    MislabelSettings asked = file.evaluation().mislabels();
    Suspects found = asked.flip() > 0 ? flipped(learner) : known(asked, own);
    AtomicFiles.writeText(folder.suspects(), found.csv());
    AtomicFiles.writeText(folder.suspectsShown(), Json.pretty(found.values(Study.SUSPECTS_KEPT)));
    return found;
  }

  private Suspects known(MislabelSettings asked, Source own) throws IOException {
    boolean told = !asked.wrong().isEmpty() || !asked.truth().isEmpty();
    BitSet wrong = told ? new KnownErrors(file, training).read() : new BitSet();
    String origin = told
        ? wrong.cardinality() + " labels known to be wrong by the column '"
            + (asked.wrong().isEmpty() ? asked.truth() : asked.wrong()) + "'"
        : "";
    try (Models models = own.get()) {
      return list(models, training, run, wrong, origin, false);
    }
  }

  private TrainedModels trained(GraphLearner learner) {
    return new TrainedModels(learner.trainer(), learner.initialization(), run);
  }

  private Saving saving() {
    var place = folder.checkpoints().resolve("flipped-" + file.evaluation().mislabels().flip());
    return new Saving(place, file.training().keptCheckpoints(), StudyModels.EVERY);
  }

  private Suspects flipped(GraphLearner learner) throws IOException {
    double share = file.evaluation().mislabels().flip();
    LabelFlips flips = LabelFlips.of(training, share, Seeds.derive(run.seed(), STREAM));
    int count = file.training().trainedModels();
    try (var models = new Models(
        trained(learner).train(TrainingSet.all(flips.data()), count, saving()))) {
      return list(models, flips.data(), run.withFolder(saving().folder()), flips.wrong(),
          flips.wrong().cardinality() + " labels made wrong on purpose", true);
    }
  }

  private Suspects list(Models models, Dataset data, Run own, BitSet wrong, String origin,
      boolean flipped)
      throws IOException {
    var chosen = method();
    var suspecting = new Suspecting(task, models, data, own);
    return suspecting.list(chosen.getKey(), chosen.getValue(), wrong, origin, flipped);
  }
}
