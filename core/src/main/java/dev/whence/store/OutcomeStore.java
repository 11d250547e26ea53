package dev.whence.store;

import dev.whence.run.CorruptStoreException;
import dev.whence.run.IncompatibleException;
import dev.whence.run.LittleEndian;
import dev.whence.run.Undo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What models trained on subsets answered: masks {@code [s, n]} and outcomes {@code [s, r, m]} float32 of s subsets, r
 * repeated trainings and m outputs. A model's outcomes count once they are written whole with their checksum, so a
 * process may be killed at any moment and another resumes. Several threads may write different models; another process
 * that wants to write is refused. The caller closes it.
 */
public final class OutcomeStore implements AutoCloseable {
  private static final String MAGIC = "WHOUTCOM";
  private static final int VERSION = 1;
  private final StoreFile file;
  private final boolean writable;
  private final Header header;
  private final Masks masks;
  private final Entries entries;
  private final long entriesAt;
  private final long outcomesAt;
  private final MemorySegment outcomes;

  /**
   * What a store is for.
   *
   * @param sources ids of the n examples subsets are drawn from
   * @param outputs ids of the m outputs each model is asked for
   * @param repeats how often each subset is trained on, r
   * @param fingerprints what the outcomes depend on, name → digest, such as {@code model}, {@code training}
   * @param description for people
   */
  public record Header(List<String> sources, List<String> outputs, int repeats,
      Map<String, String> fingerprints,
      String description) {
    /** Copies and checks. */
    public Header {
      sources = List.copyOf(sources);
      outputs = List.copyOf(outputs);
      fingerprints = Collections.unmodifiableMap(new TreeMap<>(fingerprints));
      if (repeats < 1 || outputs.isEmpty() || sources.isEmpty()) {
        throw new IllegalArgumentException(
            "an outcome store must have repeats, outputs and sources >= 1, got "
                + repeats + ", " + outputs.size() + ", " + sources.size());
      }
    }
  }

  private OutcomeStore(StoreFile file, boolean writable) throws IOException {
    this.file = file;
    this.writable = writable;
    MemorySegment mapped = file.map(0, file.size());
    StoreHead head = StoreHead.read(file.path(), mapped, MAGIC, VERSION);
    this.header = OutcomeHeader.read(file.path(), head.values());
    int subsets = OutcomeHeader.subsets(file.path(), head.values());
    long maskBytes = (header.sources().size() + 7L) / 8 * subsets;
    this.entriesAt = StoreHead.align(head.end() + maskBytes);
    this.outcomesAt = StoreHead.align(entriesAt + (long) Entries.BYTES * subsets * header.repeats());
    long size = outcomesAt + 4L * subsets * header.repeats() * header.outputs().size();
    if (mapped.byteSize() != size) {
      throw new CorruptStoreException(file.path(),
          "it must have " + size + " bytes, but has " + mapped.byteSize());
    }
    MemorySegment bits = mapped.asSlice(head.end(), maskBytes);
    if (Checksum.of(bits) != OutcomeHeader.masksChecksum(file.path(), head.values())) {
      throw new CorruptStoreException(file.path(), "its masks do not match their checksum");
    }
    this.masks = Masks.of(bits, subsets, header.sources().size());
    this.entries = Entries.read(file.path(), mapped.asSlice(entriesAt, outcomesAt - entriesAt),
        subsets * header.repeats());
    this.outcomes = mapped.asSlice(outcomesAt);
  }

  /**
   * Opens for writing: a new store, or the one that is there if it was made for the same.
   *
   * @throws IncompatibleException if the one that is there was made for something else
   * @throws CorruptStoreException if it is damaged
   */
  public static OutcomeStore write(Path path, Header header, Masks masks) throws IOException {
    if (masks.sources() != header.sources().size() || masks.subsets() == 0) {
      throw new IllegalArgumentException(
          "masks must be over the " + header.sources().size() + " sources, got " + masks);
    }
    StoreFile file = StoreFile.writing(path);
    try (var undo = Undo.of(file::close)) {
      if (file.isFresh()) {
        begin(file, header, masks);
      }
      var store = new OutcomeStore(file, true);
      store.checkSame(header, masks);
      return undo.keep(store);
    }
  }

  /** Opens for reading. @throws CorruptStoreException if it is damaged */
  public static OutcomeStore read(Path path) throws IOException {
    StoreFile file = StoreFile.reading(path);
    try (var undo = Undo.of(file::close)) {
      var store = new OutcomeStore(file, false);
      return undo.keep(store);
    }
  }

