package dev.whence.data;

import java.util.Map;

/**
 * Which format a file is read as, and that format's own options.
 *
 * @param name such as {@code csv}; {@code auto} to tell by the file's extension or folder
 * @param options by name, such as {@code delimiter}; each format says which it knows
 */
public record FormatChoice(String name, Map<String, String> options) {
  /** By extension or folder, no options. */
  public static final FormatChoice AUTO = new FormatChoice("auto", Map.of());

  /** Copies. */
  public FormatChoice {
    options = Map.copyOf(options);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("format must have a name, such as csv, or be auto");
    }
  }
}
