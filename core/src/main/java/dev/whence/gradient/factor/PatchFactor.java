package dev.whence.gradient.factor;

import dev.whence.torch.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The patches a convolution sees, one per place of its output, not written out unless asked.
 *
 * @param input {@code [n, c, h, w]}, or with one spatial axis more
 * @param window how the patches are cut
 * @param layout where the examples lie on the first axis
 * @param examples b
 */
public record PatchFactor(Tensor input, Window window, Layout layout, int examples) implements Factor {
  @Override
  public long groups() {
    return window.groups();
  }

  @Override
  public long steps() {
    long places = 1;
    for (int axis = 0; axis < window.axes(); axis++) {
      long reach = window.dilation().get(axis) * (window.kernel().get(axis) - 1) + 1;
      places *= (input.size(axis + 2) + 2 * window.padding().get(axis) - reach) / window.stride().get(axis)
          + 1;
    }
    return places * (input.size(0) / examples);
  }

  @Override
  public long width() {
    return input.size(1) / window.groups() * window.taps();
  }

  @Override
  public Tensor dense() {
    return layout.regroup(window.patches(input), examples);
  }

  @Override
  public Tensor project(@Nullable Tensor matrix) {
    return matrix == null ? dense() : layout.regroup(window.convolve(input, matrix), examples);
  }

  @Override
  public Factor slice(int start, int end) {
    Tensor some = layout.sliceFirst(input, start, end, examples);
    return new PatchFactor(some, window, layout, end - start);
  }

  @Override
  public List<Tensor> tensors() {
    return List.of(input);
  }
}
