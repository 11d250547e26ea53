package dev.whence.app.report;

import dev.whence.study.Pixels;
import dev.whence.study.Report.Cell;
import dev.whence.study.Report.Content;
import dev.whence.study.Report.Example;
import java.util.List;

/** Draws what an example looks like. */
final class Examples {
  private static final int SMALL = 128;
  /** Characters at the end of a name that are never cut. */
  private static final int KEPT = 9;

  private Examples() {
  }

  /** The example's picture, text or row; {@code size} is a class of the style sheet. */
  static void draw(Markup html, Example example, String size) {
    switch (example.content()) {
      case Content.Picture(var pixels) -> picture(html, pixels, description(example), size);
      case Content.Passage(var text) -> html.leaf("p", text, "class", "passage " + size, "dir", "auto");
      case Content.Compared compared -> {
        html.open("div", "class", "compared");
        cells(html, "Alike", "alike", compared.alike());
        cells(html, "Differs", "differs", compared.differing());
        html.close("div");
      }
      case Content.Row row -> {
        html.open("dl", "class", "row " + size);
        row.values()
            .forEach((column, value) -> html.open("div").leaf("dt", column).leaf("dd", value).close("div"));
        html.close("dl");
      }
    }
  }

  /** Columns of a source, the target's value behind each that is not the same in print. */
  private static void cells(Markup html, String name, String kind, List<Cell> cells) {
    if (cells.isEmpty()) {
      return;
    }
    html.open("dl", "class", "cells " + kind).leaf("dt", name).open("dd");
    for (Cell cell : cells) {
      html.open("span", "class", "cell").leaf("span", cell.column(), "class", "column")
          .text(" " + cell.value());
      if (!cell.value().equals(cell.target())) {
        html.leaf("span", " (target " + cell.target() + ")", "class", "quiet");
      }
      html.close("span").text(" ");
    }
    html.close("dd").close("dl");
  }

  /** A name that is cut in the middle where there is no room, and whole where the pointer rests. */
  static void id(Markup html, String element, String before, String id) {
    int end = Math.max(0, id.length() - KEPT);
    if (end > 0 && Character.isLowSurrogate(id.charAt(end))) {
      end--;
    }
    html.open(element, "class", "id", "title", id);
    String head = before + id.substring(0, end);
    if (!head.isEmpty()) { // an empty part would lift the other off its line
      html.leaf("span", head, "class", "head");
    }
    html.leaf("span", id.substring(end), "class", "tail").close(element);
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
