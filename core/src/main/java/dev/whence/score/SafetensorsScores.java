package dev.whence.score;

import dev.whence.run.AtomicFiles;
import dev.whence.run.Json;
import dev.whence.run.LittleEndian;
import dev.whence.run.Named;
import dev.whence.store.SafetensorsHead;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format. A complete matrix is the tensor {@code scores} [targets, sources] of F32, with
 * {@code standard_errors} of the same shape if any. A matrix with absent scores is written as one entry for each score
 * that was evaluated: {@code target} and {@code source} (I64 positions), {@code score}, {@code standard_error}. Ids,
 * semantics and provenance are JSON under {@code whence} in the metadata.
 */
@Named("safetensors")
public record SafetensorsScores() implements ScoreExporter {
  @Override
  public String extension() {
    return "safetensors";
  }

  @Override
  public void export(ScoreMatrix scores, Path file) throws IOException {
    AtomicFiles.write(file, part -> {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 20)) {
        if (scores.isComplete()) {
          writeDense(out, scores);
        } else {
          writeEntries(out, scores);
        }
      }
    });
  }

  private static SafetensorsHead header(ScoreMatrix scores) {
    return new SafetensorsHead(Map.of("whence", Json.compact(NpyScores.head(scores).values())));
  }

  private static void writeDense(OutputStream out, ScoreMatrix scores) throws IOException {
    List<Long> shape = List.of((long) scores.targets().size(), (long) scores.sources().size());
    var header = header(scores).with("scores", "F32", 4, shape);
    if (scores.hasStandardErrors()) {
      header.with("standard_errors", "F32", 4, shape);
    }
    out.write(header.bytes());
    for (int target = 0; target < scores.targets().size(); target++) {
      LittleEndian.write(out, scores.row(target));
    }
    for (int target = 0; scores.hasStandardErrors() && target < scores.targets().size(); target++) {
      LittleEndian.write(out, NpyScores.errors(scores, target));
    }
  }

  private static void writeEntries(OutputStream out, ScoreMatrix scores) throws IOException {
    long[] count = new long[1];
    forEach(scores, (_, _) -> count[0]++);
    List<Long> shape = List.of(count[0]);
    var header = header(scores).with("target", "I64", 8, shape).with("source", "I64", 8, shape).with(
        "score",
        "F32", 4, shape);
    if (scores.hasStandardErrors()) {
      header.with("standard_error", "F32", 4, shape);
    }
    out.write(header.bytes());
    forEach(scores, (target, _) -> LittleEndian.write(out, (long) target));
    forEach(scores, (_, source) -> LittleEndian.write(out, (long) source));
    forEach(scores, (target, source) -> LittleEndian.write(out, scores.score(target, source)));
    if (scores.hasStandardErrors()) {
      forEach(scores,
          (target, source) -> LittleEndian.write(out,
              (float) scores.standardError(target, source).orElseThrow()));
    }
  }

  private interface Visitor {
    void visit(int target, int source) throws IOException;
  }

  private static void forEach(ScoreMatrix scores, Visitor visitor) throws IOException {
    for (int target = 0; target < scores.targets().size(); target++) {
      for (int source = 0; source < scores.sources().size(); source++) {
        if (scores.has(target, source)) {
          visitor.visit(target, source);
        }
      }
    }
  }
}
