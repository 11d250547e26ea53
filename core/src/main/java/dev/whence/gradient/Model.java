package dev.whence.gradient;

import dev.whence.data.Batch;
import dev.whence.graph.Graph;
import dev.whence.task.Quantity;
import dev.whence.torch.Tensor;
import java.util.Map;
import java.util.function.Function;

/**
 * What is differentiated.
 *
 * @param graph the model; borrowed
 * @param inputs its inputs from a batch
 * @param quantity one number per example, of its outputs
 */
record Model(Graph graph, Function<Batch, Map<String, Tensor>> inputs, Quantity quantity) {
}
