package dev.whence.data;

import dev.whence.torch.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.LongStream;

/** Data sets from files and from code. */
public final class Datasets {
  /** The column that holds what a model should predict. */
  public static final String LABEL = "label";

  private Datasets() {
  }

  /**
   * Reads a file into memory outside the heap. Nothing on disk is changed.
   *
   * @throws DataException if the file is not what the spec says; the message gives file, line and column
   * @throws IllegalArgumentException if the spec asks for a format or an option nobody knows
   */
  public static Dataset read(DataSpec spec) throws IOException {
    return Fitting.isNeeded(spec) ? readFitted(fitted(spec)) : readFitted(spec);
  }

  /**
   * The spec with everything stated that it leaves to be learned from its rows: categories, what stands in for missing values,
   * means and deviations. Reads the file once if there is something to learn.
   *
   * @throws DataException as {@link #read}
   */
  public static DataSpec fitted(DataSpec spec) throws IOException {
    if (!Fitting.isNeeded(spec)) {
      return spec;
    }
    try (RecordReader reader = open(spec)) {
      return new Fitting(spec).run(reader);
    }
  }

  private static Dataset readFitted(DataSpec spec) throws IOException {
    try (RecordReader reader = open(spec)) {
      return new Ingest(spec, reader).run();
    } catch (OutOfMemoryError e) {
      throw new DataException(Place.of(spec.path()), "reading took more memory than the JVM has ("
          + Runtime.getRuntime().maxMemory() / 1_000_000
          + " MB); take fewer rows or give the JVM more with -Xmx", e);
    }
  }

  /**
   * Names of a file's columns, in order.
   *
   * @throws DataException if the file is not what its format asks for
   */
  public static List<String> fields(DataSpec spec) throws IOException {
    try (RecordReader reader = open(spec)) {
      return List.copyOf(reader.fields());
    }
  }

  private static RecordReader open(DataSpec spec) throws IOException {
    if (!Files.exists(spec.path())) {
      throw new DataException(Place.of(spec.path()), "there is no such file or folder; check data.path");
    }
    DatasetFormat format = format(spec);
    for (String option : spec.format().options().keySet()) {
      if (!format.options().contains(option)) {
        throw new IllegalArgumentException(
            Keys.unknown("format '" + format.name() + "': unknown option", option, format.options()));
      }
    }
    return format.open(spec.path(), spec.format().options(), spec.limits());
  }

  /** A data set from arrays. */
  public static DatasetBuilder builder() {
    return new DatasetBuilder();
  }

  /** Names of the formats on the class path, in the order they are asked. */
  public static List<String> formats() {
    return all().stream().map(DatasetFormat::name).toList();
  }

  /**
   * The same examples under other labels, or with labels where they have none. The fingerprint is another one.
   *
   * @param dtype of the column {@link #LABEL}
   * @param values a row for each example, row-major over the label's shape
   * @param shape of one example's label; none for a number
   * @throws IllegalArgumentException if values and shape do not fit the data set
   */
  public static Dataset labelled(Dataset data, DType dtype, double[][] values, long... shape) {
    return Relabelled.of(data, dtype, values, shape);
  }

  /** The rows first … last−1, for {@link Dataset#select}. */
  public static long[] range(long first, long last) {
    return LongStream.range(first, last).toArray();
  }

  private static List<DatasetFormat> all() {
    var formats = new ArrayList<DatasetFormat>();
    ServiceLoader.load(DatasetFormat.class, DatasetFormat.class.getClassLoader()).forEach(formats::add);
    return formats;
  }

  public static DatasetFormat format(DataSpec spec) throws IOException {
    String name = spec.format().name();
    for (DatasetFormat format : all()) {
      if (name.equals("auto") ? format.reads(spec.path()) : format.name().equals(name)) {
        return format;
      }
    }
    String missing = formats().contains("parquet")
        ? ""
        : "; Parquet is read by the module whence-adapters: add it to the class path";
    if (!name.equals("auto")) {
      throw new IllegalArgumentException(Keys.unknown("unknown format", name, formats()) + missing);
    }
    throw new DataException(Place.of(spec.path()), (Files.isDirectory(spec.path())
        ? "a folder must hold images, one folder a class, or NPY files"
        : "the extension tells no format") + "; state data.format, known: " + formats() + missing);
  }
}
