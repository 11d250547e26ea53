package dev.whence.graph;

import dev.whence.run.Fingerprint;
import dev.whence.run.Sha256;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;

/** Digests a graph's structure and numbers. */
final class GraphDigest {
  private static final int BLOCK = 1 << 24;

  private GraphDigest() {
  }

  static Fingerprint of(Graph graph) {
    MessageDigest digest = Sha256.start();
    update(digest, graph);
    return Sha256.finish(digest);
  }

  private static void update(MessageDigest digest, Graph graph) {
    update(digest, graph.inputs().toString());
    update(digest, graph.outputValues().toString());
    for (Node node : graph.nodes()) {
      update(digest, node.target() + node.outputs());
      node.arguments().forEach((name, argument) -> {
        update(digest, name);
        update(digest, argument);
      });
    }
    update(digest, graph.parameters().toString());
    update(digest, graph.buffers().toString());
    update(digest, graph.state().parameters());
    update(digest, graph.state().buffers());
  }

  private static void update(MessageDigest digest, Argument argument) {
    switch (argument) {
      case Argument.SubGraph subGraph -> update(digest, subGraph.graph());
      case Argument.Sequence sequence -> sequence.items().forEach(item -> update(digest, item));
      case Argument.Reference _,Argument.Literal _ -> update(digest, argument.toString());
    }
  }

  static Fingerprint of(ModelState state) {
    MessageDigest digest = Sha256.start();
    update(digest, state.parameters());
    update(digest, state.buffers());
    return Sha256.finish(digest);
  }

  private static void update(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(8).putLong(bytes.length).flip());
    digest.update(bytes);
  }

  private static void update(MessageDigest digest, Map<String, Tensor> tensors) {
    tensors.forEach((name, tensor) -> {
      update(digest, name + tensor.dtype() + Arrays.toString(tensor.shape()));
      try (var _ = Scope.open()) {
        var segment = tensor.detach().contiguous().segment();
        for (long at = 0; at < segment.byteSize(); at += BLOCK) {
          digest.update(segment.asSlice(at, Math.min(BLOCK, segment.byteSize() - at)).asByteBuffer());
        }
      }
    });
  }
}
