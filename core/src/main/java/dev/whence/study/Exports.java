package dev.whence.study;

import dev.whence.run.Registry;
import dev.whence.score.ScoreExporter;
import dev.whence.score.ScoreMatrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores written for other tools.
 *
 * @param folder where they lie, as METHOD.FORMAT
 */
record Exports(Path folder) {
  /** Writes the scores of a method in a format, in place of what was there, and returns the file. */
  Path write(String method, ScoreMatrix scores, ScoreExporter format) throws IOException {
    Path file = file(method, format);
    format.export(scores, file);
    return file;
  }

  /** Writes the scores of a method anew in the formats that are there, and returns the files by their names in the run's folder. */
  List<String> renew(String method, ScoreMatrix scores) throws IOException {
    var renewed = new ArrayList<String>();
    var formats = Registry.of(ScoreExporter.class, "export format");
    for (String name : formats.names()) {
      ScoreExporter format = formats.get(name);
      if (Files.exists(file(method, format))) {
        renewed.add("exports/" + write(method, scores, format).getFileName());
      }
    }
    return renewed;
  }

  private Path file(String method, ScoreExporter format) {
    return folder.resolve(method + "." + format.extension());
  }
}
