package dev.whence.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.whence.data.DataException;
import dev.whence.data.DataLimits;
import dev.whence.data.DataSpec;
import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.data.ImageFit;
import dev.whence.data.Label;
import dev.whence.data.Source;
import dev.whence.run.Fingerprint;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 400 damaged data files, 40 a kind: each is refused with a typed error or read as what it now says. */
class CorruptedDataFilesTest {
  private static final Path FIXTURES = Path.of(System.getProperty("whence.root"), "fixtures");
  private static final int EACH = Integer.getInteger("whence.corruptions", 40);
  private static final long LIMIT = 32L << 20;
  /** Heap a reader may turn over for files of at most 20 kB: its buffers, and one image or record past them. */
  private static final long CHURN = 256L << 20;

  private enum Outcome {
    REFUSED, OTHER, SAME
  }

  @TempDir
  private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"csv", "jsonl", "npy", "images", "parquet", "packed", "array", "shards", "jpeg",
      "mapped"})
  void damagedFilesAreRefusedOrReadAsOtherContent(String format) throws IOException {
    DataSpec spec = prepare(format);
    Fingerprint whole = Datasets.read(spec).fingerprint();
    List<Path> victims = files();
    var outcomes = new EnumMap<Outcome, Integer>(Outcome.class);
    for (int i = 0; i < EACH; i++) {
      Path victim = victims.get(i % victims.size());
      byte[] original = Files.readAllBytes(victim);
      byte[] damaged = new Corruption(original, 1000L * format.hashCode() + i).make();
      Files.write(victim, damaged);
      Map<Path, Integer> before = contents();
      outcomes.merge(outcome(spec, whole, format + " " + i + " in " + victim.getFileName()), 1, Integer::sum);
      assertThat(contents()).as("files after reading").isEqualTo(before);
      Files.write(victim, original);
    }
    System.out
        .println("corrupted " + format + ": " + EACH + " files, refused " + share(outcomes, Outcome.REFUSED)
            + ", read as other content " + share(outcomes, Outcome.OTHER) + ", read as the same content "
            + share(outcomes, Outcome.SAME));
    assertThat(outcomes.getOrDefault(Outcome.REFUSED, 0)).isPositive();
    assertThat(Datasets.read(spec).fingerprint()).isEqualTo(whole);
  }

  private static Outcome outcome(DataSpec spec, Fingerprint whole, String what) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      Dataset read = Datasets.read(spec);
      return read.fingerprint().equals(whole) ? Outcome.SAME : Outcome.OTHER;
    } catch (DataException e) {
      assertThat(e.getCause() instanceof OutOfMemoryError).as(what).isFalse();
      assertThat(e.getMessage()).as(what).contains(spec.path().toString()).hasSizeLessThan(1000);
      return Outcome.REFUSED;
    } catch (IOException | RuntimeException | Error e) {
      return fail(what + " ended in " + e, e);
    } finally {
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).as(what).isLessThan(CHURN);
    }
  }

  private static String share(Map<Outcome, Integer> outcomes, Outcome outcome) {
    return 100 * outcomes.getOrDefault(outcome, 0) / EACH + " %";
  }

  private DataSpec prepare(String format) throws IOException {
    var limits = new DataLimits(LIMIT, 1_000_000, 1 << 20);
    return switch (format) {
      case "csv" -> csv().withLimits(limits);
      case "jsonl" -> jsonLines().withLimits(limits);
      case "npy" -> {
        Path arrays = copy("data/npy", "fortran_float64.npy", "half.npy", "names.npy", "big_endian.npy");
        yield DataSpec.of(arrays).withColumn("x", Source.of("fortran_float64"))
            .withColumn("y", Source.of("half"))
            .withColumn("z", Source.of("big_endian")).withLabel(Label.classes("names")).withLimits(limits);
      }
      case "images" -> {
        Path images = copy("data/images", "cat/rgb.png", "cat/gray.png", "dog/palette.png", "dog/rgb.bmp",
            "dog/palette.gif", "dog/smooth.jpg", "eel/one_bit.png");
        yield DataSpec.of(images).withColumn("image", Source.of("image").shaped(3, 5, 4))
            .withLabel(Label.classes("class")).withLimits(limits);
      }
      case "parquet" -> {
        Path file = copy("demo", "digits.parquet").resolve("digits.parquet");
        yield DataSpec.of(file).withId("id").withLabel(Label.classes("label"))
            .withColumn("image", Source.of("pixels").shaped(1, 8, 8)).withLimits(limits);
      }
      default -> prepareMore(format).withLimits(limits);
    };
  }

  private DataSpec prepareMore(String format) throws IOException {
    return switch (format) {
      case "packed" -> {
        Path plain = csv().path();
        Path packed = folder.resolve("digits.csv.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(packed))) {
          Files.copy(plain, out);
        }
        Files.delete(plain);
        yield digits(packed);
      }
      case "array" -> {
        Path lines = jsonLines().path();
        String text = "[\n" + String.join(",\n", Files.readAllLines(lines)).replace(", \"", ",\n  \"")
            + "\n]\n";
        Files.delete(lines);
        yield DataSpec.of(Files.writeString(folder.resolve("digits.json"), text)).withId("id")
            .withLabel(Label.classes("label")).withColumn("image", Source.of("pixels"));
      }
      case "shards" -> {
        Path shard = copy("data", "cases.parquet").resolve("cases.parquet");
        Files.copy(shard, folder.resolve("more.parquet"));
        yield DataSpec.of(folder).withColumn("x", Source.of("x", "X", "Points"))
            .withLabel(Label.classes("points"));
      }
      case "jpeg" -> {
        copy("data/jpeg", "any/444.jpg", "any/420.jpg", "any/440.jpg", "any/progressive.jpg", "any/gray.jpg");
        var fit = new ImageFit(List.of(9), List.of(8), ImageFit.Interpolation.BICUBIC, true);
        yield DataSpec.of(folder).withColumn("image", Source.of("image").shaped(3, 8, 8).fitted(fit));
      }
      case "mapped" -> mapped();
      default -> throw new IllegalArgumentException(format);
    };
  }

  private DataSpec mapped() throws IOException {
    var text = new StringBuilder("mass,island,y\n");
    for (int row = 0; row < 200; row++) {
      text.append(row % 7 == 0 ? "NA" : Integer.toString(row * row)).append(',')
          .append(List.of("Dream", "Biscoe", "Torgersen").get(row % 3)).append(',').append(row % 2)
          .append('\n');
    }
    Path file = Files.writeString(folder.resolve("table.csv"), text);
    return DataSpec.parse(Map.of("path", file.toString(), "label", "y", "columns", Map.of("x",
        List.of(Map.of("from", "mass", "impute", "median", "indicator", true, "standardize", true),
            Map.of("from", "island", "encode", "one-hot")))),
        folder);
  }

  private DataSpec csv() throws IOException {
    String text = Files.readString(FIXTURES.resolve("data/digits-100.csv"))
        .replace("digit-", "\"a \"\"digit\"\",\n\"")
        .replaceAll("\n\"(\\d+)", "\n$1\"");
    Path file = Files.writeString(folder.resolve("digits.csv"), text);
    return digits(file);
  }

  private static DataSpec digits(Path file) {
    return DataSpec.of(file).withId("id").withLabel(Label.classes("label"))
        .withColumn("image", Source.of("pixel_0..pixel_63").shaped(1, 8, 8));
  }

  private DataSpec jsonLines() throws IOException {
    List<String> lines = Files.readAllLines(FIXTURES.resolve("data/digits-100.csv"));
    var text = new StringBuilder();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      text.append("{\"id\": \"").append(cells[0]).append("\", \"pixels\": ")
          .append(Arrays.asList(cells).subList(1, 65)).append(", \"label\": ").append(cells[65])
          .append("}\n");
    }
    Path file = Files.writeString(folder.resolve("digits.jsonl"), text);
    return DataSpec.of(file).withId("id").withLabel(Label.classes("label")).withColumn("image",
        Source.of("pixels"));
  }

  private Path copy(String from, String... names) throws IOException {
    for (String name : names) {
      Path target = folder.resolve(name);
      Files.createDirectories(java.util.Objects.requireNonNull(target.getParent()));
      Files.copy(FIXTURES.resolve(from).resolve(name), target);
    }
    return folder;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private Map<Path, Integer> contents() throws IOException {
    var contents = new TreeMap<Path, Integer>();
    for (Path file : files()) {
      contents.put(file, Arrays.hashCode(Files.readAllBytes(file)));
    }
    return contents;
  }
}
