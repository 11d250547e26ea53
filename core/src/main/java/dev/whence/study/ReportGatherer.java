package dev.whence.study;

import dev.whence.data.Dataset;
import dev.whence.evaluation.Lds;
import dev.whence.evaluation.SubsetTruth;
import dev.whence.evaluation.TargetCorrelation;
import dev.whence.run.CorruptStoreException;
import dev.whence.run.Json;
import dev.whence.run.Provenance;
import dev.whence.score.Axis;
import dev.whence.score.Calibration;
import dev.whence.score.Entry;
import dev.whence.score.Order;
import dev.whence.score.ScoreMatrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Gathers what a report shows from a run's scores and their judgement. */
final class ReportGatherer {
  private static final int BINS = 41;
  private static final int SUSPECTS_SHOWN = 24;
  private static final int POOLED_TARGETS = 40;

  private final Dataset training;
  private final Dataset targets;
  private final AnswerGuesses guesses;
  private final Wording wording;
  private final Optional<Judgement> judgement;

  ReportGatherer(Dataset training, Dataset targets, AnswerGuesses guesses, Wording wording,
      Optional<Judgement> judgement) {
    this.training = training;
    this.targets = targets;
    this.guesses = guesses;
    this.wording = wording;
    this.judgement = judgement;
  }

  List<Report.Target> targets(ScoreMatrix scores, ReportSettings settings, long seed) {
    Optional<Likeness> likeness = Likeness.suits(training)
        && new Looks(training).example(0).content() instanceof Report.Content.Row
            ? Optional.of(new Likeness(training, targets))
            : Optional.empty();
    return places(scores.targets(), settings, seed).stream()
        .map(place -> target(scores, place, settings.entries(), likeness)).toList();
  }

  private List<TargetOrder.Place> places(Axis axis, ReportSettings settings, long seed) {
    if (settings.targets().isEmpty()) {
      return new TargetOrder(guesses, axis.size(), seed).first(settings.count() + settings.more());
    }
    return settings.targets().stream().map(id -> {
      int row = axis.ids().indexOf(id);
      if (row < 0) {
        throw new IllegalArgumentException(
            "no target '" + id + "'; the run has " + axis.size() + " targets, such as '"
                + axis.ids().getFirst() + "'");
      }
      return new TargetOrder.Place(row, "");
    }).toList();
  }

  private Report.Target target(ScoreMatrix scores, TargetOrder.Place place, int entries,
      Optional<Likeness> likeness) {
    int row = place.row();
    var looks = new Looks(training);
    Report.Example example = new Looks(targets).example(row);
    Function<Entry, Report.Influence> influence = entry -> new Report.Influence(likeness
        .map(rows -> new Report.Example(training.id(entry.source()), looks.label(entry.source()),
            rows.of(entry.source(), row)))
        .orElseGet(() -> looks.example(entry.source())), entry.score());
    List<Report.Influence> proponents = scores.top(row, entries, Order.PROPONENTS).stream().map(influence)
        .toList();
    List<Report.Influence> opponents = scores.top(row, entries, Order.OPPONENTS).stream()
        .filter(entry -> !scores.semantics().additive() || entry.score() < 0).map(influence).toList();
    return new Report.Target(example, guesses.of(row), guesses.measurement(row), proponents, opponents,
        Report.Histogram.of(scores.row(row), BINS), judgement.map(found -> fit(scores, found.truth(), row)),
        guesses.headline(row), wording.subject(guesses, row), place.reason());
  }

  private Report.Fit fit(ScoreMatrix scores, SubsetTruth truth, int row) {
    Optional<Double> correlation = judgement.map(Judgement::lds)
        .flatMap(all -> Optional.ofNullable(all.get(shown(scores))))
        .flatMap(lds -> lds.perTarget().stream().filter(one -> one.target() == row).findFirst())
        .map(TargetCorrelation::correlation);
    return new Report.Fit(boxed(truth.predictions(scores, row)), boxed(truth.outcomes(row)), correlation);
  }

  private static String shown(ScoreMatrix scores) {
    return scores.provenance().maker();
  }

  private static List<Double> boxed(double[] values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }

