package dev.whence.study;

import dev.whence.graph.Graph;
import dev.whence.run.Settings;
import dev.whence.training.Recipe;
import dev.whence.training.RecipeNote;
import dev.whence.training.initial.Origin;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the settings of training come to for a model: whether its file's numbers are taken as they are, and by whose recipe
 * models are trained.
 *
 * @param settings with nothing left open
 * @param announcement where the models come from, in one sentence
 * @param recipeOwner whose the recipe is, such as {@code the run file's}
 */
record ModelChoice(TrainingSettings settings, String announcement, String recipeOwner) {
  /**
   * Settles what is open.
   *
   * @param model the model file, for messages
   * @throws IllegalArgumentException if the settings contradict what the file says, or if nothing tells whether the file's
   *     numbers are trained, with the choices
   */
  static ModelChoice of(TrainingSettings asked, Graph graph, Path model) {
    String owner = asked.recipe().isPresent()
        ? "the run file's"
        : RecipeNote.of(graph).isPresent() ? "the model file's" : "Whence's default";
    Recipe recipe = asked.recipe().or(() -> RecipeNote.of(graph)).orElseGet(Recipe::new);
    String name = String.valueOf(model.getFileName());
    if (!asked.checkpoints().isEmpty()) {
      int count = asked.checkpoints().size();
      var start = asked.start() == TrainingSettings.Start.AUTO
          ? TrainingSettings.Start.FRESH
          : asked.start();
      return new ModelChoice(settled(asked, recipe, start, Optional.of(count)),
          count + (count == 1 ? " checkpoint is" : " checkpoints are") + " attributed; nothing is trained",
          owner);
    }
    var announced = new Announced(asked, name);
    TrainingSettings.Start start = announced.start(graph);
    boolean trained = start == TrainingSettings.Start.TRAINED;
    return new ModelChoice(
        settled(asked, recipe, start, Optional.of(trained ? 1 : asked.trainedModels())), announced.sentence,
        owner);
  }

  private static TrainingSettings settled(TrainingSettings asked, Recipe recipe,
      TrainingSettings.Start start, Optional<Integer> models) {
    boolean trains = asked.checkpoints().isEmpty() && start != TrainingSettings.Start.TRAINED;
    return new TrainingSettings(models, Optional.of(recipe), start, asked.initialization(),
        trains ? Optional.of(asked.keptCheckpoints()) : Optional.empty(), asked.checkpoints(),
        asked.checkpointRates());
  }

  /** Decides where models come from, and says so. */
  private static final class Announced {
    private final TrainingSettings asked;
    private final String model;
    private String sentence = "";

    Announced(TrainingSettings asked, String model) {
      this.asked = asked;
      this.model = model;
    }

    TrainingSettings.Start start(Graph graph) {
      return switch (asked.start()) {
        case TRAINED -> asItIs("as training.start: trained asks");
        case FRESH -> fresh("as training.start: fresh asks");
        case FILE -> training(TrainingSettings.Start.FILE, "from the numbers in " + model
            + ", as training.start: file asks");
        case AUTO -> told(Origin.of(graph));
      };
    }

    private TrainingSettings.Start told(Origin origin) {
      return switch (origin.kind()) {
        case TRAINED -> {
          requireOne();
          yield asItIs("which are trained: " + origin.reason());
        }
        case PARTLY -> training(TrainingSettings.Start.FRESH,
            "from the loaded numbers in " + model + ", but afresh where the exporter noted fresh draws"
                + some(origin));
        case UNTRAINED -> fresh(model + " holds untrained numbers: " + origin.reason());
        case UNKNOWN -> unknown(origin);
      };
    }

    private static String some(Origin origin) {
      return origin.fresh().isEmpty() ? "" : " (" + String.join(", ", origin.fresh()) + ")";
    }

    private TrainingSettings.Start unknown(Origin origin) {
      if (asked.models().isPresent() || !asked.initialization().isEmpty()) {
        return fresh("as the run file asks for; " + model
            + " does not tell whether its numbers are trained (training.start: trained takes them)");
      }
      throw new IllegalArgumentException(model + " does not tell whether its numbers are trained: "
          + origin.reason()
          + ". Say training.start: trained to attribute them as they are, or training.start:"
          + " fresh to train models anew; tools/export.py notes it from now on");
    }

    private void requireOne() {
      if (asked.models().filter(count -> count > 1).isPresent()) {
        throw new IllegalArgumentException("training.models is " + asked.models().get() + ", but " + model
            + " holds trained numbers, which are one model; say training.start: fresh to train "
            + asked.models().get() + " anew, list others under training.checkpoints, or leave models out");
      }
      if (asked.checkpointsPerModel().isPresent()) {
        throw new IllegalArgumentException("training.checkpoints-per-model has no effect: " + model
            + " holds trained numbers, and nothing is trained; say training.start: fresh to train, or leave it out");
      }
    }

    private TrainingSettings.Start asItIs(String why) {
      sentence = "the model is the numbers in " + model + ", " + why + "; nothing is trained";
      return TrainingSettings.Start.TRAINED;
    }

    private TrainingSettings.Start fresh(String why) {
      return training(TrainingSettings.Start.FRESH, "afresh, " + why);
    }

    private TrainingSettings.Start training(TrainingSettings.Start start, String how) {
      int count = asked.trainedModels();
      sentence = (count == 1 ? "1 model is" : count + " models are") + " trained " + how;
      return start;
    }
  }

  /** Such as {@code adamw at 0.001, cosine, 10 epochs in batches of 64 (Whence's default)}. */
  String recipe() {
    Recipe recipe = settings.usedRecipe();
    Map<String, Object> values = new LinkedHashMap<>(Settings.values(recipe));
    Object optimizer = values.get("optimizer");
    String rule = optimizer instanceof Map<?, ?> map
        ? String.valueOf(map.keySet().iterator().next())
        : String.valueOf(optimizer);
    return "%s at %s, %s, %s in batches of %d (%s)".formatted(rule, recipe.learningRate(),
        values.get("schedule"), recipe.steps() > 0 ? recipe.steps() + " steps" : recipe.epochs() + " epochs",
        recipe.batchSize(), recipeOwner);
  }
}
