package dev.whence.torch;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Owns every tensor made by this thread between {@link #open} and {@link #close}, and frees them all at
 * the close. Scopes nest as blocks do. A scope belongs to the thread that opened it.
 *
 * <pre>{@code
 * try (var scope = Scope.open()) {
 *   Tensor product = a.matmul(b);
 *   return scope.keep(product.sum());   // the caller's scope owns the sum; the product is freed
 * }
 * }</pre>
 */
public final class Scope implements AutoCloseable {
  private final PointerScope pointers;
  private final @Nullable PointerScope parent;
  private final Thread owner = Thread.currentThread();

  private Scope() {
    Natives.load();
    this.parent = PointerScope.getInnerScope();
    this.pointers = new PointerScope();
  }

  /** Opens a scope on the calling thread; the caller closes it. */
  public static Scope open() {
    return new Scope();
  }

  /**
   * Hands a tensor of this scope to the enclosing one, or to the caller where there is none: it outlives
   * this scope, and then lives until the enclosing scope or {@link Tensor#close} ends it.
   */
  public Tensor keep(Tensor tensor) {
    hand(tensor.handle(), parent);
    return tensor;
  }

  /**
   * Makes this scope an owner of a tensor that a scope inside it holds, however deep: it lives until this scope's
   * close.
   */
  public Tensor adopt(Tensor tensor) {
    pointers.attach(tensor.handle());
    return tensor;
  }

  /** Frees whatever was made in this scope and not kept. */
  @Override
  public void close() {
    if (!Thread.currentThread().equals(owner)) {
      throw new IllegalStateException("scope opened by thread '" + owner.getName() + "' closed by '"
          + Thread.currentThread().getName() + "'; a scope belongs to one thread");
    }
    pointers.close();
  }

  /** Takes a tensor out of every scope of this thread: from now on only {@link Tensor#close} frees it. */
  public static Tensor release(Tensor tensor) {
    tensor.handle().retainReference();
    return tensor;
  }

  static void hand(Pointer pointer, @Nullable PointerScope receiver) {
    if (receiver == null) {
      pointer.retainReference();
    } else {
      receiver.attach(pointer);
    }
  }
}
