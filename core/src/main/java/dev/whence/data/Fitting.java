package dev.whence.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Learns from a spec's rows what its mappings leave open, in one pass over the file. */
final class Fitting {
  private final DataSpec spec;
  private final MemoryBudget budget;
  private final Map<Part, PartStatistics> statistics = new LinkedHashMap<>();

  Fitting(DataSpec spec) {
    this.spec = spec;
    this.budget = new MemoryBudget(spec.limits().memory());
  }

  static boolean isNeeded(DataSpec spec) {
    return spec.columns().values().stream().anyMatch(Source::isOpen);
  }

  /** The same spec with nothing open. */
  DataSpec run(RecordReader reader) throws IOException {
    var names = new FieldNames(Place.of(spec.path()), reader.fields(), reader.advice());
    int capacity = (int) Math.min(Integer.MAX_VALUE / 2, Math.max(1, spec.limits().memory() / 8));
    for (Source source : spec.columns().values()) {
      for (Part part : source.parts()) {
        if (part.mapping().isOpen()) {
          statistics.put(part, new PartStatistics(part, names.find(part.from()), budget, capacity));
        }
      }
    }
    var used = new TreeSet<Integer>();
    statistics.values().forEach(each -> used.addAll(each.fields()));
    reader.begin(List.copyOf(used));
    for (long record = 0; record <= spec.rows().last() && reader.next(); record++) {
      if (spec.rows().contains(record)) {
        for (PartStatistics each : statistics.values()) {
          each.take(reader);
        }
      }
    }
    DataSpec learned = spec;
    for (var entry : spec.columns().entrySet()) {
      learned = learned.withColumn(entry.getKey(), learned(entry.getValue(), reader.fields()));
    }
    return learned;
  }

  private Source learned(Source source, List<String> names) throws DataException {
    var parts = new ArrayList<Part>();
    for (Part part : source.parts()) {
      PartStatistics found = statistics.get(part);
      try {
        parts.add(found == null ? part : found.learned(names));
      } catch (DataException e) {
        throw e.at(Place.of(spec.path()));
      }
    }
    return source.of(parts);
  }
}
