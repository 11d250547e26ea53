package dev.whence.app.report;

import dev.whence.score.Semantics;
import dev.whence.study.Pixels;
import dev.whence.study.Quality;
import dev.whence.study.Report;
import dev.whence.study.Report.Content;
import dev.whence.study.Report.Difference;
import dev.whence.study.Report.Estimate;
import dev.whence.study.Report.Example;
import dev.whence.study.Report.Fit;
import dev.whence.study.Report.Guess;
import dev.whence.study.Report.Histogram;
import dev.whence.study.Report.Influence;
import dev.whence.study.Report.MethodScore;
import dev.whence.study.Report.Target;
import dev.whence.study.Report.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Reports to draw: true pictures, invented scores. */
final class Reports {
  static final String HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
      + "\"'&\u0007 </style> https://example.invalid/x.png";

  private Reports() {
  }

  static Report pictures() throws IOException {
    List<Example> digits = digits();
    return report("digits", digits, List.of(0, 1, 2), Optional.of(judgement()),
        List.of("60 subsets give an interval about 0.1 wide; more subsets narrow it."));
  }

  static Report texts() {
    var examples = new ArrayList<Example>();
    examples.add(new Example("evil-0", HOSTILE, new Content.Passage(HOSTILE)));
    for (int i = 1; i < 40; i++) {
      examples.add(new Example("sentence-" + i, i % 2 == 0 ? "praise" : "complaint", new Content.Passage(
          "The soup arrived cold for the " + i
              + "th time, and yet the waiter's smile warmed the whole evening. ".repeat(
                  1 + i % 3))));
    }
    return report("reviews " + HOSTILE, examples, List.of(0, 1), Optional.empty(), List.of(HOSTILE));
  }

  static Report rows() {
    var examples = new ArrayList<Example>();
    for (int i = 0; i < 40; i++) {
      var values = new LinkedHashMap<String, String>();
      values.put("age", String.valueOf(20 + i));
      values.put("unbroken_column_name_of_some_length", "0.12345678" + i);
      values.put(i == 0 ? HOSTILE : "income", "32,000");
      examples.add(new Example("row-" + i, "", new Content.Row(values)));
    }
    return report("people", examples, List.of(0), Optional.of(judgement()), List.of());
  }

  /** Texts whose names are far longer than a phone is wide. */
  static Report longNames() {
    var examples = new ArrayList<Example>();
    for (int i = 0; i < 12; i++) {
      examples.add(new Example("https://example.org/" + "a-long-name/".repeat(12) + i, "a label",
          new Content.Passage("the plot was lovely")));
    }
    Report report = report("names", examples, List.of(0, 1), Optional.of(judgement()), List.of());
    List<Target> targets = report.targets().stream().map(Reports::inLargeNumbers).toList();
    return new Report(report.title(), report.method(), Semantics.proportional("prediction"), "", targets,
        report.judgement(), report.suspects(), report.provenance(), report.runFile(), report.warnings(),
        report.about());
  }

  /** As of a house's price. */
  private static Target inLargeNumbers(Target target) {
    Fit fit = target.fit().orElseThrow();
    var large = new Fit(fit.predicted(), fit.actual().stream().map(value -> 360_000 + 9000 * value).toList(),
        fit.correlation());
    return new Target(target.example(), target.guesses(), target.measurement(), target.proponents(),
        target.opponents(), target.scores(), Optional.of(large), target.headline(), target.subject(),
        target.reason());
  }

  private static Report report(String title, List<Example> examples, List<Integer> chosen,
      Optional<Trust> judgement, List<String> warnings) {
    var random = new Random(7);
    List<Target> targets = chosen.stream().map(row -> target(examples, row, judgement.isPresent(), random))
        .toList();
    var provenance = new LinkedHashMap<String, Map<String, String>>();
    provenance.put("Model",
        Map.of("file", "digits-cnn.pt2", "parameters", "5,994", "fingerprint", "3fa2c41b09d7…"));
    provenance.put("Data", Map.of("training examples", "1,297", "targets", "500"));
    provenance.put("Machine", Map.of("processors", "2", "system", "Linux amd64", "java", "25.0.3"));
    return new Report(title, "trak", Semantics.proportional("margin"), "nats", targets, judgement,
        suspects(examples),
        provenance,
        "model: digits-cnn.pt2\ntraining:\n  epochs: 12\n  a-very-long-key: " + "x".repeat(200) + "\n",
        warnings, new Report.About(2, "the margin of the label", "0 is one half.", 3,
            List.of(new Quality("training", 1297, 2, new Estimate(.1, .05, .2), "accuracy",
                Optional.of(new Estimate(.98, .97, .99)), .1))));
  }

