package dev.whence.gradient;

/** A use in a running pass, with what is known of its gradient after the forward pass. */
record Captured(PlannedUse use, Pending pending) {
  String parameter() {
    return use.use().view().parameter();
  }
}
