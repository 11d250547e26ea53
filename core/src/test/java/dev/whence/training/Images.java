package dev.whence.training;

import dev.whence.data.Dataset;
import dev.whence.data.Datasets;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.ModelState;
import dev.whence.torch.DType;
import dev.whence.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.SplittableRandom;

/** Images drawn at random, for tests that need a model's shapes and no sense. */
public final class Images {
  private Images() {
  }

  /** So many images of the size the model's only input has, in four classes. */
  public static Dataset random(Graph graph, int count) {
    long[] shape = graph.inputs().getFirst().shape().stream().skip(1)
        .mapToLong(extent -> extent instanceof Extent.Fixed fixed ? fixed.size() : 1).toArray();
    var random = new SplittableRandom(2);
    float[] pixels = new float[(int) (count * shape[0] * shape[1] * shape[2])];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 4;
    }
    return Datasets.builder().column("image", pixels, shape).labels(labels).classNames("0", "1", "2", "3")
        .build();
  }

  /** The same calls on numbers of type FLOAT64, in the caller's scope. */
  public static Graph inDoublePrecision(Graph graph) {
    var inputs = graph.inputs().stream()
        .map(input -> new GraphInput(input.name(), DType.FLOAT64, input.shape()))
        .toList();
    var parameters = new LinkedHashMap<String, Tensor>();
    graph.state().parameters().forEach((name, tensor) -> parameters.put(name, tensor.to(DType.FLOAT64)));
    return new Graph(inputs, graph.outputValues(), graph.nodes(), graph.parameters(), graph.buffers(),
        new ModelState(parameters, graph.state().buffers()), graph.details());
  }
}
