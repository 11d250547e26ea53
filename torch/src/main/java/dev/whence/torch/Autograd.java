package dev.whence.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.VoidTensorHook;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Derivatives, first and second, and the switch that records them; the switch belongs to a thread. */
public final class Autograd implements AutoCloseable {
  private final AutoGradMode mode;

  private Autograd(boolean recording) {
    Natives.load();
    this.mode = new AutoGradMode(recording);
    mode.retainReference();
  }

  /** Stops recording on this thread until closed. */
  public static Autograd off() {
    return new Autograd(false);
  }

  /** Records on this thread until closed, also inside {@link #off}. */
  public static Autograd on() {
    return new Autograd(true);
  }

  /** Whether this thread records. */
  public static boolean isRecording() {
    Natives.load();
    return GradMode.is_enabled();
  }

  /** Puts the thread's earlier mode back. */
  @Override
  public void close() {
    mode.deallocate();
  }

  /**
   * Gradients of Σ outputs with respect to each input.
   *
   * @param outputs any shapes; each is summed with weight 1
   * @return one tensor an input, of the input's shape; zeros where an input is not used
   * @throws TorchException if no input is reached with a recorded graph
   */
  public static List<Tensor> gradient(List<Tensor> outputs, List<Tensor> inputs) {
    return gradient(outputs, inputs, Options.ONCE);
  }

  /** As {@link #gradient(List, List)} with the graph kept, recorded or both. */
  public static List<Tensor> gradient(List<Tensor> outputs, List<Tensor> inputs, Options options) {
    var results = new ArrayList<Tensor>();
    List<Optional<Tensor>> found = vectorJacobian(outputs, List.of(), inputs, options);
    for (int i = 0; i < inputs.size(); i++) {
      Tensor input = inputs.get(i);
      results.add(found.get(i).orElseGet(() -> input.zerosLike()));
    }
    return results;
  }

  /**
   * Vector-Jacobian products Σ ⟨weightₖ, ∂outputₖ/∂input⟩.
   *
   * @param weights one tensor an output, of its shape; an empty list means ones
   * @return one result an input; empty where the outputs do not depend on it
   */
  public static List<Optional<Tensor>> vectorJacobian(List<Tensor> outputs, List<Tensor> weights,
      List<Tensor> inputs, Options options) {
    @Nullable
    PointerScope caller = PointerScope.getInnerScope();
    try (var _ = new PointerScope()) {
      var seeds = new ArrayList<Tensor>(weights);
      for (int i = seeds.size(); i < outputs.size(); i++) {
        seeds.add(outputs.get(i).onesLike());
      }
      TensorVector gradients;
      try (var _ = Factoring.derivative()) {
        gradients = torch.grad(vector(outputs), vector(inputs), vector(seeds),
            new BoolOptional(options.keepGraph()), options.createGraph(), true);
      }
      var results = new ArrayList<Optional<Tensor>>();
      for (long i = 0; i < gradients.size(); i++) {
        var gradient = gradients.get(i);
        if (gradient.defined()) {
          // the vector's element dies with the vector: take a handle of our own
          var own = new org.bytedeco.pytorch.Tensor(gradient);
          Scope.hand(own, caller);
          results.add(Optional.of(new Tensor(own)));
        } else {
          results.add(Optional.empty());
        }
      }
      return results;
    } catch (RuntimeException e) {
      throw new TorchException("gradient", e);
    }
  }

  /**
   * Hands each gradient with respect to the tensor to the receiver while a derivative is computed, on the computing thread. The
   * recorded graph remembers the receiver, not the tensor's numbers: those may be freed in the meantime. What the
   * receiver makes or is given lives until the derivative is done, unless a {@link Scope} adopts it.
   *
   * @param tensor recorded and not a leaf, or a leaf that the derivative is taken by
   * @param receiver must not throw; called once for every derivative that passes through the tensor
   * @return the connection; the caller closes it, after the last derivative of that graph and on the same thread
   * @throws TorchException if nothing is recorded for the tensor
   */
  public static Connection onGradient(Tensor tensor, Consumer<Tensor> receiver) {
    if (!tensor.requiresGrad()) {
      throw new TorchException("no derivative with respect to " + tensor + " is recorded");
    }
    var hook = new Hook(receiver);
    hook.retainReference();
    tensor.handle().register_hook(hook);
    return hook::deallocate;
  }

  /** Keeps a receiver of gradients reachable from native code. */
  @FunctionalInterface
  public interface Connection extends AutoCloseable {
    /** Frees it; no derivative may pass through the tensor any more. */
    @Override
    void close();
  }

  private static final class Hook extends VoidTensorHook {
    private final Consumer<Tensor> receiver;

    Hook(Consumer<Tensor> receiver) {
      this.receiver = receiver;
    }

    @Override
    public void call(TensorBase gradient) {
      receiver.accept(new Tensor(new org.bytedeco.pytorch.Tensor(gradient)));
    }
  }

  /**
   * What becomes of the recorded graph.
   *
   * @param keepGraph whether the graph can be differentiated again
   * @param createGraph whether the derivative is recorded itself, so that it can be differentiated
   */
  public record Options(boolean keepGraph, boolean createGraph) {
    /** The graph is freed. */
    public static final Options ONCE = new Options(false, false);
    /** The graph stays for another call. */
    public static final Options KEEP = new Options(true, false);
    /** The derivative can be differentiated again. */
    public static final Options TWICE = new Options(true, true);
  }

  /**
   * Lets attention use its fused kernels, which have no second derivative, or not. Holds for the whole process.
   */
  public static void setFusedAttention(boolean allowed) {
    Natives.load();
    torch.globalContext().setSDPUseFlash(allowed);
    torch.globalContext().setSDPUseMemEfficient(allowed);
  }

  private static TensorVector vector(List<Tensor> tensors) {
    var handles = new org.bytedeco.pytorch.Tensor[tensors.size()];
    for (int i = 0; i < handles.length; i++) {
      handles[i] = tensors.get(i).handle();
    }
    return new TensorVector(handles);
  }
}
