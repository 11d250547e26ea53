package dev.whence.score;

import dev.whence.run.CorruptStoreException;
import dev.whence.run.LittleEndian;
import dev.whence.run.Provenance;
import dev.whence.run.Undo;
import dev.whence.store.Checksum;
import dev.whence.store.StoreHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;

/**
 * Score matrices on disk: one file, mapped, so it may be larger than memory. The head is verified when the file is
 * opened, each target's row when it is first read. The bytes are described in {@code docs/file-formats.md}.
 */
public final class ScoreFile {
  static final String MAGIC = "WHSCORES";
  static final int VERSION = 2;

  private ScoreFile() {
  }

  /** Writes a whole matrix; the file is there whole or not at all. */
  public static void write(Path file, ScoreMatrix scores) throws IOException {
    int sources = scores.sources().size();
    try (var writer = begin(file, scores.targets(), scores.sources(), scores.semantics(), scores.provenance(),
        scores.hasStandardErrors())) {
      for (int target = 0; target < scores.targets().size(); target++) {
        var covered = new BitSet(sources);
        float[] row = new float[sources];
        float[] errors = new float[sources];
        for (int source = 0; source < sources; source++) {
          if (scores.has(target, source)) {
            covered.set(source);
            row[source] = scores.score(target, source);
            errors[source] = (float) scores.standardError(target, source).orElse(0);
          }
        }
        writer.put(target, covered, row, scores.hasStandardErrors() ? errors : new float[0]);
      }
      writer.finish();
    }
  }

  /** Begins a file that is written row by row, for matrices larger than memory; the caller finishes and closes it. */
  public static ScoreFileWriter begin(Path file, Axis targets, Axis sources, Semantics semantics,
      Provenance provenance, boolean standardErrors) throws IOException {
    return new ScoreFileWriter(file, new ScoreHead(targets, sources, semantics, provenance, standardErrors));
  }

  /**
   * Opens a file; the caller closes the matrix.
   *
   * @throws CorruptStoreException if it is damaged, or no score file
   * @throws dev.whence.run.IncompatibleException if a newer version wrote it
   */
  public static ScoreMatrix open(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try (var undo = Undo.of(arena::close);
        var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ScoreMatrix matrix = over(file, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena),
          arena);
      return undo.keep(matrix);
    }
  }

  private static ScoreMatrix over(Path file, MemorySegment mapped, Arena arena) throws IOException {
    StoreHead start = StoreHead.read(file, mapped, MAGIC, VERSION);
    ScoreHead head = head(file, start);
    long rowsAt = start.end() + StoreHead.align(4L * head.targets().size());
    if (mapped.byteSize() != rowsAt + head.size()) {
      throw new CorruptStoreException(file,
          "it must have " + (rowsAt + head.size()) + " bytes, but has " + mapped.byteSize());
    }
    MemorySegment rows = mapped.asSlice(rowsAt);
    return new ScoreRows(head, rows, verifier(file, head, mapped.asSlice(start.end()), rows), arena::close);
  }

  private static IntConsumer verifier(Path file, ScoreHead head, MemorySegment checksums,
      MemorySegment rows) {
    var verified = new AtomicIntegerArray(head.targets().size());
    return target -> {
      if (verified.get(target) == 0) {
        if (checksum(head, rows, target) != checksums.get(LittleEndian.INT, 4L * target)) {
          throw new UncheckedIOException(new CorruptStoreException(file,
              "the scores of target '" + head.targets().ids().get(target) + "' do not match their checksum"));
        }
        verified.set(target, 1);
      }
    };
  }

  private static int checksum(ScoreHead head, MemorySegment rows, int target) {
    MemorySegment coverage = rows.asSlice(target * head.coverageBytes(), head.coverageBytes());
    MemorySegment scores = rows.asSlice(head.scoresAt() + target * head.rowBytes(), head.rowBytes());
    return head.standardErrors()
        ? Checksum.of(coverage, scores,
            rows.asSlice(head.errorsAt() + target * head.rowBytes(), head.rowBytes()))
        : Checksum.of(coverage, scores);
  }

  private static ScoreHead head(Path file, StoreHead start) throws CorruptStoreException {
    try {
      return ScoreHead.of(start.values(), start.version());
    } catch (IllegalArgumentException | ClassCastException thrown) {
      var corrupt = new CorruptStoreException(file,
          "its header is not that of scores (" + thrown.getMessage() + ")");
      corrupt.initCause(thrown);
      throw corrupt;
    }
  }
}