  private static void begin(StoreFile file, Header header, Masks masks) throws IOException {
    MemorySegment bits = masks.bytes();
    byte[] head = StoreHead.encode(MAGIC, VERSION,
        OutcomeHeader.values(header, masks.subsets(), Checksum.of(bits)));
    long entriesAt = StoreHead.align(head.length + bits.byteSize());
    long models = (long) masks.subsets() * header.repeats();
    long outcomesAt = StoreHead.align(entriesAt + Entries.BYTES * models);
    file.prepare(head, outcomesAt + 4 * models * header.outputs().size());
    file.write(head.length, bits);
    file.begin(head);
  }

  private void checkSame(Header wanted, Masks wantedMasks) throws IncompatibleException {
    IncompatibleException.check(file.path(), header.fingerprints(), wanted.fingerprints());
    String what = !masks.equals(wantedMasks)
        ? "other subsets"
        : !header.sources().equals(wanted.sources())
            ? "other sources"
            : !header.outputs().equals(wanted.outputs())
                ? "other outputs"
                : header.repeats() != wanted.repeats() ? header.repeats() + " repeats" : "";
    if (!what.isEmpty()) {
      throw new IncompatibleException(
          file.path() + " was built for " + what + " than asked for; rebuild it with --overwrite");
    }
  }

  /** What the store is for. */
  public Header header() {
    return header;
  }

  /** The subsets, {@code [s, n]}. */
  public Masks masks() {
    return masks;
  }

  /** Whether the model's outcomes are there. */
  public boolean has(int subset, int repeat) {
    return entries.count(item(subset, repeat)) > 0;
  }

  /** Subsets whose repeats are all there, in ascending order. */
  public List<Integer> completeSubsets() {
    return IntStream.range(0, masks.subsets())
        .filter(subset -> IntStream.range(0, header.repeats()).allMatch(repeat -> has(subset, repeat)))
        .boxed().toList();
  }

  /** Models whose outcomes are missing, as {@code subset · repeats + repeat}, in ascending order. */
  public List<Integer> missing() {
    var missing = new ArrayList<Integer>();
    for (int item = 0; item < entries.items(); item++) {
      if (entries.count(item) == 0) {
        missing.add(item);
      }
    }
    return List.copyOf(missing);
  }

  /**
   * Stores what a model answered; durable when this returns.
   *
   * @param values {@code [m]}, finite
   * @throws IllegalArgumentException naming the output whose value is not finite
   * @throws IllegalStateException if the store was opened for reading, or has the model's outcomes
   */
  public void write(int subset, int repeat, float[] values) throws IOException {
    int item = item(subset, repeat);
    check(subset, repeat, values);
    MemorySegment bytes = MemorySegment.ofArray(new byte[4 * values.length]);
    for (int i = 0; i < values.length; i++) {
      bytes.set(LittleEndian.FLOAT, 4L * i, values[i]);
    }
    file.write(outcomesAt + item * bytes.byteSize(), bytes);
    file.force();
    entries.write(file, entriesAt, item, 1, Checksum.of(bytes));
  }

  private void check(int subset, int repeat, float[] values) {
    if (!writable) {
      throw new IllegalStateException(file.path() + " was opened for reading");
    }
    if (has(subset, repeat)) {
      throw new IllegalStateException(
          file.path() + " has the outcomes of subset " + subset + ", repeat " + repeat + " already");
    }
    if (values.length != header.outputs().size()) {
      throw new IllegalArgumentException(
          "outcomes must have " + header.outputs().size() + " values, got " + values.length);
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "the outcome of output '" + header.outputs().get(i) + "' for subset "
                + subset + ", repeat " + repeat + " is " + values[i] + "; outcomes must be finite");
      }
    }
  }

  /**
   * What a model answered, {@code [m]}.
   *
   * @throws IllegalArgumentException if it is not there
   * @throws CorruptStoreException if it does not match its checksum
   */
  public float[] outcomes(int subset, int repeat) throws IOException {
    int item = item(subset, repeat);
    if (!has(subset, repeat)) {
      throw new IllegalArgumentException(
          file.path() + " lacks the outcomes of subset " + subset + ", repeat " + repeat
              + "; run train again");
    }
    long bytes = 4L * header.outputs().size();
    MemorySegment row = outcomes.asSlice(item * bytes, bytes);
    if (Checksum.of(row) != entries.checksum(item)) {
      throw new CorruptStoreException(file.path(),
          "the outcomes of subset " + subset + ", repeat " + repeat + " do not match their checksum");
    }
    return row.toArray(LittleEndian.FLOAT);
  }

  private int item(int subset, int repeat) {
    return Objects.checkIndex(subset, masks.subsets()) * header.repeats()
        + Objects.checkIndex(repeat, header.repeats());
  }

  /** Makes everything durable and releases file and lock. */
  @Override
  public void close() throws IOException {
    if (writable) {
      file.force();
    }
    file.close();
  }
}
