package dev.whence.store;

import dev.whence.run.CorruptStoreException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON of a gradient store's head. */
final class GradientHeader {
  static final String MAGIC = "WHGRADNT";
  static final int VERSION = 1;

  private GradientHeader() {
  }

  /** Makes both files anew. */
  static void begin(StoreFile file, long rows, GradientStore.Layout layout) throws IOException {
    if (rows < 0) {
      throw new IllegalArgumentException("rows must be >= 0, got " + rows);
    }
    byte[] head = StoreHead.encode(MAGIC, VERSION, values(layout));
    BlockIndex.begin(file.path(), Checksum.of(MemorySegment.ofArray(head)), rows);
    file.prepare(head, head.length + rows * layout.rowBytes());
    file.begin(head);
  }

  static GradientStore.Layout read(Path file, Map<String, Object> values) throws CorruptStoreException {
    String name = HeaderFields.text(file, values, "dtype");
    int columns = (int) HeaderFields.number(file, values, "columns", 1, Integer.MAX_VALUE);
    int blockRows = (int) HeaderFields.number(file, values, "blockRows", 1, Integer.MAX_VALUE);
    for (Element element : Element.values()) {
      if (element.text().equals(name) && GradientStore.Layout.fits(columns, element, blockRows)) {
        return new GradientStore.Layout(columns, element, blockRows, HeaderFields.digests(file, values),
            HeaderFields.text(file, values, "description"));
      }
    }
    throw new CorruptStoreException(file,
        "its header claims blocks of " + blockRows + " rows of " + columns + " columns of '" + name + "'");
  }

  private static Map<String, Object> values(GradientStore.Layout layout) {
    var values = new LinkedHashMap<String, Object>();
    values.put("columns", layout.columns());
    values.put("dtype", layout.element().text());
    values.put("blockRows", layout.blockRows());
    values.put("fingerprints", layout.fingerprints());
    values.put("description", layout.description());
    return values;
  }
}
