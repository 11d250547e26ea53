package dev.whence.torch;

/** Where tensors live and operators run. */
public enum Device {
  /** The processor's own memory. */
  CPU;

  org.bytedeco.pytorch.Device handle() {
    return new org.bytedeco.pytorch.Device(name().toLowerCase(java.util.Locale.ROOT));
  }
}