  Optional<Report.Trust> judgement(ScoreMatrix scores, Map<String, Double> seconds) {
    return judgement.map(found -> {
      Lds shown = found.lds().getOrDefault(shown(scores), found.lds().values().iterator().next());
      var methods = new ArrayList<Report.MethodScore>();
      found.lds().forEach((name, lds) -> methods.add(
          new Report.MethodScore(name, estimate(lds.mean(), lds.interval().low(), lds.interval().high()),
              Optional.ofNullable(seconds.get(name)), scale(found, name))));
      Optional<Report.Difference> difference = found.difference()
          .map(gap -> new Report.Difference(found.first(),
              found.baseline().orElse(""),
              estimate(gap.mean(), gap.intervals().twoLevel().low(), gap.intervals().twoLevel().high())));
      Optional<Double> ceiling = shown.ceiling().isPresent()
          ? Optional.of(shown.ceiling().getAsDouble())
          : Optional.empty();
      return new Report.Trust(methods, difference, ceiling, shown.subsets(), shown.repeats(),
          shown.perTarget().size(), shown.perTarget().stream().map(TargetCorrelation::correlation).toList(),
          Optional.of(pooled(scores, found.truth(), shown)));
    });
  }

  private static String scale(Judgement judgement, String method) {
    Calibration found = judgement.calibrations().get(method);
    return found == null
        ? ""
        : String.format(Locale.ROOT, "to %s × %.3g (%.3g to %.3g)", found.unit(), found.scale(), found.low(),
            found.high());
  }

  /** A percentile interval need not hold the mean; the drawing wants it to. */
  private static Report.Estimate estimate(double mean, double low, double high) {
    return new Report.Estimate(mean, Math.min(low, mean), Math.max(high, mean));
  }

  private static Report.Fit pooled(ScoreMatrix scores, SubsetTruth truth, Lds lds) {
    var predicted = new ArrayList<Double>();
    var actual = new ArrayList<Double>();
    lds.perTarget().stream().limit(POOLED_TARGETS).forEach(one -> {
      predicted.addAll(standardized(truth.predictions(scores, one.target())));
      actual.addAll(standardized(truth.outcomes(one.target())));
    });
    return new Report.Fit(predicted, actual, Optional.empty());
  }

  private static List<Double> standardized(double[] values) {
    double mean = java.util.Arrays.stream(values).average().orElse(0);
    double variance = java.util.Arrays.stream(values).map(value -> (value - mean) * (value - mean)).average()
        .orElse(0);
    double deviation = variance > 0 ? Math.sqrt(variance) : 1;
    return java.util.Arrays.stream(values).mapToObj(value -> (value - mean) / deviation).toList();
  }

  /** The suspected labels a list kept, except those that were made wrong on purpose; none where there is no list. */
  static List<Report.Suspect> suspects(Path file, Dataset training) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    Map<String, Object> values = Json.parse(Files.readString(file));
    var looks = new Looks(training);
    var suspects = new ArrayList<Report.Suspect>();
    if (Boolean.FALSE.equals(values.get("flipped")) && values.get("suspects") instanceof List<?> list) {
      for (Object entry : list.subList(0, Math.min(SUSPECTS_SHOWN, list.size()))) {
        suspects.add(suspect(file, looks, entry));
      }
    }
    return suspects;
  }

  private static Report.Suspect suspect(Path file, Looks looks, Object entry) throws CorruptStoreException {
    if (!(entry instanceof Map<?, ?> suspect) || !(suspect.get("measures") instanceof Map<?, ?> measures)
        || !(suspect.get("row") instanceof Integer row)) {
      throw new CorruptStoreException(file,
          "it holds no list of suspected labels; delete it and run evaluate --mislabels again");
    }
    var ranks = new LinkedHashMap<String, Integer>();
    for (var measure : measures.entrySet()) {
      if (measure.getValue() instanceof Map<?, ?> known && known.get("rank") instanceof Integer rank) {
        ranks.put(String.valueOf(measure.getKey()), rank);
      }
    }
    return new Report.Suspect(looks.example(row), String.valueOf(suspect.get("guess")), ranks);
  }

  /** Headings → name → value. */
  static Map<String, Map<String, String>> facts(Provenance provenance, Map<String, Double> seconds) {
    var facts = new LinkedHashMap<String, Map<String, String>>();
    var software = new LinkedHashMap<String, String>();
    software.put("whence", provenance.version());
    software.putAll(provenance.environment());
    facts.put("Software and machine", software);
    facts.put("Fingerprints", provenance.fingerprints());
    var seeds = new LinkedHashMap<String, String>();
    provenance.seeds().forEach((name, seed) -> seeds.put(name, Long.toString(seed)));
    facts.put("Seeds", seeds);
    var times = new LinkedHashMap<String, String>();
    seconds.forEach((name, value) -> times.put(name, "%.1f s".formatted(value)));
    facts.put("Times", times);
    return facts;
  }
}
