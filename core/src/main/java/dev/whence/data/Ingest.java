package dev.whence.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a file's records into a data set, as a spec asks. Used once. */
final class Ingest {
  private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);
  private static final int LOGGED = 5;

  private final DataSpec spec;
  private final RecordReader reader;
  private final Place file;
  private final MemoryBudget budget;
  private final List<ColumnIngest> columns = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();
  private final Map<String, Integer> rowsById = new HashMap<>();
  private @Nullable LabelIngest labels;
  private final List<String> texts = new ArrayList<>();
  private final PlaceRuns places;
  private final Map<String, Place> origins = new HashMap<>();
  /** The field whose line is that of the record: the label's, which is blamed most. */
  private int anchor;
  /** Whether an example's id is the path of its file. */
  private boolean pathIds;
  private int idField = -1;
  private int textField = -1;

  Ingest(DataSpec spec, RecordReader reader) {
    this.spec = spec;
    this.reader = reader;
    this.file = Place.of(spec.path());
    this.budget = new MemoryBudget(spec.limits().memory());
    this.places = new PlaceRuns(budget);
  }

  Dataset run() throws IOException {
    bind(new FieldNames(file, reader.fields(), reader.advice()));
    reader.begin(used());
    anchor = labels == null ? used().getFirst() : labels.fields().getFirst();
    long record = 0;
    long kept = 0;
    while (record <= spec.rows().last() && reader.next()) {
      if (spec.rows().contains(record)) {
        take();
        kept++;
      }
      record++;
    }
    checkRows(record, kept);
    return finish(kept);
  }

  private void bind(FieldNames names) throws DataException {
    Map<String, Source> sources = spec.columns().isEmpty() ? onlyColumn() : spec.columns();
    for (var entry : sources.entrySet()) {
      columns.add(column(entry.getKey(), entry.getValue(), names));
    }
    labels = switch (spec.label()) {
      case Label.None() -> null;
      case Label.Values(Source source) -> new LabelIngest(column(Datasets.LABEL, source, names));
      case Label.Classes label -> new LabelIngest(new ClassIngest(label, names.one(label.from()), budget));
      case Label.Open label -> new LabelIngest(label, names.find(label.from()), budget);
    };
    idField = spec.id().isEmpty() ? -1 : names.one(spec.id());
    textField = spec.text().isEmpty() ? -1 : names.one(spec.text());
  }

  private ColumnIngest column(String name, Source source, FieldNames names) throws DataException {
    var parts = new ArrayList<PartIngest>();
    var fields = new ArrayList<Integer>();
    int capacity = (int) Math.min(Integer.MAX_VALUE / 2, Math.max(1, budget.limit() / 8));
    for (Part part : source.parts()) {
      List<Integer> own = names.find(part.from());
      try {
        parts.add(new PartIngest(part, own, capacity));
      } catch (DataException e) {
        throw e.at(file.in(name));
      }
      fields.addAll(own);
    }
    return new ColumnIngest(name, source, parts.isEmpty() ? names.find(source.from()) : fields, budget)
        .withParts(parts);
  }

  private Map<String, Source> onlyColumn() throws DataException {
    List<String> free = new ArrayList<>(reader.fields());
    free.removeAll(List.of(spec.id(), spec.text()));
    switch (spec.label()) {
      case Label.Classes label -> free.remove(label.from());
      case Label.Open label -> free.removeAll(label.from());
      case Label.Values(Source source) -> free.removeAll(source.from());
      case Label.None _ -> {
      }
    }
    if (free.size() != 1) {
      throw new DataException(file, "data.columns is empty and the file has " + reader.fields().size()
          + " columns; say which feed which input, such as columns: {input: "
          + (free.isEmpty() ? "COLUMN" : Keys.quoted(free.getFirst())) + "}" + reader.advice());
    }
    return Map.of(free.getFirst(), Source.of(free.getFirst()));
  }

  private List<Integer> used() {
    var used = new TreeSet<Integer>();
    columns.forEach(column -> used.addAll(column.fields()));
    if (labels != null) {
      used.addAll(labels.fields());
    }
    if (idField >= 0) {
      used.add(idField);
    }
    if (textField >= 0) {
      used.add(textField);
    }
    return List.copyOf(used);
  }

  private void take() throws IOException {
    takePlace(reader.place(anchor));
    for (ColumnIngest column : columns) {
      column.take(reader);
    }
    if (labels != null) {
      labels.take(reader);
    }
    Optional<String> id = idField < 0 ? reader.id() : Optional.of(text(idField));
    if (textField >= 0) {
      String text = text(textField);
      budget.take(text);
      texts.add(text);
    }
    if (id.isPresent()) {
      takeId(id.get());
    }
  }

  private void takePlace(Place place) throws DataException {
    if (origins.isEmpty()) {
      columns.forEach(column -> note(column.name(), column.fields(), place));
      if (labels != null) {
        note(Datasets.LABEL, labels.fields(), place);
      }
    }
    try {
      pathIds = idField < 0 && reader.id().isPresent();
      if (!pathIds) {
        places.add(place);
      }
    } catch (DataException e) {
      throw e.at(place);
    }
  }

  /** Notes which of the file's columns stands behind a tensor, and its file where each has its own. */
  private void note(String column, List<Integer> fields, Place record) {
    String file = reader.place(fields.getFirst()).file();
    String name = fields.size() == 1 ? reader.fields().get(fields.getFirst()) : column;
    origins.put(column, new Place(file.equals(record.file()) ? "" : file, 0, -1, name));
  }

  private String text(int field) throws IOException {
    try {
      return reader.text(field);
    } catch (DataException e) {
      throw e.at(reader.place(field));
    }
  }

  private void takeId(String id) throws DataException {
    Place place = idField < 0 ? file : reader.place(idField);
    if (id.isEmpty()) {
      throw new DataException(place, "the id is empty; fill it in, or leave data.id out to use row numbers");
    }
    Integer before = rowsById.put(id, ids.size());
    if (before != null) {
      throw new DataException(place, "the id '" + id + "' occurs twice, first in record "
          + (spec.rows().first() + before) + " counted from 0; ids must be unique");
    }
    try {
      budget.take(id);
      budget.take(64);
    } catch (DataException e) {
      throw e.at(place);
    }
    ids.add(id);
  }

  private void checkRows(long records, long kept) throws DataException {
    if (records == 0) {
      throw new DataException(file, "holds no records");
    }
    boolean open = spec.rows().last() == Long.MAX_VALUE;
    if (kept == 0 || (!open && records <= spec.rows().last())) {
      throw new DataException(file, "rows " + spec.rows() + " were asked for, but it has " + records
          + " records, 0.." + (records - 1) + "; correct data.rows");
    }
  }

  private Dataset finish(long size) throws DataException {
    var storages = new ArrayList<ColumnStorage>();
    columns.forEach(column -> storages.add(column.finish()));
    List<String> names = List.of();
    if (labels != null) {
      try {
        LabelIngest.Finished finished = labels.finish();
        storages.add(finished.storage());
        names = finished.names();
      } catch (DataException e) {
        throw e.at(file);
      }
    }
    Ids named = ids.isEmpty() ? new Ids.Counted(spec.rows().first()) : new Ids.Named(List.copyOf(ids));
    Places records = !pathIds ? places : row -> Place.of(spec.path().resolve(named.of(row)));
    return new MemoryDataset(storages,
        new Naming(named, names, texts, elementNames(), new Origins(records, origins), warnings(), learned(),
            normalizations(), features()),
        size);
  }

  /** What mappings hold, column by column, for the record. */
  private Map<String, Object> learned() {
    var learned = new LinkedHashMap<String, Object>();
    spec.columns().forEach((name, source) -> {
      List<Map<String, Object>> mapped = source.parts().stream().map(Ingest::values).toList();
      if (!mapped.isEmpty()) {
        learned.put(name, mapped);
      }
    });
    return learned;
  }

  private static Map<String, Object> values(Part part) {
    var values = new LinkedHashMap<String, Object>();
    values.put("from", part.from());
    values.putAll(part.mapping().values());
    return values;
  }

  private List<String> warnings() {
    reader.warnings().stream().limit(LOGGED).forEach(warning -> LOG.warn("{}: {}", file, warning));
    if (reader.warnings().size() > LOGGED) {
      LOG.warn("{}: {} more warnings of this kind", file, reader.warnings().size() - LOGGED);
    }
    return reader.warnings();
  }

  private Map<String, Normalization> normalizations() {
    var all = new HashMap<String, Normalization>();
    spec.columns().forEach((name, source) -> all.put(name, source.normalization()));
    return all;
  }

  private Map<String, List<Feature>> features() {
    var all = new HashMap<String, List<Feature>>();
    for (ColumnIngest column : columns) {
      List<Feature> features = column.features(reader.fields());
      if (!features.isEmpty()) {
        all.put(column.name(), features);
      }
    }
    return all;
  }

  /** The file's names for a column's numbers, where each number has one. */
  private Map<String, List<String>> elementNames() {
    var named = new HashMap<String, List<String>>();
    var all = new ArrayList<>(columns);
    if (labels != null && labels.values() != null) {
      all.add(labels.values());
    }
    for (ColumnIngest column : all) {
      List<String> names = column.elementNames(reader.fields());
      if (names.size() > 1 && names.size() == column.elements()) {
        named.put(column.name(), names);
      }
    }
    return named;
  }
}
