package dev.whence.study;

import dev.whence.run.AtomicFiles;
import dev.whence.run.CorruptStoreException;
import dev.whence.run.Json;
import dev.whence.score.Calibration;
import dev.whence.score.ScoreMatrix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The calibrations a run's evaluation measured, kept in its folder by method. Each is tied to the very scores it was measured
 * of: scores made otherwise since then have none.
 */
record Calibrations(Map<String, Kept> byMethod) {
  /** A calibration and what tells the scores it belongs to. */
  record Kept(Calibration calibration, String scores) {
  }

  /** What the file holds; none where it is missing. @throws CorruptStoreException if it is not what was written */
  static Calibrations read(Path file) throws IOException {
    var found = new LinkedHashMap<String, Kept>();
    if (Files.exists(file)) {
      try {
        Json.parse(Files.readString(file)).forEach((name, value) -> found.put(name,
            new Kept(Calibration.of((Map<?, ?>) value), String.valueOf(((Map<?, ?>) value).get("scores")))));
      } catch (IllegalArgumentException | ClassCastException thrown) {
        var corrupt = new CorruptStoreException(file, "it holds no calibrations (" + thrown.getMessage()
            + "); delete it and evaluate again");
        corrupt.initCause(thrown);
        throw corrupt;
      }
    }
    return new Calibrations(found);
  }

  /** Keeps the calibrations of these scores, and of other methods what is there. */
  static void write(Path file, Map<String, Calibration> measured, Map<String, ScoreMatrix> scores)
      throws IOException {
    var all = new LinkedHashMap<>(read(file).byMethod());
    scores.forEach((name, matrix) -> {
      Calibration calibration = measured.get(name);
      if (calibration == null) {
        all.remove(name);
      } else {
        all.put(name, new Kept(calibration, digest(matrix)));
      }
    });
    var values = new LinkedHashMap<String, Object>();
    all.forEach((name, kept) -> {
      var entry = new LinkedHashMap<>(kept.calibration().values());
      entry.put("scores", kept.scores());
      values.put(name, entry);
    });
    AtomicFiles.writeText(file, Json.pretty(values));
  }

  /** The scores in the unit of the measurement where their scale was measured, else as they are; closing either closes both. */
  ScoreMatrix apply(String method, ScoreMatrix scores) {
    return Optional.ofNullable(byMethod.get(method)).filter(kept -> kept.scores().equals(digest(scores)))
        .map(kept -> scores.calibrated(kept.calibration())).orElse(scores);
  }

  private static String digest(ScoreMatrix scores) {
    byte[] made = scores.provenance().json(Optional.empty()).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(made).toString();
  }
}
