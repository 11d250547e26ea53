package dev.whence.task;

import dev.whence.data.Batch;
import dev.whence.graph.Graph;
import dev.whence.graph.ModelState;
import dev.whence.torch.Tensor;
import java.util.Map;

/**
 * What is explained: a model, the loss it was trained on, and the measurement to attribute. The numbers the model runs on
 * are given to each call, so that one task serves many checkpoints. Safe for several threads.
 */
public interface Task {
  /** Loss of each example in evaluation mode, {@code [b]}, in the caller's scope; nothing is recorded. */
  Tensor losses(ModelState state, Batch batch);

  /** Measurement of each example in evaluation mode, {@code [b]}, in the caller's scope; nothing is recorded. */
  Tensor measurements(ModelState state, Batch batch);

  /** A task whose model is a graph that can be observed and differentiated. */
  interface Differentiable extends Task {
    /** The model; borrowed. */
    Graph graph();

    /** The model's inputs by name, taken from the batch's columns. */
    Map<String, Tensor> inputs(Batch batch);

    /** The logits among the model's outputs, {@code [b, …]}. */
    Tensor logits(Map<String, Tensor> outputs);

    /** The loss as a quantity of the model's outputs. */
    Quantity loss();

    /** The measurement as a quantity of the model's outputs. */
    Quantity measurement();

    /** TRAK's output function as a quantity of the model's outputs. */
    Quantity output();

    /** Q = −∂loss/∂output as a quantity of the model's outputs. */
    Quantity outputSlope();

    /** How the measurement is called and in which unit it is. */
    Measurement measured();

    /** The same task with another measurement. */
    Differentiable measuring(Measurement other);

    /** The same task with another loss, such as a smoothed one to train on. */
    Differentiable trainedOn(Loss other);

    /** What the model is trained on. */
    Loss trainingLoss();
  }
}
