package dev.whence.run;

import java.io.IOException;

/** A file of ours that cannot be used as it is. */
public abstract sealed class StoreException extends IOException
    permits CorruptStoreException, IncompatibleException {
  private static final long serialVersionUID = 1L;

  StoreException(String message) {
    super(message);
  }
}
