package dev.whence.graph.pt2;

import dev.whence.graph.CorruptModelException;
import dev.whence.graph.Extent;
import dev.whence.graph.UnsupportedModelException;
import dev.whence.torch.DType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Element types, layouts and sizes as the archive's schema numbers and writes them. */
final class Meta {
  private static final Pattern SYMBOL = Pattern.compile("Symbol\\('(\\w{1,64})'[^)]{0,100}\\)");
  private static final Pattern INTEGER = Pattern.compile("Integer\\((-?\\d{1,18})\\)");
  private static final Pattern PLAIN = Pattern.compile("[a-z]+\\d+");
  private static final int LONGEST = 4096;

  private final Map<String, long[]> ranges;

  Meta(Map<String, long[]> ranges) {
    this.ranges = Map.copyOf(ranges);
  }

  static DType dtype(Member number) throws IOException {
    int code = (int) number.integer();
    return switch (code) {
      case 1 -> DType.UINT8;
      case 2 -> DType.INT8;
      case 3 -> DType.INT16;
      case 4 -> DType.INT32;
      case 5 -> DType.INT64;
      case 6 -> DType.FLOAT16;
      case 7 -> DType.FLOAT32;
      case 8 -> DType.FLOAT64;
      case 10 -> DType.COMPLEX64;
      case 11 -> DType.COMPLEX128;
      case 12 -> DType.BOOL;
      case 13 -> DType.BFLOAT16;
      default -> throw new UnsupportedModelException(number.path() + ": element type " + code
          + " is not supported; export the model with float, bfloat16, int, bool or complex64 tensors");
    };
  }

  /** libtorch's own number of a memory layout. */
  static long layout(Member number) throws IOException {
    return switch ((int) number.integer()) {
      case 7 -> 0;
      case 1, 2, 3, 4, 5, 6 ->
        throw new UnsupportedModelException(
            number.path() + ": sparse layouts are not supported; use to_dense()");
      default -> throw number.wrong("a layout");
    };
  }

  /** libtorch's own number of a memory format. */
  static long memoryFormat(Member number) throws IOException {
    return switch ((int) number.integer()) {
      case 1 -> 0;
      case 2 -> 2;
      case 3 -> 3;
      case 4 -> 1;
      default -> throw number.wrong("a memory format");
    };
  }

  /** A tensor's extents, with symbols where the caller decides. */
  List<Extent> sizes(Member meta) throws IOException {
    var sizes = new ArrayList<Extent>();
    for (Member size : meta.at("sizes").items()) {
      sizes.add(extent(size));
    }
    return List.copyOf(sizes);
  }

  /** What is not used of a tensor's description must be of its kind all the same: a file that errs there errs elsewhere. */
  static void requireKinds(Member meta) throws IOException {
    meta.at("dtype").integer();
    if (meta.find("requires_grad").isPresent()) {
      meta.at("requires_grad").flag();
    }
    if (meta.find("strides").isPresent()) {
      meta.at("strides").items();
    }
    if (meta.find("layout").isPresent()) {
      meta.at("layout").integer();
    }
  }

  /** Numbers only, as weights have them. */
  static long[] fixed(List<Member> items) throws IOException {
    long[] values = new long[items.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = items.get(i).at("as_int").integer();
      if (values[i] < 0) {
        throw items.get(i).wrong("at least 0");
      }
    }
    return values;
  }

  private Extent extent(Member size) throws IOException {
    var tag = size.tagged();
    return switch (tag.getKey()) {
      case "as_int" -> new Extent.Fixed(tag.getValue().integer());
      case "as_expr" -> expression(tag.getValue().at("expr_str").text(), size.path());
      default -> throw size.wrong("a size");
    };
  }

  private Extent expression(String text, String path) throws CorruptModelException {
    if (text.length() > LONGEST) {
      throw new CorruptModelException(path + " has an expression of " + text.length() + " characters");
    }
    String readable = INTEGER.matcher(SYMBOL.matcher(text).replaceAll("$1")).replaceAll("$1");
    var symbols = new LinkedHashSet<String>();
    var matcher = PLAIN.matcher(readable);
    while (matcher.find()) {
      symbols.add(matcher.group());
    }
    if (symbols.contains(readable)) {
      long[] range = ranges.getOrDefault(readable, new long[]{0, Long.MAX_VALUE});
      return new Extent.Symbolic(readable, range[0], range[1]);
    }
    return new Extent.Expression(readable, List.copyOf(symbols));
  }
}
