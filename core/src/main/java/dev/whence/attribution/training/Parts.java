package dev.whence.attribution.training;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a method makes for each of its models. */
final class Parts {
  private Parts() {
  }

  /** Makes what belongs to one model, counted from 0. */
  @FunctionalInterface
  interface Maker<T> {
    T make(int model) throws IOException;
  }

  /** One part per model, in order; where one cannot be made, those before it are closed. */
  static <T extends Closeable> List<T> of(int models, Maker<T> maker) throws IOException {
    var made = new ArrayList<T>();
    try {
      for (int model = 0; model < models; model++) {
        made.add(maker.make(model));
      }
      return List.copyOf(made);
    } finally {
      if (made.size() < models) {
        close(made);
      }
    }
  }

  /** Closes all. */
  static void close(List<? extends Closeable> parts) throws IOException {
    for (Closeable part : parts) {
      part.close();
    }
  }
}
