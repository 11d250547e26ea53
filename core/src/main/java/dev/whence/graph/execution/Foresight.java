package dev.whence.graph.execution;

import dev.whence.graph.ModelState;
import dev.whence.torch.DType;
import dev.whence.torch.Forecast;
import dev.whence.torch.Forecaster;
import dev.whence.torch.Form;
import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a plan with forms in place of tensors and adds up the memory, before a single call is made. Ends where a form
 * depends on numbers; from there on each call is forecast when its turn comes. Belongs to one run.
 */
final class Foresight {
  private final Forecaster forecaster;
  private final long limit;
  private final boolean recording;
  private final @Nullable Object[] slots;
  /** Mixed precision chooses types as it goes: half-precision values are taken for single ones. */
  private final boolean widening;
  private long bytes;

  private Foresight(Plan plan, Forecaster forecaster, long limit, boolean recording) {
    this.slots = new Object[plan.slots()];
    this.forecaster = forecaster;
    this.limit = limit;
    this.recording = recording;
    this.widening = plan.calls().stream().anyMatch(call -> call.node.target().equals("whence::autocast"));
  }

  /** A value's form and the memory it lies in. */
  private record Held(Form form, Memory memory) {
  }

  /** Memory that several values may share. */
  private static final class Memory {
    private final long bytes;
    private int holders;

    Memory(long bytes) {
      this.bytes = bytes;
    }
  }

  /**
   * Whether every call of the plan could be forecast; if so, a run keeps the limit.
   *
   * @throws MemoryLimitException naming the first call that would pass the limit
   */
  static boolean covers(Plan plan, Forecaster forecaster, long limit, boolean recording, ModelState state,
      Map<String, Tensor> inputs) {
    var sight = new Foresight(plan, forecaster, limit, recording);
    plan.inputs().forEach((name, slot) -> sight.give(slot, inputs.get(name)));
    plan.parameters().forEach((slot, name) -> sight.give(slot, state.parameters().get(name)));
    plan.buffers().forEach((slot, name) -> sight.give(slot, state.buffers().get(name)));
    for (Instruction call : plan.calls()) {
      if (!sight.passes(call)) {
        return false;
      }
    }
    return true;
  }

  private void give(int slot, @Nullable Tensor tensor) {
    if (tensor != null) {
      slots[slot] = held(Form.of(tensor), new Memory(0));
    }
  }

  private Held held(Form form, Memory memory) {
    boolean half = widening && form.dtype().isFloating() && form.dtype().bytes() < DType.FLOAT32.bytes();
    memory.holders++;
    return new Held(half ? form.as(DType.FLOAT32) : form, memory);
  }

  /** Takes one call into account; whether that was possible. */
  private boolean passes(Instruction call) {
    String target = call.node.target();
    if (target.startsWith("whence::")) {
      return true;
    }
    if (call.dead) {
      free(call);
      return true;
    }
    var memories = new ArrayList<Memory>();
    List<@Nullable Object> arguments = forms(call.template(), memories);
    if (arguments.contains(Forecast.UNKNOWN)) {
      return false;
    }
    Operator operator = call.operator();
    if (operator == null) {
      return arithmetic(call, arguments);
    }
    Forecast forecast = forecaster.of(operator, arguments);
    Budget.require(call.node, forecast.bytes(), bytes, limit);
    if (!forecast.isExact() || forecast.results().size() < call.outputs().length) {
      return false;
    }
    store(call, forecast, memories);
    free(call);
    return true;
  }

  private boolean arithmetic(Instruction call, List<@Nullable Object> arguments) {
    boolean numbers = !call.node.target().startsWith("higher_order::")
        && arguments.stream().noneMatch(Form.class::isInstance);
    if (numbers) {
      Object value = ScalarKernels.value(call.node, arguments.toArray());
      Arrays.stream(call.outputs()).filter(slot -> slot >= 0).forEach(slot -> slots[slot] = value);
    }
    return numbers;
  }

  private void store(Instruction call, Forecast forecast, List<Memory> given) {
    int[] outputs = call.outputs();
    for (int i = 0; i < outputs.length; i++) {
      if (outputs[i] < 0) {
        continue;
      }
      release(slots[outputs[i]]);
      int source = forecast.shared().get(i);
      Object result = forecast.results().get(i);
      slots[outputs[i]] = result instanceof Form form
          ? held(form, source < 0 ? taken(form) : given.get(source))
          : result;
    }
  }

  private Memory taken(Form form) {
    bytes += form.bytes();
    return new Memory(form.bytes());
  }

  private void free(Instruction call) {
    for (int slot : call.frees()) {
      release(slots[slot]);
      slots[slot] = null;
    }
  }

  private void release(@Nullable Object value) {
    if (value instanceof Held(Form _, Memory memory) && --memory.holders == 0 && !recording) {
      bytes -= memory.bytes;
    }
  }

  private List<@Nullable Object> forms(List<@Nullable Object> templates, List<Memory> memories) {
    var forms = new ArrayList<@Nullable Object>(templates.size());
    for (Object template : templates) {
      forms.add(switch (template) {
        case Frame.Slot slot -> form(slots[slot.index()], memories);
        case Frame.Slots list -> {
          List<@Nullable Object> inner = forms(list.items(), memories);
          yield inner.contains(Forecast.UNKNOWN) ? Forecast.UNKNOWN : inner;
        }
        case null -> null;
        default -> template;
      });
    }
    return Collections.unmodifiableList(forms);
  }

  private static @Nullable Object form(@Nullable Object value, List<Memory> memories) {
    if (value instanceof Held(Form form, Memory memory)) {
      memories.add(memory);
      return form;
    }
    return value;
  }
}
