package dev.whence.study;

import dev.whence.score.Semantics;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a report shows, gathered and rounded by nobody: pages, JSON and tests read the same numbers.
 *
 * @param title the run's name
 * @param method the method whose scores the targets show
 * @param semantics what its scores mean
 * @param measurementUnit the unit of the attributed quantity itself, such as {@code nats}, whatever that of the scores
 * @param targets the chosen targets in the order of display
 * @param judgement how far to trust the methods; empty where nothing was evaluated
 * @param suspects training examples whose labels are suspected, the most suspected first; empty where none were looked for
 * @param provenance headings → name → value, in the order of display
 * @param runFile the run file as it was carried out, every default written out
 * @param warnings sentences on what may mislead
 * @param about the models and what is measured of them
 */
public record Report(String title, String method, Semantics semantics, String measurementUnit,
    List<Target> targets,
    Optional<Trust> judgement, List<Suspect> suspects, Map<String, Map<String, String>> provenance,
    String runFile, List<String> warnings, About about) {
  /** Copies, keeping the order. */
  public Report {
    targets = List.copyOf(targets);
    warnings = List.copyOf(warnings);
    suspects = List.copyOf(suspects);
    var copy = new LinkedHashMap<String, Map<String, String>>();
    provenance.forEach(
        (heading, facts) -> copy.put(heading, Collections.unmodifiableMap(new LinkedHashMap<>(facts))));
    provenance = Collections.unmodifiableMap(copy);
  }

  /**
   * The models and what is measured of them.
   *
   * @param models how many are averaged over
   * @param explained what the measurement speaks of, such as {@code the label}
   * @param legend what the measurement means, a sentence
   * @param shown how many of the targets are shown in full; the others fold
   * @param quality of the models, where examples have labels
   */
  public record About(int models, String explained, String legend, int shown, List<Quality> quality) {
    /** Copies. */
    public About {
      quality = List.copyOf(quality);
    }
  }

  /**
   * What the measurement of one target speaks of.
   *
   * @param measurement its name in words, such as {@code margin}
   * @param of the class; empty where it speaks of none
   * @param role what the class is, such as {@code the label}; empty for none
   * @param note where label and prediction differ, which is explained; empty where nothing is to be said
   */
  public record Subject(String measurement, Optional<String> of, String role, String note) {
    /** Such as {@code the margin of sklearn, the label}. */
    public String text() {
      return "the " + measurement + of.map(name -> " of " + name + (role.isEmpty() ? "" : ", " + role))
          .orElse(role.isEmpty() ? "" : " of " + role);
    }
  }

  /** A column of a source beside the same of the target, both in the data's own units. */
  public record Cell(String column, String value, String target) {
  }

  /** What an example looks like. */
  public sealed interface Content {
    /**
     * A row of a table beside the target's.
     *
     * @param alike the columns that are nearest, nearest first
     * @param differing the columns that are farthest, farthest first
     * @param others how many columns are neither
     */
    record Compared(List<Cell> alike, List<Cell> differing, int others) implements Content {
      /** Copies. */
      public Compared {
        alike = List.copyOf(alike);
        differing = List.copyOf(differing);
      }
    }

    /** A picture. */
    record Picture(Pixels pixels) implements Content {
    }

    /** A text. */
    record Passage(String text) implements Content {
    }

    /** A row of a table: column → value, in the order of display. */
    record Row(Map<String, String> values) implements Content {
      /** Copies, keeping the order. */
      public Row {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
      }
    }
  }

  /**
   * An example as shown.
   *
   * @param id the name a user knows it by
   * @param label its label in words; empty for none
   * @param content what it looks like
   */
  public record Example(String id, String label, Content content) {
  }

  /** A training example and its score for one target; positive scores are proponents. */
  public record Influence(Example source, double score) {
  }

  /**
   * A training example whose label is suspected.
   *
   * @param example with its label
   * @param guess what the models say instead, in words; empty where that is too long to say
   * @param ranks measure → rank, 1 for the most suspicious, in the order of display
   */
  public record Suspect(Example example, String guess, Map<String, Integer> ranks) {
    /** Copies, keeping the order. */
    public Suspect {
      ranks = Collections.unmodifiableMap(new LinkedHashMap<>(ranks));
    }
  }

  /** The models' answer to a target, such as {@code Predicted} and {@code sklearn}, and whether it is the label, where that can be said. */
  public record Headline(String verb, String answer, Optional<Boolean> right) {
  }

  /** One answer of the model: a class and its probability, or values, which have none. */
  public record Guess(String answer, Optional<Double> probability) {
  }

  /**
   * A target and where its prediction came from.
   *
   * @param example the target itself, with its true label
   * @param guesses the model's answers, likeliest first, at least one
   * @param measurement the attributed quantity's value
   * @param proponents strongest first
   * @param opponents strongest first, all with negative scores where the method has signs
   * @param scores how the scores of all sources are distributed
   * @param fit predicted against actual over the retrained subsets; empty where nothing was evaluated
   * @param headline the models' answer in words
   * @param subject what the measurement speaks of
   * @param reason why this target is shown, in a few words; empty where it was asked for
   */
  public record Target(Example example, List<Guess> guesses, double measurement, List<Influence> proponents,
      List<Influence> opponents, Histogram scores, Optional<Fit> fit, Headline headline, Subject subject,
      String reason) {
    /** Copies; a target has at least one guess. */
    public Target {
      guesses = List.copyOf(guesses);
      proponents = List.copyOf(proponents);
      opponents = List.copyOf(opponents);
      if (guesses.isEmpty()) {
        throw new IllegalArgumentException("target '" + example.id() + "' must have at least one guess");
      }
    }
  }

  /**
   * Counts of values in equal bins.
   *
   * @param low lower edge of the first bin
   * @param high upper edge of the last bin, above {@code low}
   * @param counts values in each bin
   */
  public record Histogram(double low, double high, List<Long> counts) {
    /** Checks the edges. */
    public Histogram {
      counts = List.copyOf(counts);
      if (!(low < high) || counts.isEmpty()) {
        throw new IllegalArgumentException("a histogram needs low < high and a bin, got [%s, %s] and %d bins"
            .formatted(low, high, counts.size()));
      }
    }

    /** The values counted in this many bins between the smallest and the largest. */
    public static Histogram of(float[] values, int bins) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (float value : values) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      if (!(low < high)) {
        low = values.length == 0 ? 0 : low - 0.5;
        high = low + 1;
      }
      Long[] counts = new Long[bins];
      Arrays.fill(counts, 0L);
      for (float value : values) {
        counts[(int) Math.min(bins - 1, Math.floor((value - low) / (high - low) * bins))]++;
      }
      return new Histogram(low, high, List.of(counts));
    }
  }

  /**
   * What the scores predict for retrained subsets against what happened.
   *
   * @param predicted the sum of the scores in each subset
   * @param actual the measurement after retraining on it, in the same order
   * @param correlation Spearman's, the target's LDS; empty where a side is constant
   */
  public record Fit(List<Double> predicted, List<Double> actual, Optional<Double> correlation) {
    /** Both sides have one entry per subset. */
    public Fit {
      predicted = List.copyOf(predicted);
      actual = List.copyOf(actual);
      if (predicted.size() != actual.size()) {
        throw new IllegalArgumentException(
            "predicted and actual must have one entry per subset, got %d and %d".formatted(predicted.size(),
                actual.size()));
      }
    }
  }

  /** A mean with its 95 % interval. */
  public record Estimate(double mean, double low, double high) {
    /** Checks the order. */
    public Estimate {
      if (!(low <= mean && mean <= high)) {
        throw new IllegalArgumentException(
            "an estimate lies in its interval, got %s in [%s, %s]".formatted(mean, low, high));
      }
    }
  }

  /**
   * One method's linear datamodeling score.
   *
   * @param method its name
   * @param lds mean over targets with the two-level interval
   * @param seconds what the scores took to compute; empty where that is not known
   * @param note settings or a remark, in words
   */
  public record MethodScore(String method, Estimate lds, Optional<Double> seconds, String note) {
  }

  /** The first method's score minus the second's on the same resamples. */
  public record Difference(String first, String second, Estimate estimate) {
  }

  /**
   * How far to trust the scores.
   *
   * @param methods in the order of display
   * @param difference of the shown method and the best baseline; empty where there is none
   * @param ceiling the score the truth itself reaches against its own repeats; empty where it was trained once
   * @param subsets number of retrained subsets
   * @param repeats how often each was retrained
   * @param targets number of targets judged
   * @param perTarget the shown method's score of each judged target
   * @param pooled all judged targets at once, each side standardised within its target
   */
  public record Trust(List<MethodScore> methods, Optional<Difference> difference,
      Optional<Double> ceiling,
      int subsets, int repeats, int targets, List<Double> perTarget, Optional<Fit> pooled) {
    /** Copies. */
    public Trust {
      methods = List.copyOf(methods);
      perTarget = List.copyOf(perTarget);
    }
  }
}
