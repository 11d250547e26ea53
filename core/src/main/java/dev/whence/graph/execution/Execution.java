package dev.whence.graph.execution;

import dev.whence.graph.Graph;
import dev.whence.graph.GraphInput;
import dev.whence.graph.ModelState;
import dev.whence.torch.Autograd;
import dev.whence.torch.Device;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A graph made ready to run: a mode, a device, taps and edits. Immutable, safe for any thread and reusable; one run
 * belongs to the thread that calls it, which should hold a {@link dev.whence.torch.Scope}. Derivatives are recorded if the thread
 * records them. Nothing the caller gives is ever written into.
 *
 * <p>A graph is planned once a kind of mode, whatever is tapped and edited: making an execution for one run costs next to nothing.
 */
public final class Execution {
  private final Graph graph;
  private final Mode mode;
  private final Hooks hooks;
  private final Prepared prepared;
  private final Plan plan;

  private Execution(Graph graph, Mode mode, Hooks hooks) {
    this.graph = graph;
    this.mode = mode;
    this.hooks = hooks;
    this.prepared = Prepared.of(graph);
    this.plan = prepared.plan(mode instanceof Mode.Training);
    hooks.taps().keySet().forEach(this::requireVisible);
  }

  /**
   * The graph in evaluation mode on the processor.
   *
   * @throws UnsupportedModeException if it cannot be switched to evaluation
   */
  public static Execution of(Graph graph) {
    return new Execution(graph, Mode.EVALUATION, Hooks.NONE);
  }

  /**
   * Nodes that no tap may be on in evaluation mode, by index: each makes a view of memory that is overwritten later under
   * another name.
   */
  public static Set<Integer> hidden(Graph graph) {
    return Prepared.of(graph).plan(false).hidden();
  }

  /**
   * The same in another mode.
   *
   * @throws UnsupportedModeException naming the node that cannot be switched
   */
  public Execution with(Mode other) {
    return new Execution(graph, other, hooks);
  }

  /**
   * The same with these taps in place of earlier ones, by node index.
   *
   * @throws UnsupportedModeException if a tap is on one of the {@link #hidden} nodes
   */
  public Execution with(Map<Integer, Tap> others) {
    others.keySet().forEach(this::requireNode);
    return new Execution(graph, mode, new Hooks(others, hooks.edits()));
  }

  /** The same with these edits in place of earlier ones, by node index. */
  public Execution withEdits(Map<Integer, Edit> others) {
    others.keySet().forEach(this::requireNode);
    return new Execution(graph, mode, new Hooks(hooks.taps(), others));
  }

  /** The same on a device. */
  public Execution on(Device device) {
    return switch (device) {
      case CPU -> this;
    };
  }

  private void requireNode(int index) {
    if (index < 0 || index >= graph.nodes().size()) {
      throw new IllegalArgumentException(
          "node index must be in [0, " + graph.nodes().size() + "), got " + index);
    }
  }

  private void requireVisible(int index) {
    if (plan.hidden().contains(index)) {
      throw new UnsupportedModeException("a tap on " + graph.nodes().get(index).describe()
          + " would see numbers that are overwritten later through another view; tap the node it is a view of");
    }
  }

  /** What runs are made by: the same whatever is tapped and edited. */
  Plan plan() {
    return plan;
  }

  /** The graph that runs. */
  public Graph graph() {
    return graph;
  }

  /** The mode it runs in. */
  public Mode mode() {
    return mode;
  }

  /**
   * What a run gives; the tensors belong to the caller's scope, unless they are the state's own.
   *
   * @param outputs by name, in the graph's order
   * @param buffers all buffers after the run by name: the state's own tensors where nothing changed them
   */
  public record Result(Map<String, Tensor> outputs, Map<String, Tensor> buffers) {
    /** Copies, keeping the order. */
    public Result {
      outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
      buffers = Collections.unmodifiableMap(new LinkedHashMap<>(buffers));
    }

