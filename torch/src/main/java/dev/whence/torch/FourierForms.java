package dev.whence.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.LongStream;

/** What Fourier transforms return. */
final class FourierForms {
  private FourierForms() {
  }

  static void addTo(BiConsumer<String, Function<Given, Forecast>> rules) {
    for (String kind : List.of("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")) {
      for (String axes : List.of("", "2", "n")) {
        rules.accept("fft_" + kind + axes, given -> transform(given, kind, axes));
      }
    }
    rules.accept("stft", FourierForms::windows);
  }

  private static Forecast transform(Given given, String kind, String name) {
    Form self = FormRules.first(given);
    List<Long> axes = axes(given, self, name);
    List<Long> sizes = given.value("s") != null ? given.wholes("s", 1) : given.wholes("n", 1);
    boolean half = kind.equals("rfft") || kind.equals("ihfft");
    boolean full = kind.equals("irfft") || kind.equals("hfft");
    var shape = new ArrayList<>(self.shape());
    for (int i = 0; i < axes.size(); i++) {
      int at = (int) (axes.get(i) < 0 ? axes.get(i) + self.rank() : axes.get(i));
      if (at < 0 || at >= shape.size()) {
        continue;
      }
      boolean lastAxis = i == axes.size() - 1;
      long whole = full && lastAxis ? 2 * (shape.get(at) - 1) : shape.get(at);
      long size = i < sizes.size() && sizes.get(i) > 0 ? sizes.get(i) : whole;
      shape.set(at, half && lastAxis ? size / 2 + 1 : size);
    }
    boolean wide = self.dtype() == DType.FLOAT64 || self.dtype() == DType.COMPLEX128;
    DType complex = wide ? DType.COMPLEX128 : DType.COMPLEX64;
    DType real = wide ? DType.FLOAT64 : DType.FLOAT32;
    Form result = Form.dense(shape, full ? real : complex);
    // between the axes, and before an input that is filled up
    return Forecast.fresh(Form.plus(Form.times(2, result.bytes()), Form.times(2, self.bytes())), result);
  }

  private static List<Long> axes(Given given, Form self, String name) {
    List<Long> told = given.wholes("dim", 1);
    if (!told.isEmpty()) {
      return told;
    }
    int count = given.value("s") != null ? given.wholes("s", 1).size() : self.rank();
    return switch (name) {
      case "" -> List.of(-1L);
      case "2" -> List.of(-2L, -1L);
      default -> LongStream.range(self.rank() - (long) Math.min(count, self.rank()), self.rank()).boxed()
          .toList();
    };
  }

  private static Forecast windows(Given given) {
    Form self = given.form("self");
    long width = Math.max(1, given.whole("n_fft", 1));
    long hop = Math.max(1, given.whole("hop_length", Math.max(1, width / 4)));
    long frames = Form.times(self.elements() / hop + self.size(0) + 2, width);
    return Forecast.atMost(Form.times(frames, 48));
  }
}
