package dev.whence.study;

import dev.whence.run.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The targets in the order in which they are worth a look: mistakes, the costliest first, or values far from their labels; then those the models are least sure of;
 * then the rest by seed.
 *
 * @param guesses what the models answer
 * @param size number of targets
 * @param seed of the run
 */
record TargetOrder(AnswerGuesses guesses, int size, long seed) {
  private static final long STREAM = 0x6f726472L; // "ordr": apart from other draws of the same seed
  private static final double SURE = 0.9;
  /** Errors of twice the usual size have four times the usual squared error. */
  private static final double FAR = 4;

  /**
   * A target and why it stands where it stands.
   *
   * @param row of the target
   * @param reason in a few words; empty where it was asked for
   */
  record Place(int row, String reason) {
  }

  /** The first few places. */
  List<Place> first(int count) {
    var places = new ArrayList<Place>();
    List<Integer> left = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    take(
        left.stream().filter(guesses::isMistaken).sorted(Comparator.comparingDouble(row -> -loss(row)))
            .toList(),
        "a mistake", count, left, places);
    double usual = left.stream().mapToDouble(this::loss).average().orElse(0);
    take(left.stream().filter(row -> guesses.isFar(row, FAR * usual))
        .sorted(Comparator.comparingDouble(row -> -loss(row))).toList(), "far from its label", count, left,
        places);
    take(
        left.stream().filter(row -> sureness(row) < SURE).sorted(Comparator.comparingDouble(this::sureness))
            .toList(),
        "among the least sure", count, left, places);
    shuffle(left);
    take(List.copyOf(left), "chosen at random", count, left, places);
    return places;
  }

  private static void take(List<Integer> rows, String reason, int count, List<Integer> left,
      List<Place> places) {
    rows.stream().limit(Math.max(0, count - places.size())).toList().forEach(row -> {
      places.add(new Place(row, reason));
      left.remove((Object) row);
    });
  }

  private double loss(int row) {
    return guesses.loss(row).orElse(0);
  }

  private double sureness(int row) {
    OptionalDouble sure = guesses.sureness(row);
    return sure.orElse(1);
  }

  private void shuffle(List<Integer> rows) {
    var random = new SplittableRandom(Seeds.derive(seed, STREAM));
    for (int at = rows.size() - 1; at > 0; at--) {
      int other = random.nextInt(at + 1);
      Integer row = rows.get(at);
      rows.set(at, rows.get(other));
      rows.set(other, row);
    }
  }
}
