package dev.whence.training;

import dev.whence.graph.Graph;
import dev.whence.run.Json;
import dev.whence.run.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The recipe a model was trained by, where {@code tools/export.py} was told. */
public final class RecipeNote {
  private RecipeNote() {
  }

  /**
   * The noted recipe, Whence's defaults where it says nothing; empty without a note.
   *
   * @throws IllegalArgumentException naming the setting that is unknown or wrong
   */
  public static Optional<Recipe> of(Graph graph) {
    return graph.notes().map(notes -> Json.parse(notes.text()).get("recipe"))
        .filter(Map.class::isInstance).map(Map.class::cast).map(RecipeNote::read);
  }

  private static Recipe read(Map<?, ?> noted) {
    var values = new LinkedHashMap<String, Object>();
    noted.forEach((name, value) -> values.put(String.valueOf(name), value));
    try {
      return Settings.build(Recipe.class, values);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the recipe noted in the model file: " + e.getMessage()
          + "; state training.recipe in the run file", e);
    }
  }
}
