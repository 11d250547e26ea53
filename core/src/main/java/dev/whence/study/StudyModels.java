package dev.whence.study;

import dev.whence.data.Dataset;
import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.graph.UnsupportedModelException;
import dev.whence.run.Run;
import dev.whence.run.Undo;
import dev.whence.task.Task;
import dev.whence.training.Checkpoint;
import dev.whence.training.Checkpoints;
import dev.whence.training.GraphLearner;
import dev.whence.training.Saving;
import dev.whence.training.TrainedModels;
import dev.whence.training.TrainingSet;
import dev.whence.training.Trajectory;
import dev.whence.training.initial.Initialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The models a study attributes with: its model file's, others trained elsewhere, or its own.
 *
 * @param settings with nothing left open
 * @param task what is explained
 * @param training what own ones are trained on
 * @param place the folder of own ones
 * @param run seed and workers
 */
record StudyModels(TrainingSettings settings, Task.Differentiable task, Dataset training, Path place,
    Run run) {
  /** States to resume from are this many steps apart. */
  static final int EVERY = 500;

  /** Whether some are trained here. */
  boolean areTrained() {
    return settings.checkpoints().isEmpty() && settings.start() != TrainingSettings.Start.TRAINED;
  }

  /** Whether getting them means to train some that are not there yet. */
  boolean areMissing() {
    return areTrained() && !trained().areThere(TrainingSet.all(training), settings.trainedModels(), saving());
  }

  /** How many are to be trained yet. */
  int missing() {
    return areTrained()
        ? settings.trainedModels()
            - trained().there(TrainingSet.all(training), settings.trainedModels(), saving())
        : 0;
  }

  /** How many finished models there are to average over. */
  int count() {
    return !settings.checkpoints().isEmpty()
        ? settings.checkpoints().size()
        : areTrained() ? settings.trainedModels() : 1;
  }

  /** Trains what is missing, or reads; the caller closes them. */
  Models get() throws IOException {
    if (!settings.checkpoints().isEmpty()) {
      return read();
    }
    return areTrained()
        ? new Models(trained().train(TrainingSet.all(training), settings.trainedModels(), saving()))
        : new Models(List.of(Trajectory.of(new Checkpoint(graph().state().copy()))));
  }

  /** What trains models, these and those on subsets. */
  GraphLearner learner() {
    return new GraphLearner(task, settings.usedRecipe(), initialization());
  }

  /** @throws IllegalArgumentException if it is not known how some parameter begins, or a pattern fits none */
  Initialization initialization() {
    return settings.start() == TrainingSettings.Start.FILE
        ? Initialization.file(graph())
        : Initialization.afresh(graph(), settings.initialization());
  }

  Saving saving() {
    return new Saving(place, settings.keptCheckpoints(), EVERY);
  }

  /**
   * Looks whether the numbers that models begin with are numbers.
   *
   * @param model the model file, for messages
   * @throws UnsupportedModelException naming parameters and buffers that are not finite
   */
  void requireFinite(Path model) throws UnsupportedModelException {
    List<String> broken = settings.checkpoints().isEmpty() ? graph().state().notFinite() : List.of();
    if (!broken.isEmpty() && areTrained()) {
      // what is drawn anew does not keep the file's numbers
      try (ModelState drawn = initialization().draw(0)) {
        broken = drawn.notFinite();
      }
    }
    if (!broken.isEmpty()) {
      throw new UnsupportedModelException(model + " holds NaN or infinite numbers in "
          + String.join(", ", broken) + ": the training that wrote them went astray; export an earlier state"
          + ", or train anew (training.start: fresh)");
    }
  }

  /**
   * Looks whether the models can be had, and have what methods need, before anything is written.
   *
   * @throws IllegalArgumentException if a method weighs checkpoints by rates that are not known
   * @throws IOException if a checkpoint cannot be used
   */
  void check(RunFile file) throws IOException {
    var unrated = new ArrayList<String>();
    for (String checkpoint : settings.checkpoints()) {
      try (Checkpoint read = Checkpoints.read(Path.of(checkpoint), graph())) {
        if (read.learningRate().isEmpty() && settings.checkpointRates().isEmpty()) {
          unrated.add(Path.of(checkpoint).getFileName() + " does not tell its own");
        }
      }
    }
    if (areTrained()) {
      initialization();
    } else {
      // evaluate begins by them, long after: a slip is told now
      Initialization.requireFitting(graph(), settings.initialization());
      if (settings.checkpoints().isEmpty()) {
        unrated.add("the model file's numbers have none");
      }
    }
    file.methods().forEach((name, method) -> {
      if (method.weighsByRate() && !unrated.isEmpty()) {
        throw new IllegalArgumentException("methods." + name
            + " weighs each checkpoint by the learning rate that led to it, but " + unrated.getFirst()
            + "; state training.checkpoint-rates, one for each of training.checkpoints, or leave " + name
            + " out");
      }
    });
  }

  private Graph graph() {
    return task.graph();
  }

  private TrainedModels trained() {
    var learner = learner();
    return new TrainedModels(learner.trainer(), learner.initialization(), run);
  }

  private Models read() throws IOException {
    var read = new ArrayList<Trajectory>();
    try (var undo = Undo.of(() -> read.forEach(Trajectory::close))) {
      for (int i = 0; i < settings.checkpoints().size(); i++) {
        Checkpoint one = Checkpoints.read(Path.of(settings.checkpoints().get(i)), graph());
        read.add(Trajectory.of(settings.checkpointRates().isEmpty()
            ? one
            : one.withLearningRate(settings.checkpointRates().get(i))));
      }
      return undo.keep(new Models(read));
    }
  }
}
