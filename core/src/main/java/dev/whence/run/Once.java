package dev.whence.run;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What something immutable works out about itself when it is first asked, such as its fingerprint, and keeps. Safe for any
 * thread: two may work it out at once, and both get the same.
 *
 * @param <T> what it is
 */
public final class Once<T> {
  private final AtomicReference<@Nullable T> made = new AtomicReference<>();
  private final Supplier<T> maker;

  private Once(Supplier<T> maker) {
    this.maker = maker;
  }

  /** What the maker makes, which gives equal things whenever it is asked. */
  public static <T> Once<T> of(Supplier<T> maker) {
    return new Once<>(maker);
  }

  /** It. */
  public T get() {
    T found = made.get();
    if (found != null) {
      return found;
    }
    T own = maker.get();
    T earlier = made.compareAndExchange(null, own);
    return earlier == null ? own : earlier;
  }
}
