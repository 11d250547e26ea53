package dev.whence.data;

import java.util.List;

/** The names of a data set's examples. */
sealed interface Ids {
  String of(long row);

  /** Numbers from a first one on. */
  record Counted(long first) implements Ids {
    @Override
    public String of(long row) {
      return Long.toString(first + row);
    }
  }

  /** Names from the file or the caller. */
  record Named(List<String> names) implements Ids {
    @Override
    public String of(long row) {
      return names.get((int) row);
    }
  }
}