  private static List<Report.Suspect> suspects(List<Example> examples) {
    return examples.stream().limit(3)
        .map(example -> new Report.Suspect(example, "something else", Map.of("self-influence", 1))).toList();
  }

  private static Target target(List<Example> examples, int row, boolean judged, Random random) {
    float[] scores = new float[1297];
    for (int i = 0; i < scores.length; i++) {
      double scale = i % 10 == row % 10 ? 0.9 : 0.2;
      scores[i] = (float) (random.nextGaussian() * scale + (i % 10 == row % 10 ? 0.5 : -0.05));
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, examples.size()).boxed().toList());
    order.remove(Integer.valueOf(row));
    order.sort((a, b) -> Float.compare(scores[b], scores[a]));
    List<Influence> proponents = order.stream().limit(5).map(i -> new Influence(examples.get(i), scores[i]))
        .toList();
    Collections.reverse(order);
    List<Influence> opponents = order.stream().limit(5).map(i -> new Influence(examples.get(i), scores[i]))
        .toList();
    String label = examples.get(row).label();
    String answer = row == 1 ? "8" : label.isEmpty() ? "0.37" : label;
    return new Target(examples.get(row),
        List.of(new Guess(answer, Optional.of(.913)), new Guess("3", Optional.of(.071)),
            new Guess("9", Optional.of(.004))),
        2.351, proponents, opponents, Histogram.of(scores, 40),
        judged ? Optional.of(fit(60, 4, random)) : Optional.empty(),
        new Report.Headline("Predicted", answer,
            label.isEmpty() ? Optional.empty() : Optional.of(label.equals(answer))),
        new Report.Subject("margin", Optional.of(label.isEmpty() ? answer : label), "the label", ""), "");
  }

  private static Fit fit(int subsets, double spread, Random random) {
    var predicted = new ArrayList<Double>();
    var actual = new ArrayList<Double>();
    for (int i = 0; i < subsets; i++) {
      double x = random.nextGaussian();
      predicted.add(spread * x);
      actual.add(2 + .6 * x + .7 * random.nextGaussian());
    }
    return new Fit(predicted, actual, Optional.of(.47));
  }

  private static Trust judgement() {
    var random = new Random(3);
    List<MethodScore> methods = List.of(
        new MethodScore("trak", new Estimate(.412, .361, .458), Optional.of(31.2),
            "10 models, 1,024 columns"),
        new MethodScore("similarity", new Estimate(.214, .172, .259), Optional.of(1.1), "at features.6"),
        new MethodScore("grad-cos", new Estimate(.188, .141, .233), Optional.of(9.8), "1 model"),
        new MethodScore("grad-dot", new Estimate(.121, .077, .166), Optional.of(9.7), "1 model"),
        new MethodScore("random", new Estimate(.003, -.031, .036), Optional.empty(), ""));
    List<Double> perTarget = random.doubles(500)
        .map(u -> Math.min(.95, .41 + .3 * (u - .5) + .1 * random.nextGaussian()))
        .boxed().toList();
    return new Trust(methods,
        Optional.of(new Difference("trak", "similarity", new Estimate(.198, .144, .251))),
        Optional.of(.735), 60, 2, 500, perTarget, Optional.of(fit(30000, 1, random)));
  }

  static List<Example> digits() throws IOException {
    var examples = new ArrayList<Example>();
    for (String line : Files
        .readAllLines(Path.of(System.getProperty("whence.root"), "fixtures/data/digits-100.csv"))) {
      String[] cells = line.split(",", -1);
      if (!cells[0].equals("id")) {
        byte[] values = new byte[64];
        for (int i = 0; i < 64; i++) {
          values[i] = (byte) Math.round(Double.parseDouble(cells[i + 1]) * 255 / 16);
        }
        examples.add(new Example(cells[0], cells[65], new Content.Picture(new Pixels(8, 8, 1, values))));
      }
    }
    return examples;
  }
}
