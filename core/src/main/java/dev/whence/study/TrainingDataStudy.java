package dev.whence.study;

import dev.whence.run.Named;
import java.util.List;

/** Which training examples a model's output came from; and whether their labels are right. */
@Named("training-data")
public record TrainingDataStudy() implements StudyKind {
  @Override
  public List<String> keys() {
    return List.of("model", "data", "targets", "task", "training", "methods", "scores", "evaluation", "seed",
        "workers", "memory");
  }

  @Override
  public List<String> decisive() {
    return List.of("model", "data", "targets", "task", "training", "seed");
  }

  @Override
  public List<String> contents() {
    return List.of("checkpoints", "gradients", "answers", "outcomes", "scores", "exports", "evaluation",
        "predictions", "provenance.json", "report.html", "run.yaml", "warnings.json");
  }

  @Override
  public List<String> commands() {
    return List.of("train", "attribute", "top", "evaluate", "report", "demo");
  }

  @Override
  public List<String> sections() {
    return List.of("warnings", "trust", "answers", "charts", "suspects", "provenance");
  }
}
