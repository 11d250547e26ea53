package dev.whence.evaluation;

import java.util.Map;

/** The result of judging scores. */
public interface Evaluation {
  /** Its numbers by name, for reports and JSON; what was not measured has no entry. */
  Map<String, Object> values();
}
