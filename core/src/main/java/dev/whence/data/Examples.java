package dev.whence.data;

import java.util.List;
import java.util.stream.IntStream;

/** A fixed sequence of examples, addressed from 0 and known to users by their ids. Immutable; safe for any thread. */
public interface Examples {
  /** Number of examples. */
  long size();

  /** The name a user knows the example by. */
  String id(long row);

  /** All ids, row by row. */
  default List<String> ids() {
    return IntStream.range(0, Math.toIntExact(size())).mapToObj(this::id).toList();
  }
}