    /** The output of that name. @throws IllegalArgumentException naming the known ones */
    public Tensor output(String name) {
      Tensor found = outputs.get(name);
      if (found == null) {
        throw new IllegalArgumentException("no output '" + name + "'; known: " + outputs.keySet());
      }
      return found;
    }
  }

  /**
   * Runs the graph.
   *
   * @param state parameters and buffers; borrowed
   * @param inputs by name; borrowed
   * @throws IllegalArgumentException if an input or a parameter is missing or has another type or shape, or sizes leave
   *     their range
   * @throws MemoryLimitException if the values would outgrow the graph's limit
   * @throws dev.whence.torch.TorchException naming the node libtorch refuses
   */
  public Result run(ModelState state, Map<String, Tensor> inputs) {
    prepared.check().inputs(inputs);
    prepared.check().state(state);
    boolean recording = Autograd.isRecording();
    List<Object> sizes = sizes(inputs, recording);
    @Nullable
    Budget budget = prepared.fits(sizes) ? null : budget(state, inputs, recording);
    try (var frame = new Frame(plan.slots(), mode, hooks, recording, budget)) {
      plan.inputs().forEach((name, slot) -> frame.slots[slot] = inputs.get(name));
      plan.parameters().forEach((slot, name) -> frame.slots[slot] = state.parameters().get(name));
      plan.buffers().forEach((slot, name) -> frame.slots[slot] = state.buffers().get(name));
      run(plan, frame);
      if (budget != null) {
        prepared.foundFitting(sizes);
      }
      var outputs = new LinkedHashMap<String, Tensor>();
      plan.outputs().forEach((name, slot) -> outputs.put(name, own(plan, frame, slot)));
      return new Result(outputs, buffers(state, frame));
    }
  }

  /** Counts a run of new sizes, which is forecast whole where no size depends on numbers. */
  private Budget budget(ModelState state, Map<String, Tensor> inputs, boolean recording) {
    long limit = graph.details().limits().runBytes();
    boolean foreseen = Foresight.covers(plan, prepared.forecaster(), limit, recording, state, inputs);
    return new Budget(limit, recording, prepared.forecaster(), foreseen);
  }

  /** What the memory of a run depends on. */
  private List<Object> sizes(Map<String, Tensor> inputs, boolean recording) {
    var sizes = new ArrayList<Object>();
    sizes.add(recording);
    sizes.add(mode instanceof Mode.Training);
    sizes.add(hooks.holding().toList());
    for (GraphInput input : graph.inputs()) {
      Tensor given = Objects.requireNonNull(inputs.get(input.name()));
      sizes.add(Arrays.stream(given.shape()).boxed().toList());
    }
    return sizes;
  }

  static void run(Plan plan, Frame frame) {
    for (int slot : plan.copied()) {
      if (frame.slots[slot] instanceof Tensor given) {
        frame.slots[slot] = given.copy();
      }
    }
    List<Instruction> calls = plan.calls();
    for (int i = 0; i < calls.size(); i++) {
      calls.get(i).run(frame);
    }
  }

  /** An output's tensor; where it is the caller's own, another handle on the same memory. */
  static Tensor own(Plan plan, Frame frame, int slot) {
    @Nullable
    Object value = frame.slots[slot];
    if (!(value instanceof Tensor tensor)) {
      throw new UnsupportedModeException("an output of the graph is no tensor but " + value);
    }
    boolean given = plan.inputs().containsValue(slot) || plan.parameters().containsKey(slot)
        || plan.buffers().containsKey(slot);
    return given ? Tensor.call("aten::alias", tensor) : tensor;
  }

  private Map<String, Tensor> buffers(ModelState state, Frame frame) {
    var buffers = new LinkedHashMap<>(state.buffers());
    if (mode instanceof Mode.Training) {
      plan.results().forEach((name, slot) -> {
        Tensor before = Objects.requireNonNull(state.buffers().get(name));
        if (frame.slots[slot] instanceof Tensor after && after != before) {
          buffers.put(name, after.detach());
        }
      });
    }
    return buffers;
  }
}
