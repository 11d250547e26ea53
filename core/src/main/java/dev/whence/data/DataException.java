package dev.whence.data;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A data file is not what it should be. The message says where, what is wrong and the way out. */
public final class DataException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final Place NOWHERE = new Place("", 0, -1, "");

  private final transient Place place;
  private final String problem;

  /** What is wrong with a value, before anyone knows where it stood: {@link #at} adds that. */
  public DataException(String problem) {
    this(NOWHERE, problem, null);
  }

  /** What is wrong, and where. */
  public DataException(Place place, String problem) {
    this(place, problem, null);
  }

  /** What is wrong, where, and what reported it. */
  public DataException(Place place, String problem, @Nullable Throwable cause) {
    super(place.equals(NOWHERE) ? problem : place + ": " + problem, cause);
    this.place = Objects.requireNonNull(place);
    this.problem = Objects.requireNonNull(problem);
  }

  /** File, line, row and column, as far as they are known. */
  public Place place() {
    return place;
  }

  /** The message without the place. */
  public String problem() {
    return problem;
  }

  /** Itself where the place is known already, else the same problem at this place. */
  public DataException at(Place where) {
    return place.equals(NOWHERE) ? new DataException(where, problem, getCause()) : this;
  }
}
