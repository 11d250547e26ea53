package dev.whence.training;

import dev.whence.graph.ModelState;
import dev.whence.torch.Scope;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that training carries from step to step: parameters, the optimizer's moments, running statistics and the number of
 * steps made. Never written after construction. Its tensors belong to the scope in which it was made, or, after {@link
 * #release}, to whoever closes it.
 */
public final class TrainingState implements AutoCloseable {
  private final ParameterLayout layout;
  private final Optimizer.Vectors vectors;
  private final Map<String, Tensor> fixed;
  private final Map<String, Tensor> buffers;
  private final long step;

  private TrainingState(ParameterLayout layout, Optimizer.Vectors vectors, Map<String, Tensor> fixed,
      Map<String, Tensor> buffers, long step) {
    this.layout = layout;
    this.vectors = vectors;
    this.fixed = fixed;
    this.buffers = Collections.unmodifiableMap(new LinkedHashMap<>(buffers));
    this.step = step;
  }

  /**
   * A copy of the model before the first step, moments at zero, in the caller's scope.
   *
   * @throws IllegalArgumentException if the parameters have several floating types
   */
  public static TrainingState start(ModelState model, Optimizer optimizer) {
    var trained = new LinkedHashMap<String, Tensor>();
    var fixed = new LinkedHashMap<String, Tensor>();
    model.parameters().forEach((name, tensor) -> {
      if (tensor.dtype().isFloating()) {
        trained.put(name, tensor.detach());
      } else {
        fixed.put(name, tensor.copy());
      }
    });
    var layout = ParameterLayout.of(trained);
    Tensor parameters = layout.flatten(trained);
    var moments = new LinkedHashMap<String, Tensor>();
    optimizer.moments().forEach(name -> moments.put(name, parameters.zerosLike()));
    var buffers = new LinkedHashMap<String, Tensor>();
    model.buffers().forEach((name, tensor) -> buffers.put(name, tensor.detach().copy()));
    return new TrainingState(layout, new Optimizer.Vectors(parameters, moments), fixed, buffers, 0);
  }

  /** The state these vectors make in place of this one's, everything else kept. */
  TrainingState with(Optimizer.Vectors other, Map<String, Tensor> otherBuffers, long otherStep) {
    return new TrainingState(layout, other, fixed, otherBuffers, otherStep);
  }

  /**
   * The state after one update, in the caller's scope; recorded where autograd is on and an operand is.
   *
   * @param gradient of the mean loss, {@code [p]}
   * @param newBuffers running statistics after the step
   */
  public TrainingState updated(Optimizer optimizer, Tensor gradient, Map<String, Tensor> newBuffers,
      double learningRate) {
    return with(optimizer.update(vectors, gradient, step, learningRate), newBuffers, step + 1);
  }

  /** Where each trained parameter lies. */
  public ParameterLayout layout() {
    return layout;
  }

  /** Parameters and moments as vectors {@code [p]}. */
  public Optimizer.Vectors vectors() {
    return vectors;
  }

  /** Running statistics and other numbers that are not trained, by name. */
  public Map<String, Tensor> buffers() {
    return buffers;
  }

  /** Number of steps made. */
  public long step() {
    return step;
  }

  /** The model: views on this state in the caller's scope, not to be closed; {@code copy()} it to keep it. */
  public ModelState model() {
    return model(vectors.parameters());
  }

  /** The model with other trained numbers, {@code [p]}. */
  ModelState model(Tensor parameters) {
    var all = new LinkedHashMap<>(layout.views(parameters));
    all.putAll(fixed);
    return new ModelState(all, buffers);
  }

  /** Moment → parameter name → value shaped as the parameter: views in the caller's scope. */
  public Map<String, Map<String, Tensor>> moments() {
    var named = new LinkedHashMap<String, Map<String, Tensor>>();
    vectors.moments().forEach((name, vector) -> named.put(name, layout.views(vector)));
    return named;
  }

  /** This state with its trained numbers under another handle. */
  TrainingState over(Tensor parameters) {
    return with(new Optimizer.Vectors(parameters, vectors.moments()), buffers, step);
  }

  private List<Tensor> tensors() {
    var all = new ArrayList<Tensor>(buffers.values());
    all.addAll(vectors.moments().values());
    all.addAll(fixed.values());
    all.add(vectors.parameters());
    return all;
  }

  /** Takes the tensors out of every scope: from now on {@link #close} frees them. */
  public TrainingState release() {
    tensors().forEach(Scope::release);
    return this;
  }

  /** Frees the tensors that the other state does not hold too. */
  void closeAllBut(TrainingState other) {
    var kept = other.tensors();
    for (Tensor mine : tensors()) {
      if (kept.stream().noneMatch(theirs -> theirs == mine)) {
        mine.close();
      }
    }
  }

  /** Frees the tensors. */
  @Override
  public void close() {
    tensors().forEach(Tensor::close);
  }
}
