package dev.whence.store;

import dev.whence.run.CorruptStoreException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON of an outcome store's head. */
final class OutcomeHeader {
  private static final int MODELS = 1 << 26;

  private OutcomeHeader() {
  }

  static Map<String, Object> values(OutcomeStore.Header header, int subsets, int masksChecksum) {
    var values = new LinkedHashMap<String, Object>();
    values.put("subsets", subsets);
    values.put("repeats", header.repeats());
    values.put("examples", header.sources().size());
    values.put("outputs", header.outputs().size());
    values.put("masksCrc32c", Integer.toUnsignedLong(masksChecksum));
    values.put("fingerprints", header.fingerprints());
    values.put("description", header.description());
    values.put("sourceIds", header.sources());
    values.put("outputIds", header.outputs());
    return values;
  }

  static OutcomeStore.Header read(Path file, Map<String, Object> values) throws CorruptStoreException {
    int repeats = (int) HeaderFields.number(file, values, "repeats", 1, MODELS);
    HeaderFields.number(file, values, "subsets", 1, MODELS / repeats);
    return new OutcomeStore.Header(HeaderFields.texts(file, values, "sourceIds"),
        HeaderFields.texts(file, values, "outputIds"), repeats,
        HeaderFields.digests(file, values), HeaderFields.text(file, values, "description"));
  }

  static int subsets(Path file, Map<String, Object> values) throws CorruptStoreException {
    return (int) HeaderFields.number(file, values, "subsets", 1, MODELS);
  }

  static int masksChecksum(Path file, Map<String, Object> values) throws CorruptStoreException {
    return (int) HeaderFields.number(file, values, "masksCrc32c", 0, 0xFFFFFFFFL);
  }
}
