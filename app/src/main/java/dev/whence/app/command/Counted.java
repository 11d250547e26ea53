package dev.whence.app.command;

/** A number with its noun. */
final class Counted {
  private Counted() {
  }

  /** {@code 1 model}, {@code 3 models}. */
  static String of(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
