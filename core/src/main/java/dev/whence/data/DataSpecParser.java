package dev.whence.data;

import dev.whence.torch.DType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the {@code data} part of a run file. */
final class DataSpecParser {
  private static final Set<String> SOURCE = Set.of("from", "dtype", "shape", "scale", "shift", "mean", "std",
      "length", "padding", "truncate", "resize", "crop", "interpolation", "exif");
  private static final Set<String> COLUMN = Stream.concat(SOURCE.stream(), PartParser.KEYS.stream())
      .collect(Collectors.toUnmodifiableSet());
  private static final Set<String> LABEL = Set.of("from", "type", "classes", "dtype", "shape", "scale",
      "shift",
      "mean", "std", "length", "padding", "truncate");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(k|m|g|t)?i?b?",
      Pattern.CASE_INSENSITIVE);

  private final Path folder;

  DataSpecParser(Path folder) {
    this.folder = folder;
  }

  DataSpec parse(Map<String, ?> settings) {
    var keys = new Keys("data", settings,
        Set.of("path", "format", "columns", "label", "id", "text", "rows", "limits"));
    if (!keys.has("path")) {
      throw new IllegalArgumentException("data.path is missing; it names the file or folder to read");
    }
    var columns = new LinkedHashMap<String, Source>();
    if (keys.has("columns")) {
      Map<String, ?> named = Keys.map("data.columns", keys.get("columns"));
      Keys section = new Keys("data.columns", named, named.keySet());
      named.keySet().forEach(name -> columns.put(name, column(section, name)));
    }
    return new DataSpec(folder.resolve(keys.text("path", "")), format(keys), columns, label(keys),
        keys.text("id", ""), keys.text("text", ""), Rows.parse(keys.text("rows", "..")), limits(keys));
  }

  private static FormatChoice format(Keys keys) {
    if (!(keys.get("format") instanceof Map<?, ?> map)) {
      return new FormatChoice(keys.text("format", FormatChoice.AUTO.name()), Map.of());
    }
    var options = new HashMap<String, String>();
    map.forEach((key, value) -> options.put(String.valueOf(key), String.valueOf(value)));
    String name = options.remove("name");
    return new FormatChoice(name == null ? FormatChoice.AUTO.name() : name, options);
  }

  private static Source column(Keys columns, String name) {
    String where = "data.columns." + name;
    boolean section = columns.get(name) instanceof Map;
    Keys keys = section ? columns.section(name, COLUMN) : new Keys(where, Map.of(), COLUMN);
    Object given = section ? keys.get("from") : columns.get(name);
    List<Part> parts = PartParser.parts(where, given, List.of(name), keys);
    List<String> from = List.of(name);
    if (!parts.isEmpty()) {
      from = parts.stream().flatMap(part -> part.from().stream()).toList();
    } else if (given != null) {
      from = section ? keys.texts("from") : columns.texts(name);
    }
    return source(where, from, DType.FLOAT32, keys, parts);
  }

  private static Source source(String where, List<String> from, DType usual, Keys keys) {
    return source(where, from, usual, keys, List.of());
  }

  private static Label label(Keys data) {
    if (!data.has("label") || "".equals(data.get("label"))) { // a key left empty in YAML: there is none
      return Label.none();
    }
    if (!(data.get("label") instanceof Map)) {
      return Label.open(data.text("label", ""));
    }
    Keys keys = data.section("label", LABEL);
    List<String> from = keys.has("from") ? keys.texts("from") : List.of(Datasets.LABEL);
    if (!keys.has("type") && !keys.has("classes")) {
      return open(keys, from);
    }
    String type = keys.text("type", "class");
    return switch (type) {
      case "class" -> classes(keys, from);
      case "number" -> new Label.Values(source("data.label", from, DType.FLOAT32, keys));
      case "tokens" -> new Label.Values(source("data.label", from, DType.INT64, keys));
      case "none" -> Label.none();
      default -> throw new IllegalArgumentException(
          Keys.unknown("data.label.type: unknown type", type, List.of("class", "number", "tokens", "none")));
    };
  }

  private static Label open(Keys keys, List<String> from) {
    Source numbers = source("data.label", from, DType.FLOAT32, keys);
    boolean shifted = !numbers.normalization().equals(Normalization.NONE);
    return new Label.Open(numbers, shifted ? numbers : source("data.label", from, DType.INT64, keys),
        Label.Kind.CLASS);
  }

  private static Label classes(Keys keys, List<String> from) {
    for (String key : LABEL) {
      if (keys.has(key) && !Set.of("from", "type", "classes").contains(key)) {
        throw new IllegalArgumentException("data.label." + key
            + " has no meaning for classes; remove it, or state type: number or type: tokens");
      }
    }
    if (from.size() != 1) {
      throw new IllegalArgumentException("data.label.from must be one column for classes, got " + from);
    }
    return new Label.Classes(from.getFirst(), keys.texts("classes"));
  }

  private static Source source(String where, List<String> from, DType usual, Keys keys, List<Part> parts) {
    if (keys.has("classes")) {
      throw new IllegalArgumentException(where + ".classes needs type: class");
    }
    Normalization none = Normalization.NONE;
    int length = Math.toIntExact(keys.whole("length", 0));
    DType dtype = dtype(where, keys.text("dtype", (length > 0 ? DType.INT64 : usual).name()));
    try {
      var normalization = new Normalization(keys.numbers("scale", none.scale()),
          keys.numbers("shift", none.shift()),
          keys.numbers("mean", none.mean()), keys.numbers("std", none.std()));
      var padding = new Padding(length, keys.whole("padding", 0), keys.flag("truncate", false));
      return new Source(from, dtype, keys.wholes("shape"), normalization, padding, fit(where, keys), parts);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith("data.") ? e : new IllegalArgumentException(where + ": " + message, e);
    }
  }

  private static ImageFit fit(String where, Keys keys) {
    var usual = ImageFit.NONE;
    String name = keys.text("interpolation", usual.interpolation().name());
    ImageFit.Interpolation interpolation = Arrays.stream(ImageFit.Interpolation.values())
        .filter(known -> known.name().equalsIgnoreCase(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            Keys.unknown(where + ".interpolation: unknown kind", name,
                Arrays.stream(ImageFit.Interpolation.values())
                    .map(known -> known.name().toLowerCase(Locale.ROOT)).toList())));
    return new ImageFit(sides(keys, "resize"), sides(keys, "crop"), interpolation,
        keys.flag("exif", usual.upright()));
  }

  private static List<Integer> sides(Keys keys, String key) {
    return keys.wholes(key).stream().map(side -> Math.toIntExact(Math.clamp(side, -1L, 1L << 30))).toList();
  }

  private static DType dtype(String where, String name) {
    List<DType> known = Arrays.stream(DType.values()).filter(dtype -> !dtype.isComplex()).toList();
    for (DType dtype : known) {
      if (dtype.name().equalsIgnoreCase(name)) {
        return dtype;
      }
    }
    throw new IllegalArgumentException(Keys.unknown(where + ".dtype: unknown type", name,
        known.stream().map(dtype -> dtype.name().toLowerCase(Locale.ROOT)).toList()));
  }

  private static DataLimits limits(Keys data) {
    var usual = new DataLimits();
    if (!data.has("limits")) {
      return usual;
    }
    Keys keys = data.section("limits", Set.of("memory", "pixels", "record"));
    return new DataLimits(bytes(keys, "memory", usual.memory()), keys.whole("pixels", usual.pixels()),
        (int) Math.min(Integer.MAX_VALUE / 2, bytes(keys, "record", usual.record())));
  }

  private static long bytes(Keys keys, String key, long otherwise) {
    if (!keys.has(key)) {
      return otherwise;
    }
    String text = keys.text(key, "").strip();
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw keys.wrong(key, "a number of bytes, such as 4GB", text);
    }
    String unit = matcher.group(2);
    int power = unit == null ? 0 : "kmgt".indexOf(unit.toLowerCase(Locale.ROOT)) + 1;
    return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * power));
  }
}
