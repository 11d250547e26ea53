package dev.whence.training.initial;

import dev.whence.run.Named;
import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.torch.DType;
import dev.whence.torch.Generator;
import dev.whence.torch.Operator;
import dev.whence.torch.Tensor;
import java.util.List;

/** What a parameter's first numbers are drawn from. */
public sealed interface Distribution {
  /**
   * A draw in the caller's scope.
   *
   * @param dtype FLOAT32 or FLOAT64
   * @param shape the parameter's
   * @throws IllegalArgumentException if the shape does not allow it
   */
  Tensor draw(Generator generator, DType dtype, long... shape);

  /** All the same value. */
  record Constant(@Setting(help = "the value") double value) implements Distribution {
    /** Checks. */
    public Constant {
      Settings.check(Constant.class, value);
    }

    @Override
    public Tensor draw(Generator generator, DType dtype, long... shape) {
      return Tensor.full(value, dtype, shape);
    }
  }

  /** Uniform over [low, high). */
  record Uniform(@Setting(help = "smallest value") double low, @Setting(help = "largest value") double high)
      implements
        Distribution {
    /** Checks. */
    public Uniform {
      Settings.check(Uniform.class, low, high);
      ordered(low, high);
    }

    /** Uniform over [-bound, bound). */
    static Uniform within(double bound) {
      return new Uniform(-bound, bound);
    }

    @Override
    public Tensor draw(Generator generator, DType dtype, long... shape) {
      return Tensor.randomUniform(generator, dtype, shape).multiply(high - low).add(low);
    }
  }

  /** Normal. */
  record Normal(@Setting(help = "mean") double mean,
      @Setting(help = "standard deviation", min = 0) double std) implements Distribution {
    /** Checks. */
    public Normal {
      Settings.check(Normal.class, mean, std);
    }

    @Override
    public Tensor draw(Generator generator, DType dtype, long... shape) {
      return Tensor.randomNormal(generator, dtype, shape).multiply(std).add(mean);
    }
  }

  /** Normal, given that the value lies in [low, high]. */
  record TruncatedNormal(@Setting(help = "mean of the normal") double mean,
      @Setting(help = "standard deviation of the normal", min = 0, exclusiveMin = true) double std,
      @Setting(help = "smallest value") double low, @Setting(help = "largest value") double high)
      implements
        Distribution {
    /** Checks. */
    public TruncatedNormal {
      Settings.check(TruncatedNormal.class, mean, std, low, high);
      ordered(low, high);
    }

    @Override
    public Tensor draw(Generator generator, DType dtype, long... shape) {
      // the inverse of the distribution function, in double: 2Φ−1 is the error function of z/√2
      Tensor ends = Tensor.call("aten::erf", Tensor.of(new double[]{scaled(low), scaled(high)}, 2));
      double from = ends.select(0, 0).item();
      double to = ends.select(0, 1).item();
      Tensor uniform = Tensor.randomUniform(generator, DType.FLOAT64, shape).multiply(to - from).add(from);
      Tensor drawn = Tensor.call("aten::erfinv", uniform).multiply(std * Math.sqrt(2)).add(mean);
      return Tensor.call("aten::clamp", drawn, low, high).to(dtype);
    }

    private double scaled(double value) {
      return (value - mean) / std / Math.sqrt(2);
    }
  }

  /**
   * Rows, or where there are more rows than columns, columns orthonormal times the gain, uniform over all such matrices;
   * axes after the first count as columns (Saxe et al., 2014).
   */
  record Orthogonal(@Setting(help = "factor") double gain) implements Distribution {
    /** Checks. */
    public Orthogonal {
      Settings.check(Orthogonal.class, gain);
    }

    @Override
    public Tensor draw(Generator generator, DType dtype, long... shape) {
      if (shape.length < 2) {
        throw new IllegalArgumentException("orthogonal numbers need at least 2 axes, got " + shape.length);
      }
      Tensor normal = Tensor.randomNormal(generator, dtype, shape).flatten(1, -1);
      boolean wide = normal.size(0) < normal.size(1);
      List<?> factors = Operator.of("aten::linalg_qr").call(wide ? normal.transpose(0, 1) : normal);
      if (!(factors.get(0) instanceof Tensor q) || !(factors.get(1) instanceof Tensor r)) {
        throw new IllegalStateException("linalg_qr gives two matrices");
      }
      Tensor signed = q.multiply(Tensor.call("aten::sign", Tensor.call("aten::diagonal", r)));
      return (wide ? signed.transpose(0, 1) : signed).multiply(gain).reshape(shape);
    }
  }

  /** The model file's numbers, the same for every seed. */
  @Named("file")
  record FromFile() implements Distribution {
    @Override
    public Tensor draw(Generator generator, DType dtype, long... shape) {
      throw new IllegalStateException("the model file's numbers are not drawn");
    }
  }

  private static void ordered(double low, double high) {
    if (!(low <= high)) {
      throw new IllegalArgumentException("low must be <= high, got " + low + " and " + high);
    }
  }
}
