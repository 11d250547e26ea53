package dev.whence.score;

import dev.whence.run.AtomicFiles;
import dev.whence.run.LittleEndian;
import dev.whence.run.Undo;
import dev.whence.store.Checksum;
import dev.whence.store.StoreHead;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Objects;

/**
 * Writes a score file row by row under a temporary name; {@link #finish} gives it its own. Rows never put are absent.
 * Several threads may put different rows. Closed unfinished, it leaves nothing behind.
 */
public final class ScoreFileWriter implements AutoCloseable {
  private final Path file;
  private final ScoreHead head;
  private final FileChannel channel;
  private final long rowsAt;
  private final long checksumsAt;
  private boolean finished;

  ScoreFileWriter(Path file, ScoreHead head) throws IOException {
    this.file = file;
    this.head = head;
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    this.channel = FileChannel.open(AtomicFiles.part(file), StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    byte[] start = StoreHead.encode(ScoreFile.MAGIC, ScoreFile.VERSION, head.values());
    this.checksumsAt = start.length;
    this.rowsAt = checksumsAt + StoreHead.align(4L * head.targets().size());
    try (var undo = Undo.of(this::close)) {
      begin(start);
      undo.succeed();
    }
  }

  private void begin(byte[] start) throws IOException {
    write(0, MemorySegment.ofArray(start));
    if (head.size() > 0) {
      write(rowsAt + head.size() - 1, MemorySegment.ofArray(new byte[1]));
    }
    var nothing = new BitSet();
    float[] zeros = new float[head.sources().size()];
    MemorySegment checksum = checksum(coverage(nothing), encode(zeros), encode(zeros));
    for (int target = 0; target < head.targets().size(); target++) {
      write(checksumsAt + 4L * target, checksum);
    }
  }

  /**
   * Writes all scores of a target, {@code [sources]}.
   *
   * @throws IllegalArgumentException naming target and source if a score is not finite
   */
  public void putRow(int target, float[] scores) throws IOException {
    var all = new BitSet();
    all.set(0, head.sources().size());
    put(target, all, scores, new float[0]);
  }

  /**
   * Writes some scores of a target.
   *
   * @param covered the sources whose scores were evaluated
   * @param scores {@code [sources]}; those not covered are of no meaning
   * @param errors their standard errors, {@code [sources]}; empty if the file has none
   * @throws IllegalArgumentException naming target and source if a covered number is not finite
   */
  public void put(int target, BitSet covered, float[] scores, float[] errors) throws IOException {
    int sources = head.sources().size();
    Objects.checkIndex(target, head.targets().size());
    if (scores.length != sources || errors.length != (head.standardErrors() ? sources : 0)
        || covered.length() > sources) {
      throw new IllegalArgumentException("a row must have " + sources + " scores"
          + (head.standardErrors() ? " and errors, got " : " and no errors, got ") + scores.length + " and "
          + errors.length);
    }
    float[] kept = kept(target, covered, scores, false);
    float[] keptErrors = head.standardErrors() ? kept(target, covered, errors, true) : new float[0];
    MemorySegment bits = coverage(covered);
    MemorySegment row = encode(kept);
    MemorySegment error = encode(keptErrors);
    write(rowsAt + target * head.coverageBytes(), bits);
    write(rowsAt + head.scoresAt() + target * head.rowBytes(), row);
    write(rowsAt + head.errorsAt() + target * head.rowBytes(), error);
    write(checksumsAt + 4L * target, checksum(bits, row, error));
  }

  /** Gives the file its name: it is there whole from now on. */
  public void finish() throws IOException {
    channel.close();
    AtomicFiles.publish(file);
    finished = true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (!finished) {
      Files.deleteIfExists(AtomicFiles.part(file));
    }
  }

  private float[] kept(int target, BitSet covered, float[] values, boolean errors) {
    float[] kept = new float[values.length];
    for (int source = covered.nextSetBit(0); source >= 0; source = covered.nextSetBit(source + 1)) {
      if (!Float.isFinite(values[source]) || (errors && values[source] < 0)) {
        throw new IllegalArgumentException("the " + (errors ? "standard error" : "score") + " of source '"
            + head.sources().ids().get(source) + "' for target '" + head.targets().ids().get(target) + "' is "
            + values[source] + "; it must be finite" + (errors ? " and >= 0" : ""));
      }
      kept[source] = values[source];
    }
    return kept;
  }

  private MemorySegment coverage(BitSet covered) {
    byte[] bytes = new byte[(int) head.coverageBytes()];
    byte[] set = covered.toByteArray();
    System.arraycopy(set, 0, bytes, 0, set.length);
    return MemorySegment.ofArray(bytes);
  }

  private MemorySegment checksum(MemorySegment coverage, MemorySegment scores, MemorySegment errors) {
    MemorySegment checksum = MemorySegment.ofArray(new byte[4]);
    checksum.set(LittleEndian.INT, 0,
        head.standardErrors() ? Checksum.of(coverage, scores, errors) : Checksum.of(coverage, scores));
    return checksum;
  }

  private static MemorySegment encode(float[] values) {
    MemorySegment encoded = MemorySegment.ofArray(new byte[4 * values.length]);
    MemorySegment.copy(values, 0, encoded, LittleEndian.FLOAT, 0, values.length);
    return encoded;
  }

  private void write(long offset, MemorySegment bytes) throws IOException {
    ByteBuffer rest = bytes.asByteBuffer();
    while (rest.hasRemaining()) {
      channel.write(rest, offset + rest.position());
    }
  }
}
