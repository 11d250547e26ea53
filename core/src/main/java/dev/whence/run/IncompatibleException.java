package dev.whence.run;

import java.nio.file.Path;
import java.util.Map;

/** A file that is sound, but was made for something else or by another version; the message says both and the way out. */
public final class IncompatibleException extends StoreException {
  private static final long serialVersionUID = 1L;

  /** A whole sentence. */
  public IncompatibleException(String message) {
    super(message);
  }

  /**
   * Compares what a file was made for with what is given now.
   *
   * @param file the file
   * @param built name → digest recorded in the file
   * @param given name → digest at hand; names not given are not compared
   * @throws IncompatibleException naming the first difference with both digests
   */
  public static void check(Path file, Map<String, String> built, Map<String, String> given)
      throws IncompatibleException {
    for (Map.Entry<String, String> wanted : given.entrySet()) {
      String found = built.get(wanted.getKey());
      if (!wanted.getValue().equals(found)) {
        throw new IncompatibleException(
            file + " was built "
                + (found == null
                    ? "without " + wanted.getKey()
                    : "for " + wanted.getKey() + " "
                        + brief(found))
                + ", but " + wanted.getKey() + " " + brief(wanted.getValue())
                + " was given; rebuild it with --overwrite");
      }
    }
  }

  private static String brief(String digest) {
    return digest.length() <= 16 ? digest : digest.substring(0, 12) + "…";
  }
}
