package dev.whence.torch;

import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Mixed precision on the processor until closed; the switch belongs to a thread. Converted weights are not cached. */
public final class Autocast implements AutoCloseable {
  private final boolean before;
  private final ScalarType typeBefore;
  private final boolean cacheBefore;

  private Autocast(boolean enabled, ScalarType type) {
    Natives.load();
    this.before = torch.is_autocast_enabled(DeviceType.CPU);
    this.typeBefore = torch.get_autocast_dtype(DeviceType.CPU);
    this.cacheBefore = torch.is_autocast_cache_enabled();
    torch.set_autocast_enabled(DeviceType.CPU, enabled);
    torch.set_autocast_dtype(DeviceType.CPU, type);
    torch.set_autocast_cache_enabled(false);
  }

  /** Products and convolutions compute in the type from now on. */
  public static Autocast on(DType dtype) {
    return new Autocast(true, dtype.scalarType());
  }

  /** Everything computes in its own type from now on. */
  public static Autocast off() {
    Natives.load();
    return new Autocast(false, torch.get_autocast_dtype(DeviceType.CPU));
  }

  /** Puts the thread's earlier mode back. */
  @Override
  public void close() {
    torch.set_autocast_enabled(DeviceType.CPU, before);
    torch.set_autocast_dtype(DeviceType.CPU, typeBefore);
    torch.set_autocast_cache_enabled(cacheBefore);
  }
}
