package dev.whence.graph.execution;

import dev.whence.graph.Node;
import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import dev.whence.torch.TorchException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call of a plan with everything that can be known before the run, whatever is tapped and edited in it. Immutable. */
final class Instruction {
  private static final int NONE = -1;

  final Node node;
  private final Kernel kernel;
  private final @Nullable Operator operator;
  private final @Nullable Object[] template;
  private final int[] outputs;
  private final boolean[] closesOld;
  private final boolean[] writtenLater;
  private final boolean[] overwritten;
  private final int[] reads;
  private final int[] frees;
  final boolean dead;

  Instruction(Builder builder) {
    this.node = builder.node;
    this.kernel = builder.kernel;
    this.operator = builder.operator;
    this.template = builder.template;
    this.outputs = builder.outputs;
    this.closesOld = builder.closesOld;
    this.writtenLater = builder.writtenLater;
    this.overwritten = builder.overwritten;
    this.reads = builder.reads;
    this.frees = builder.frees;
    this.dead = builder.dead;
  }

  /** What the planner finds out about a call, piece by piece. */
  static final class Builder {
    final Node node;
    final Kernel kernel;
    final @Nullable Object[] template;
    final int[] outputs;
    /** Of each output: whether what lies in its slot is the run's own. */
    final boolean[] closesOld;
    /** Of each output: whether its memory is overwritten by a later call. */
    final boolean[] writtenLater;
    /** Of each argument: whether its memory is overwritten by this call or a later one. */
    final boolean[] overwritten;
    int[] reads = {};
    int[] frees = {};
    /** Whether nobody asks for the result unless it is tapped. */
    boolean dead;
    @Nullable
    Operator operator;

    Builder(Node node, Kernel kernel, @Nullable Object[] template, int[] outputs) {
      this.node = node;
      this.kernel = kernel;
      this.template = template;
      this.outputs = outputs;
      this.closesOld = new boolean[outputs.length];
      this.writtenLater = new boolean[outputs.length];
      this.overwritten = new boolean[template.length];
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
    Tap tap = frame.hooks.tap(node.index());
    Edit edit = frame.hooks.edit(node.index());
    if (!dead || tap != null) {
      call(frame, tap, edit);
    }
    for (int slot : frees) {
      if (frame.slots[slot] instanceof Tensor tensor && !frame.held.get(slot)) {
        close(frame, tensor);
      }
      frame.slots[slot] = null;
    }
  }

  private void call(Frame frame, @Nullable Tap tap, @Nullable Edit edit) {
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
      if (tap == null && edit == null) {
        store(frame, results, false, false);
      } else {
        show(frame, results, seen, tap, edit);
        store(frame, results, true, tap != null);
        hold(frame, tap);
      }
    } catch (TorchException e) {
      throw e.at(node.describe());
    }
  }

  /** What the tap is shown of arguments that are overwritten later: copies with the same history. */
  private @Nullable Object[] seen(@Nullable Object[] arguments) {
    @Nullable
    Object[] seen = arguments.clone();
    for (int i = 0; i < seen.length; i++) {
      if (overwritten[i]) {
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
  private void show(Frame frame, @Nullable Object[] results, @Nullable Object[] seen, @Nullable Tap tap,
      @Nullable Edit edit) {
    frame.aside(() -> {
      for (int i = 0; i < results.length; i++) {
        if (edit != null && results[i] instanceof Tensor tensor) {
          results[i] = edited(edit, i, tensor);
        }
      }
      if (tap != null) {
        tap.observe(node, Arrays.asList(seen), Arrays.asList(results.clone()));
      }
    });
  }

  /** Puts the results where later calls find them; what was shown is kept from later calls that write. */
  private void store(Frame frame, @Nullable Object[] results, boolean shown, boolean tapped) {
    for (int i = 0; i < outputs.length; i++) {
      int slot = outputs[i];
      if (slot == NONE) {
        continue;
      }
      Object value = results[i];
      if (shown && writtenLater[i] && value instanceof Tensor tensor) {
        value = tensor.copy();
      }
      // a tap on this call was shown what lay in the slot, as an argument
      if (closesOld[i] && !tapped && !frame.held.get(slot) && frame.slots[slot] instanceof Tensor old
          && old != value) {
        close(frame, old);
      }
      frame.held.clear(slot);
      frame.slots[slot] = value;
      if (frame.budget != null) {
        frame.budget.hold(node, value);
      }
    }
  }

  /** Promises the tensors that the tap was shown until the run ends. */
  private void hold(Frame frame, @Nullable Tap tap) {
    if (tap == null || !tap.keepsTensors()) {
      return;
    }
    for (int slot : reads) {
      frame.held.set(slot);
    }
    for (int i = 0; i < outputs.length; i++) {
      if (outputs[i] >= 0 && !writtenLater[i]) {
        frame.held.set(outputs[i]);
      }
    }
  }

  private static void close(Frame frame, Tensor tensor) {
    if (frame.budget != null) {
      frame.budget.free(tensor);
    }
    tensor.close();
  }

  private Tensor edited(Edit edit, int output, Tensor value) {
    Tensor replaced = edit.apply(node, output, value);
    if (replaced == value) {
      return value;
    }
    if (!Arrays.equals(replaced.shape(), value.shape()) || replaced.dtype() != value.dtype()) {
      throw new IllegalArgumentException(
          "an edit of " + node.describe() + " must keep " + value + ", got " + replaced);
    }
    // the editor keeps its tensor: the run goes on with another handle, or with a copy where it is written later
    return writtenLater[output] ? replaced : Tensor.call("aten::alias", replaced);
  }

  /** The results one per output: lists that an operator returns are laid out. */
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
