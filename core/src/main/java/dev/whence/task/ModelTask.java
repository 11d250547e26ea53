package dev.whence.task;

import dev.whence.data.Batch;
import dev.whence.graph.Extent;
import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.ModelState;
import dev.whence.graph.execution.Execution;
import dev.whence.torch.Autograd;
import dev.whence.torch.DType;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A task over a graph: its inputs and labels are columns of the data, its logits one of the graph's outputs. */
public final class ModelTask implements Task.Differentiable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelTask.class);

  private final Graph graph;
  private final Execution execution;
  private final Loss loss;
  private final Measurement measurement;
  private final Binding binding;
  private final String logits;

  /**
   * A task over the graph, which is borrowed.
   *
   * @throws IllegalArgumentException if the binding does not fit the graph
   */
  public ModelTask(Graph graph, Loss loss, Measurement measurement, Binding binding) {
    this.graph = Objects.requireNonNull(graph);
    this.execution = Execution.of(graph);
    this.loss = Objects.requireNonNull(loss);
    this.measurement = Objects.requireNonNull(measurement);
    this.binding = binding;
    this.logits = binding.logitsOf(graph);
    Logits.doubt(graph, logits, loss).filter(doubt -> graph.warnings().addIfFirst("logits " + doubt, doubt))
        .ifPresent(LOG::warn);
  }

  /** With the measurement that is usual for the loss, and columns named as the model names its inputs. */
  public ModelTask(Graph graph, Loss loss) {
    this(graph, loss, Measurements.standard(loss), new Binding());
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public Map<String, Tensor> inputs(Batch batch) {
    var inputs = new LinkedHashMap<String, Tensor>();
    for (GraphInput input : graph.inputs()) {
      Tensor column = batch.column(binding.column(input));
      inputs.put(input.name(), placed(fitted(column, input.dtype()), input));
    }
    return inputs;
  }

  /** Data have examples first; a model may want them on another axis, as recurrent ones do. */
  private static Tensor placed(Tensor column, GraphInput input) {
    List<Integer> axes = IntStream.range(0, input.shape().size())
        .filter(axis -> input.shape().get(axis) instanceof Extent.Symbolic).boxed().toList();
    boolean elsewhere = axes.size() == 1 && axes.getFirst() != 0 && column.rank() == input.shape().size();
    return elsewhere ? Tensor.call("aten::movedim.int", column, 0, axes.getFirst()) : column;
  }

  /** Whole numbers widen to what the model wants; between floating types the data decide nothing. */
  private static Tensor fitted(Tensor column, DType wanted) {
    return column.dtype() == wanted || (column.dtype().isFloating() && !wanted.isFloating())
        ? column
        : column.to(wanted);
  }

  @Override
  public Tensor losses(ModelState state, Batch batch) {
    return evaluated(state, batch, loss());
  }

  @Override
  public Tensor measurements(ModelState state, Batch batch) {
    return evaluated(state, batch, measurement());
  }

  private Tensor evaluated(ModelState state, Batch batch, Quantity quantity) {
    try (var scope = Scope.open(); var _ = Autograd.off()) {
      return scope.keep(quantity.perExample(execution.run(state, inputs(batch)).outputs(), batch));
    }
  }

  private Tensor labels(Batch batch) {
    return batch.column(binding.label());
  }

  @Override
  public Quantity loss() {
    return (outputs, batch) -> loss.perExample(logits(outputs), labels(batch));
  }

  @Override
  public Quantity measurement() {
    return (outputs, batch) -> measurement.perExample(logits(outputs), labels(batch), loss);
  }

  @Override
  public Quantity output() {
    return (outputs, batch) -> loss.outputFunction().value(logits(outputs), labels(batch));
  }

  @Override
  public Quantity outputSlope() {
    return (outputs, batch) -> loss.outputFunction().lossSlope(logits(outputs), labels(batch));
  }

  @Override
  public Tensor logits(Map<String, Tensor> outputs) {
    return Objects.requireNonNull(outputs.get(logits), logits);
  }

  @Override
  public Measurement measured() {
    return measurement;
  }

  @Override
  public Loss trainingLoss() {
    return loss;
  }

  @Override
  public Task.Differentiable measuring(Measurement other) {
    return new ModelTask(graph, loss, other, binding);
  }

  @Override
  public Task.Differentiable trainedOn(Loss other) {
    return new ModelTask(graph, other, measurement, binding);
  }
}
