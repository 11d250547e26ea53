package dev.whence.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@code tools/export.py} noted in the archive, in {@code extra/whence.json}.
 *
 * @param text the whole record as JSON text
 * @param torch the PyTorch that exported, such as {@code 2.13.0}; empty if not noted
 * @param lossName the loss the exporter was told; empty if not noted
 * @param logitsName the output that holds the logits; empty if not noted
 * @param initial parameter name → its initial distribution as JSON text, such as {@code {"kind":"uniform","low":…,"high":…}}
 * @param batchAxes input name → the axis that counts examples; inputs without such an axis are absent
 */
public record ExportRecord(String text, String torch, String lossName, String logitsName,
    Map<String, String> initial, Map<String, Integer> batchAxes) {
  /** Copies. */
  public ExportRecord {
    Objects.requireNonNull(text);
    Objects.requireNonNull(torch);
    Objects.requireNonNull(lossName);
    Objects.requireNonNull(logitsName);
    initial = Collections.unmodifiableMap(new LinkedHashMap<>(initial));
    batchAxes = Collections.unmodifiableMap(new LinkedHashMap<>(batchAxes));
  }

  /** Whether the graph was exported in training mode, with whatever training alone does. */
  public boolean isOfTraining() {
    return text.replace(" ", "").contains("\"mode\":\"training\"");
  }

  /** The loss the exporter was told, such as {@code cross-entropy}. */
  public Optional<String> loss() {
    return lossName.isEmpty() ? Optional.empty() : Optional.of(lossName);
  }

  /** The output that holds the logits. */
  public Optional<String> logits() {
    return logitsName.isEmpty() ? Optional.empty() : Optional.of(logitsName);
  }
}
