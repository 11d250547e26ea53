package dev.whence.score;

import dev.whence.run.AtomicFiles;
import dev.whence.run.Csv;
import dev.whence.run.Json;
import dev.whence.run.Named;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Comma-separated values in UTF-8: a header of {@code target} and the sources' ids in order, then a line for each target in
 * order, its id first; an absent score is an empty cell. Quoted as RFC 4180 says, lines end in LF, numbers are the shortest
 * that read back to the same float32. Ids, semantics and provenance as {@code NAME.json} beside it, standard errors, if any,
 * as {@code NAME.errors.csv} of the same shape.
 */
@Named("csv")
public record CsvScores() implements ScoreExporter {
  @Override
  public String extension() {
    return "csv";
  }

  @Override
  public void export(ScoreMatrix scores, Path file) throws IOException {
    AtomicFiles.writeText(NpyScores.sibling(file, ".json"), Json.pretty(NpyScores.head(scores).values()));
    if (scores.hasStandardErrors()) {
      AtomicFiles.write(NpyScores.sibling(file, ".errors.csv"), part -> write(part, scores, true));
    }
    AtomicFiles.write(file, part -> write(part, scores, false));
  }

  private static void write(Path file, ScoreMatrix scores, boolean errors) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      out.write("target");
      for (String id : scores.sources().ids()) {
        out.write("," + Csv.cell(id));
      }
      out.write("\n");
      List<String> targets = scores.targets().ids();
      for (int target = 0; target < targets.size(); target++) {
        out.write(Csv.cell(targets.get(target)));
        for (int source = 0; source < scores.sources().size(); source++) {
          out.write("," + cell(scores, target, source, errors));
        }
        out.write("\n");
      }
    }
  }

  private static String cell(ScoreMatrix scores, int target, int source, boolean errors) {
    if (!scores.has(target, source)) {
      return "";
    }
    return Float.toString(errors
        ? (float) scores.standardError(target, source).orElseThrow()
        : scores.score(target, source));
  }
}
