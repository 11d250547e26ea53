package dev.whence.graph.execution;

import dev.whence.graph.Node;
import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import dev.whence.torch.TorchException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call of a plan with everything that can be known before the run. Immutable. */
final class Instruction {
  private static final int NONE = -1;

  final Node node;
  private final Kernel kernel;
  private final @Nullable Operator operator;
  private final @Nullable Object[] template;
  private final int[] outputs;
  private final boolean[] closesOld;
  private final boolean[] clonesBehind;
  private final boolean[] clonesForTap;
  private final int[] frees;
  private final @Nullable Tap tap;
  private final @Nullable Edit edit;

  Instruction(Builder builder) {
    this.node = builder.node;
    this.kernel = builder.kernel;
    this.operator = builder.operator;
    this.template = builder.template;
    this.outputs = builder.outputs;
    this.closesOld = builder.closesOld;
    this.clonesBehind = builder.clonesBehind;
    this.clonesForTap = builder.clonesForTap;
    this.frees = builder.frees;
    this.tap = builder.tap;
    this.edit = builder.edit;
  }

  /** What the planner finds out about a call, piece by piece. */
  static final class Builder {
    final Node node;
    final Kernel kernel;
    final @Nullable Object[] template;
    final int[] outputs;
    final boolean[] closesOld;
    final boolean[] clonesBehind;
    final boolean[] clonesForTap;
    int[] frees = {};
    @Nullable
    Operator operator;
    @Nullable
    Tap tap;
    @Nullable
    Edit edit;

    Builder(Node node, Kernel kernel, @Nullable Object[] template, int[] outputs) {
      this.node = node;
      this.kernel = kernel;
      this.template = template;
      this.outputs = outputs;
      this.closesOld = new boolean[outputs.length];
      this.clonesBehind = new boolean[outputs.length];
      this.clonesForTap = new boolean[template.length];
    }
  }

  /** The slot an argument comes from, or -1. */
  int slot(int argument) {
    return argument < template.length && template[argument] instanceof Frame.Slot slot ? slot.index() : NONE;
  }

  /** The operator that does the work; null for calls that are none of libtorch's. */
  @Nullable
  Operator operator() {
    return operator;
  }

  /** The arguments, with a place where a value comes from. */
  List<@Nullable Object> template() {
    return Arrays.asList(template);
  }

  /** The slots of the results, -1 for those nobody reads. */
  int[] outputs() {
    return outputs.clone();
  }

  /** The slots that nothing reads from here on. */
  int[] frees() {
    return frees.clone();
  }

  void run(Frame frame) {
    @Nullable
    Object[] arguments = new Object[template.length];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = frame.resolve(template[i]);
    }
    @Nullable
    Object[] seen = tap == null ? arguments : seen(arguments);
    if (frame.budget != null && operator != null) {
      frame.budget.foresee(node, operator, arguments);
    }
    try {
      @Nullable
      Object[] results = flat(kernel.run(frame, this, arguments));
      show(frame, results, seen);
      store(frame, results);
    } catch (TorchException e) {
      throw e.at(node.describe());
    }
    for (int slot : frees) {
      if (frame.slots[slot] instanceof Tensor tensor) {
        close(frame, tensor);
      }
      frame.slots[slot] = null;
    }
  }

  /** What the tap is shown of arguments that are overwritten later: copies with the same history. */
  private @Nullable Object[] seen(@Nullable Object[] arguments) {
    @Nullable
    Object[] seen = arguments.clone();
    for (int i = 0; i < seen.length; i++) {
      if (clonesForTap[i]) {
        seen[i] = copied(seen[i]);
      }
    }
    return seen;
  }

  private static @Nullable Object copied(@Nullable Object value) {
    return switch (value) {
      case Tensor tensor -> tensor.copy();
      case List<?> list -> {
        var copies = new ArrayList<@Nullable Object>();
        list.forEach(item -> copies.add(copied(item)));
        yield copies;
      }
      case null -> null;
      default -> value;
    };
  }

  /** Edits and taps are no part of the model: they compute in the types they are given. */
  private void show(Frame frame, @Nullable Object[] results, @Nullable Object[] seen) {
    if (edit == null && tap == null) {
      return;
    }
    frame.aside(() -> {
      for (int i = 0; i < results.length; i++) {
        if (edit != null && results[i] instanceof Tensor tensor) {
          results[i] = edited(i, tensor);
        }
      }
      if (tap != null) {
        tap.observe(node, Arrays.asList(seen), Arrays.asList(results.clone()));
      }
    });
  }

  private void store(Frame frame, @Nullable Object[] results) {
    for (int i = 0; i < outputs.length; i++) {
      int slot = outputs[i];
      if (slot == NONE) {
        continue;
      }
      Object value = results[i];
      if (clonesBehind[i] && value instanceof Tensor tensor) {
        value = tensor.copy();
      }
      if (closesOld[i] && frame.slots[slot] instanceof Tensor old && old != value) {
        close(frame, old);
      }
      frame.slots[slot] = value;
      if (frame.budget != null) {
        frame.budget.hold(node, value);
      }
    }
  }

  private static void close(Frame frame, Tensor tensor) {
    if (frame.budget != null) {
      frame.budget.free(tensor);
    }
    tensor.close();
  }

  private Tensor edited(int output, Tensor value) {
    Tensor replaced = java.util.Objects.requireNonNull(edit).apply(node, output, value);
    if (replaced == value) {
      return value;
    }
    if (!Arrays.equals(replaced.shape(), value.shape()) || replaced.dtype() != value.dtype()) {
      throw new IllegalArgumentException(
          "an edit of " + node.describe() + " must keep " + value + ", got " + replaced);
    }
    // the editor keeps its tensor: the run goes on with another handle, or with a copy where it is written later
    return clonesBehind[output] ? replaced : Tensor.call("aten::alias", replaced);
  }

  /** The results one an output: lists that an operator returns are laid out. */
  private @Nullable Object[] flat(List<? extends @Nullable Object> results) {
    @Nullable
    Object[] flat = new Object[outputs.length];
    int count = flatten(results, flat, 0);
    if (count < outputs.length) {
      throw new TorchException(node.describe() + " returned " + count + " values where the model file names "
          + outputs.length + "; the file was made for other sizes");
    }
    return flat;
  }

  private static int flatten(List<?> results, @Nullable Object[] into, int start) {
    int at = start;
    for (Object result : results) {
      if (result instanceof List<?> list) {
        at = flatten(list, into, at);
      } else {
        if (at < into.length) {
          into[at] = result;
        }
        at++;
      }
    }
    return at;
  }
}
