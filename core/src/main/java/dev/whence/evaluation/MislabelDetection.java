package dev.whence.evaluation;

import dev.whence.algebra.Ranks;
import dev.whence.run.Named;
import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.score.ScoreMatrix;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Set;

/**
 * Finds known label errors by inspecting the most suspicious examples first, usually those of highest self-influence
 * (Koh and Liang 2017, section 5.4). Examples of equal suspicion are taken in random order: the numbers
 * are the expectation over it.
 *
 * @param fractions inspected fractions at which recall is given
 */
@Named("mislabel-detection")
public record MislabelDetection(
    @Setting(help = "inspected fractions at which recall is given", min = 0, max = 1, exclusiveMin = true) List<Double> fractions) {
  /** Checks and copies. */
  public MislabelDetection {
    Settings.check(MislabelDetection.class, fractions);
    fractions = List.copyOf(fractions);
  }

  /** From 1 % to half of the examples. */
  public MislabelDetection() {
    this(List.of(.01, .05, .1, .2, .3, .4, .5));
  }

  /**
   * By self-influence: the score of each training example for itself as a target.
   *
   * @param scores targets with the id of a source are its self-influence; other targets are passed over
   * @param mislabelled ids of the sources whose labels are wrong
   * @throws IllegalArgumentException if an id is unknown or has no score for itself
   */
  public Mislabels evaluate(ScoreMatrix scores, Set<String> mislabelled) {
    List<String> sources = scores.sources().ids();
    double[] suspicion = new double[sources.size()];
    var wrong = new BitSet();
    var positions = new HashMap<String, Integer>();
    for (int target = 0; target < scores.targets().size(); target++) {
      positions.putIfAbsent(scores.targets().ids().get(target), target);
    }
    for (int source = 0; source < suspicion.length; source++) {
      Integer target = positions.get(sources.get(source));
      if (target == null) {
        throw new IllegalArgumentException(
            "self-influence needs every source as a target, but '" + sources.get(source) + "' is none");
      }
      suspicion[source] = scores.score(target, source);
      wrong.set(source, mislabelled.contains(sources.get(source)));
    }
    if (wrong.cardinality() != mislabelled.size()) {
      throw new IllegalArgumentException(
          "only " + wrong.cardinality() + " of " + mislabelled.size() + " mislabelled ids are sources");
    }
    return evaluate(suspicion, wrong);
  }

  /**
   * From suspicion at hand, {@code [n]}, the highest inspected first.
   *
   * @throws IllegalArgumentException unless some examples are mislabelled and some are not
   */
  public Mislabels evaluate(double[] suspicion, BitSet mislabelled) {
    int wrong = mislabelled.cardinality();
    if (wrong == 0 || wrong == suspicion.length || mislabelled.length() > suspicion.length) {
      throw new IllegalArgumentException(
          "mislabelled examples must be some but not all of " + suspicion.length + ", got " + wrong);
    }
    var recall = new ArrayList<Mislabels.Recall>();
    for (double fraction : fractions) {
      recall.add(new Mislabels.Recall(fraction, recall(suspicion, mislabelled, fraction * suspicion.length)));
    }
    return new Mislabels(auroc(suspicion, mislabelled), averagePrecision(suspicion, mislabelled), recall,
        wrong,
        suspicion.length);
  }

  /** Probability that a mislabelled example is more suspicious than another, ties counting half. */
  private static double auroc(double[] suspicion, BitSet mislabelled) {
    double[] ranks = Ranks.average(suspicion);
    double wrong = mislabelled.cardinality();
    double sum = mislabelled.stream().mapToDouble(i -> ranks[i]).sum();
    return (sum - wrong * (wrong + 1) / 2) / (wrong * (suspicion.length - wrong));
  }

  /** Σ (recall step · precision) over the distinct levels of suspicion. */
  private static double averagePrecision(double[] suspicion, BitSet mislabelled) {
    double sum = 0;
    int found = 0;
    int inspected = 0;
    for (Level level : levels(suspicion, mislabelled)) {
      found += level.wrong();
      inspected += level.size();
      sum += (double) level.wrong() * found / inspected;
    }
    return sum / mislabelled.cardinality();
  }

  private static double recall(double[] suspicion, BitSet mislabelled, double inspected) {
    double found = 0;
    double left = inspected;
    for (Level level : levels(suspicion, mislabelled)) {
      double share = Math.min(1, left / level.size());
      found += share * level.wrong();
      left = Math.max(0, left - level.size());
    }
    return found / mislabelled.cardinality();
  }

  private record Level(int size, int wrong) {
  }

  /** Groups of equal suspicion, the highest first. */
  private static List<Level> levels(double[] suspicion, BitSet mislabelled) {
    int[] order = Ranks.order(suspicion);
    var levels = new ArrayList<Level>();
    for (int from = 0, to; from < order.length; from = to) {
      to = Ranks.endOfTie(suspicion, order, from);
      int wrong = 0;
      for (int at = from; at < to; at++) {
        wrong += mislabelled.get(order[at]) ? 1 : 0;
      }
      levels.add(new Level(to - from, wrong));
    }
    return levels.reversed();
  }
}
