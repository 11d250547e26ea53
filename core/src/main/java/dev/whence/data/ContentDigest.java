package dev.whence.data;

import dev.whence.run.Fingerprint;
import dev.whence.run.Sha256;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/** SHA-256 over a data set's names, types, shapes, ids and values; every part with its length, so that none can be mistaken for another. */
final class ContentDigest {
  private final MessageDigest digest = Sha256.start();
  private final byte[] buffer = new byte[1 << 12];

  Fingerprint of(MemoryDataset data) {
    add("whence data set 1");
    add(data.size());
    add(data.columns().size());
    for (Column column : data.columns()) {
      add(column.name());
      add(column.dtype().name());
      add(column.shape().size());
      column.shape().forEach(this::add);
    }
    add(data.classNames());
    for (long row = 0; row < data.size(); row++) {
      add(data.id(row));
      for (int column = 0; column < data.columns().size(); column++) {
        add(data.value(column, row));
      }
    }
    return Sha256.finish(digest);
  }

  private void add(List<String> texts) {
    add(texts.size());
    texts.forEach(this::add);
  }

  private void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(bytes.length);
    digest.update(bytes);
  }

  private void add(long number) {
    for (int shift = 0; shift < 64; shift += 8) {
      digest.update((byte) (number >>> shift));
    }
  }

  private void add(MemorySegment value) {
    for (long offset = 0; offset < value.byteSize(); offset += buffer.length) {
      int count = (int) Math.min(buffer.length, value.byteSize() - offset);
      MemorySegment.copy(value, ValueLayout.JAVA_BYTE, offset, buffer, 0, count);
      digest.update(buffer, 0, count);
    }
  }
}
