package dev.whence.training;

import dev.whence.torch.Threads;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Gives the operators of a test class one thread, and puts the number back after it. */
public final class OneThread implements BeforeAllCallback, AfterAllCallback {
  private int before;

  @Override
  public void beforeAll(ExtensionContext context) {
    before = Threads.intraOp();
    Threads.setIntraOp(1);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Threads.setIntraOp(before);
  }
}
