package dev.whence.app.report;

import dev.whence.study.Pixels;
import dev.whence.study.Report.Content;
import dev.whence.study.Report.Example;

/** Draws what an example looks like. */
final class Examples {
  private static final int SMALL = 128;

  private Examples() {
  }

  /** The example's picture, text or row; {@code size} is a class of the style sheet. */
  static void draw(Markup html, Example example, String size) {
    switch (example.content()) {
      case Content.Picture(var pixels) -> picture(html, pixels, description(example), size);
      case Content.Passage(var text) -> html.leaf("p", text, "class", "passage " + size, "dir", "auto");
      case Content.Row row -> {
        html.open("dl", "class", "row " + size);
        row.values()
            .forEach((column, value) -> html.open("div").leaf("dt", column).leaf("dd", value).close("div"));
        html.close("dl");
      }
    }
  }

  /** A picture whose pixels stay crisp when it is smaller than its place. */
  static void picture(Markup html, Pixels pixels, String alternative, String size) {
    boolean crisp = pixels.width() < SMALL && pixels.height() < SMALL;
    html.empty("img", "src", Png.dataUri(pixels), "alt", alternative, "class", crisp ? size + " crisp" : size,
        "width",
        String.valueOf(pixels.width()), "height", String.valueOf(pixels.height()));
  }

  static boolean isPicture(Example example) {
    return example.content() instanceof Content.Picture;
  }

  private static String description(Example example) {
    return example.label().isEmpty() ? example.id() : example.id() + ", labelled " + example.label();
  }
}
