package dev.whence.attribution.training;

import dev.whence.run.Run;
import dev.whence.run.Undo;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A matrix that is kept for later, one of many: where the run has a folder in a mapped file there, from which the system
 * fetches what is used, else in memory. The file goes with the matrix, also when the process is killed.
 */
final class KeptMatrix implements Closeable {
  private final Tensor tensor;
  private final Arena arena;

  private KeptMatrix(Tensor tensor, Arena arena) {
    this.tensor = tensor;
    this.arena = arena;
  }

  /** Keeps a matrix of the caller's scope, row-major. */
  static KeptMatrix of(Tensor matrix, Run run) throws IOException {
    Arena arena = Arena.ofShared();
    try (var undo = Undo.of(arena::close);
        var _ = Scope.open()) {
      Tensor own = run.folder().isPresent() ? onDisk(matrix, run.folder().get(), arena) : matrix.contiguous();
      var result = new KeptMatrix(Scope.release(own), arena);
      return undo.keep(result);
    }
  }

  private static Tensor onDisk(Tensor matrix, Path folder, Arena arena) throws IOException {
    Path file = Files.createDirectories(folder.resolve("gradients")).resolve("matrix-" + UUID.randomUUID());
    long bytes = matrix.elements() * matrix.dtype().bytes();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW,
        StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      Tensor own = Tensor.over(mapped, matrix.dtype(), matrix.shape(), new long[]{matrix.size(1), 1});
      own.copyFrom(matrix);
      return own;
    }
  }

  /** The matrix. */
  Tensor tensor() {
    return tensor;
  }

  @Override
  public void close() {
    tensor.close();
    arena.close();
  }
}
