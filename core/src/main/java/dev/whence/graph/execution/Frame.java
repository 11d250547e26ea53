package dev.whence.graph.execution;

import dev.whence.torch.Autocast;
import dev.whence.torch.Autograd;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of one run. Belongs to one thread. */
final class Frame implements AutoCloseable {
  final @Nullable Object[] slots;
  final Mode mode;
  /** Counts memory in a run whose sizes were not seen before; null in later ones. */
  final @Nullable Budget budget;
  final Hooks hooks;
  /** Slots whose tensors a tap was promised to the end of the run. */
  final BitSet held = new BitSet();
  private final boolean recording;
  private final Deque<AutoCloseable> modes = new ArrayDeque<>();

  Frame(int slots, Mode mode, Hooks hooks, boolean recording, @Nullable Budget budget) {
    this.hooks = hooks;
    this.budget = budget;
    this.slots = new Object[slots];
    this.mode = mode;
    this.recording = recording;
  }

  /** Whether the caller records derivatives. */
  boolean recording() {
    return recording;
  }

  /** Switches recording until {@link #leave}: a graph can stop it, but not start what the caller stopped. */
  void enterGradMode(boolean enabled) {
    modes.push(enabled && recording ? Autograd.on() : Autograd.off());
  }

  void enter(AutoCloseable mode) {
    modes.push(mode);
  }

  /** Does what is no part of the model, such as what a tap computes: without the graph's mixed precision. */
  void aside(Runnable work) {
    if (modes.stream().noneMatch(Autocast.class::isInstance)) {
      work.run();
      return;
    }
    try (var _ = Autocast.off()) {
      work.run();
    }
  }

  void leave() {
    close(modes.pop());
  }

  private static void close(AutoCloseable mode) {
    try {
      mode.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a mode cannot fail to end", e);
    }
  }

  /** The value of a template: a slot's content, a list of templates' values, or the template itself. */
  @Nullable
  Object resolve(@Nullable Object template) {
    return switch (template) {
      case Slot slot -> slots[slot.index()];
      case Slots list -> {
        @Nullable
        Object[] items = new Object[list.items().size()];
        for (int i = 0; i < items.length; i++) {
          items[i] = resolve(list.items().get(i));
        }
        yield Arrays.asList(items);
      }
      case null -> null;
      default -> template;
    };
  }

  /** Stands for the value in a slot. */
  record Slot(int index) {
  }

  /** Stands for a list of values. */
  record Slots(List<@Nullable Object> items) {
  }

  /** Ends the modes a failed run left on. */
  @Override
  public void close() {
    while (!modes.isEmpty()) {
      leave();
    }
  }
}
