package dev.whence.app.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML and SVG: every text and every attribute's value is escaped, every element opened is closed by its own
 * name. Not safe for several threads.
 */
final class Markup {
  private final StringBuilder text = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Opens an element. Attributes are pairs of name and value; a pair whose value is empty is left out. */
  Markup open(String element, String... attributes) {
    tag(element, attributes);
    text.append('>');
    open.push(element);
    return this;
  }

  /** An element without content. */
  Markup empty(String element, String... attributes) {
    tag(element, attributes);
    text.append(svg(element) ? "/>" : ">");
    return this;
  }

  /** Text content. */
  Markup text(String content) {
    escape(content, text);
    return this;
  }

  /** Sentences in which what stands between backticks is code. */
  Markup prose(String sentences) {
    String[] parts = sentences.split("`", -1);
    for (int i = 0; i < parts.length; i++) {
      if (i % 2 == 1 && i < parts.length - 1) {
        leaf("code", parts[i]);
      } else {
        text(i % 2 == 1 ? "`" + parts[i] : parts[i]);
      }
    }
    return this;
  }

  /** An element with text content and nothing else. */
  Markup leaf(String element, String content, String... attributes) {
    return open(element, attributes).text(content).close(element);
  }

  /** Closes the innermost element, which must be this one. */
  Markup close(String element) {
    String innermost = open.isEmpty() ? "nothing" : open.pop();
    if (!innermost.equals(element)) {
      throw new IllegalStateException("closes <" + element + "> where <" + innermost + "> is open");
    }
    text.append("</").append(element).append('>');
    if (block(element)) {
      text.append('\n');
    }
    return this;
  }

  /** Text that is markup already: this program's own style sheet, never data. */
  Markup raw(String own) {
    text.append(own);
    return this;
  }

  /** What was written. @throws IllegalStateException if an element is still open */
  String finish() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("<" + open.peek() + "> is still open");
    }
    return text.toString();
  }

  private void tag(String element, String... attributes) {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException(
          "attributes of <" + element + "> must be pairs, got " + attributes.length);
    }
    text.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      if (!attributes[i + 1].isEmpty() || attributes[i].equals("alt")) {
        text.append(' ').append(attributes[i]).append("=\"");
        escape(attributes[i + 1], text);
        text.append('"');
      }
    }
  }

  private static boolean svg(String element) {
    return switch (element) {
      case "circle", "line", "rect", "path" -> true;
      default -> false;
    };
  }

  private static boolean block(String element) {
    return switch (element) {
      case "section", "article", "header", "div", "li", "tr", "figure", "svg", "p", "style", "head" -> true;
      default -> false;
    };
  }

  private static void escape(String content, StringBuilder into) {
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      switch (c) {
        case '&' -> into.append("&amp;");
        case '<' -> into.append("&lt;");
        case '>' -> into.append("&gt;");
        case '"' -> into.append("&quot;");
        case '\'' -> into.append("&#39;");
        case '\n', '\t' -> into.append(c);
        default -> into.append(c < ' ' || c == 0x7f ? '\ufffd' : c);
      }
    }
  }
}
