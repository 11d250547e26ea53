package dev.whence.training;

/**
 * The course of the learning rate over a run, as a factor of the recipe's rate. With T steps, W = round(warmup · T) and
 * floor f, the factor at step t (from 0):
 */
public enum Schedule {
  /** (t+1)/W while t &lt; W, then 1. */
  CONSTANT {
    @Override
    double after(double progress, double floor) {
      return 1;
    }
  },
  /** (t+1)/W while t &lt; W, then on a line from 1 towards f at step T. */
  LINEAR {
    @Override
    double after(double progress, double floor) {
      return floor + (1 - floor) * (1 - progress);
    }
  },
  /** (t+1)/W while t &lt; W, then f + (1−f)·½(1 + cos π(t−W)/(T−W)). */
  COSINE {
    @Override
    double after(double progress, double floor) {
      return floor + (1 - floor) * .5 * (1 + Math.cos(Math.PI * progress));
    }
  },
  /** On a line from f at step 0 up to 1 at step W, and down to f at step T; W = T/2 where no warm-up is given. */
  TRIANGULAR {
    @Override
    double after(double progress, double floor) {
      return floor + (1 - floor) * (1 - progress);
    }

    @Override
    double factor(long step, long total, double warmup, double floor) {
      double peak = warmup == 0 ? total / 2.0 : warmup * total;
      return step < peak
          ? floor + (1 - floor) * step / peak
          : after((step - peak) / Math.max(total - peak, 1), floor);
    }
  };

  /** The factor once the warm-up is over; progress runs from 0 towards 1. */
  abstract double after(double progress, double floor);

  /**
   * The factor of a step.
   *
   * @param step from 0
   * @param total number of steps of the run
   * @param warmup share of the steps in [0, 1)
   * @param floor factor that is approached at the end, in [0, 1]
   */
  double factor(long step, long total, double warmup, double floor) {
    long rising = Math.round(warmup * total);
    return step < rising
        ? (step + 1.0) / rising
        : after((step - rising) / (double) Math.max(total - rising, 1), floor);
  }
}
