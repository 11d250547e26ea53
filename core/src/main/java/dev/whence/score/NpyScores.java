package dev.whence.score;

import dev.whence.run.AtomicFiles;
import dev.whence.run.Json;
import dev.whence.run.LittleEndian;
import dev.whence.run.Named;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * NumPy's format, {@code [targets, sources]} of float32; ids, semantics and provenance as {@code NAME.json} beside it,
 * standard errors, if any, as {@code NAME.errors.npy}.
 */
@Named("npy")
public record NpyScores() implements ScoreExporter {
  @Override
  public String extension() {
    return "npy";
  }

  /** @throws IllegalArgumentException if some scores were not evaluated: NPY cannot say so */
  @Override
  public void export(ScoreMatrix scores, Path file) throws IOException {
    if (!scores.isComplete()) {
      throw new IllegalArgumentException(
          "some scores were not evaluated, which NPY cannot express; export to csv, safetensors or parquet");
    }
    AtomicFiles.writeText(sibling(file, ".json"), Json.pretty(head(scores).values()));
    if (scores.hasStandardErrors()) {
      AtomicFiles.write(sibling(file, ".errors.npy"), part -> write(part, scores, true));
    }
    AtomicFiles.write(file, part -> write(part, scores, false));
  }

  static ScoreHead head(ScoreMatrix scores) {
    return new ScoreHead(scores.targets(), scores.sources(), scores.semantics(), scores.provenance(),
        scores.hasStandardErrors());
  }

  /** The file beside it whose name ends otherwise. */
  static Path sibling(Path file, String end) {
    String name = String.valueOf(file.getFileName());
    return file.resolveSibling(name.replaceFirst("\\.(npy|csv)$", "") + end);
  }

  private static void write(Path part, ScoreMatrix scores, boolean errors) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 20)) {
      out.write(header(scores.targets().size(), scores.sources().size()));
      for (int target = 0; target < scores.targets().size(); target++) {
        LittleEndian.write(out, errors ? errors(scores, target) : scores.row(target));
      }
    }
  }

  static float[] errors(ScoreMatrix scores, int target) {
    float[] errors = new float[scores.sources().size()];
    for (int source = 0; source < errors.length; source++) {
      errors[source] = (float) scores.standardError(target, source).orElseThrow();
    }
    return errors;
  }

  /** Magic, version 1.0, u16 length, a Python dictionary padded by spaces so that data begin at a multiple of 64. */
  private static byte[] header(int rows, int columns) {
    String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + rows + ", " + columns
        + "), }";
    int length = (10 + dictionary.length() + 1 + 63) / 64 * 64 - 10;
    String text = dictionary + " ".repeat(length - dictionary.length() - 1) + "\n";
    String start = "\u0093NUMPY\u0001\u0000" + (char) (length & 255) + (char) (length >> 8);
    return (start + text).getBytes(StandardCharsets.ISO_8859_1);
  }
}
