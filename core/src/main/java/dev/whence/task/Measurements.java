package dev.whence.task;

import dev.whence.run.Named;
import dev.whence.run.Registry;
import dev.whence.run.Setting;
import dev.whence.run.Settings;
import dev.whence.torch.Tensor;
import java.util.List;
import java.util.function.Function;

/** The measurements that come with Whence. */
public final class Measurements {
  private static final String NATS = "nats";

  private Measurements() {
  }

  /** What fits the loss when the user names nothing: the margin, for regression the prediction. */
  public static Measurement standard(Loss loss) {
    return switch (loss) {
      case NextToken _ -> new LogProbability();
      case SquaredError _ -> new Prediction(0);
      default -> new Margin();
    };
  }

  private static IllegalArgumentException unfit(Measurement measurement, Loss loss) {
    return new IllegalArgumentException(
        "measurement '" + Registry.nameOf(measurement) + "' needs class probabilities, but the loss is "
            + Registry.nameOf(loss) + "; use 'loss', 'negative-loss' or 'prediction'");
  }

  /** Σ over positions of a quantity of the label's class; for a binary label its log-odds, which is all there is. */
  private static Tensor ofLabel(Measurement measurement, Loss loss, Tensor logits, Tensor labels,
      Function<Positions, Tensor> quantity) {
    return switch (loss) {
      case Classification classes -> {
        Positions positions = classes.positions(logits, labels);
        yield positions.total(quantity.apply(positions));
      }
      case BinaryCrossEntropy _ -> BinaryCrossEntropy.logOdds(logits, labels).sum(1);
      default -> throw unfit(measurement, loss);
    };
  }

  /** The loss itself: positive scores raise it, so they belong to harmful sources. */
  @Named("loss")
  public record LossValue() implements Measurement {
    @Override
    public String meaning() {
      return "The loss the model was trained on: lower is better, so what raises it does harm.";
    }

    @Override
    public String unit() {
      return NATS;
    }

    @Override
    public Tensor perExample(Tensor logits, Tensor labels, Loss loss) {
      return loss.perExample(logits, labels);
    }
  }

  /** Minus the loss: positive scores lower the loss. */
  public record NegativeLoss() implements Measurement {
    @Override
    public String meaning() {
      return "Minus the loss the model was trained on: higher is better.";
    }

    @Override
    public String unit() {
      return NATS;
    }

    @Override
    public Tensor perExample(Tensor logits, Tensor labels, Loss loss) {
      return loss.perExample(logits, labels).negate();
    }
  }

  /** Log-probability of the label, summed over positions. */
  public record LogProbability() implements Measurement {
    @Override
    public String meaning() {
      return "The logarithm of the probability: 0 is certain, −0.7 one half, −2.3 a tenth; over several positions their sum.";
    }

    @Override
    public String unit() {
      return NATS;
    }

    @Override
    public Tensor perExample(Tensor logits, Tensor labels, Loss loss) {
      return loss instanceof BinaryCrossEntropy
          ? loss.perExample(logits, labels).negate()
          : ofLabel(this, loss, logits, labels, Positions::logProbability);
    }
  }

  /** log p/(1−p) of the label from the logits, summed over positions: what TRAK attributes. */
  public record Margin() implements Measurement {
    @Override
    public String meaning() {
      return "log p/(1 − p) of the probability p: 0 is one half, +2.2 is 90 %, −2.2 is 10 %.";
    }

    @Override
    public String unit() {
      return NATS;
    }

    @Override
    public Tensor perExample(Tensor logits, Tensor labels, Loss loss) {
      return ofLabel(this, loss, logits, labels, Positions::margin);
    }
  }

  /** The label's logit over the best other one, summed over positions: what datamodels and COAR attribute. */
  public record HardMargin() implements Measurement {
    @Override
    public String meaning() {
      return "The logit over the best other one: above 0 the class is predicted, below it another.";
    }

    @Override
    public String unit() {
      return NATS;
    }

    @Override
    public Tensor perExample(Tensor logits, Tensor labels, Loss loss) {
      return ofLabel(this, loss, logits, labels, Positions::hardMargin);
    }
  }

  /** The label's logit, summed over positions. */
  public record Logit() implements Measurement {
    @Override
    public String meaning() {
      return "The logit as the model gives it; only differences between logits change a prediction.";
    }

    @Override
    public String unit() {
      return NATS;
    }

    @Override
    public Tensor perExample(Tensor logits, Tensor labels, Loss loss) {
      return ofLabel(this, loss, logits, labels, Positions::labelScore);
    }
  }

  /**
   * Logit of one class minus that of another, whatever the label.
   *
   * @param plus the class that counts positively
   * @param minus the class that counts negatively
   */
  public record LogitDifference(
      @Setting(help = "class that counts positively, by name or number", min = 0) int plus,
      @Setting(help = "class that counts negatively, by name or number", min = 0) int minus)
      implements
        Measurement {
    /** Checks the bounds. */
    public LogitDifference {
      Settings.check(LogitDifference.class, plus, minus);
      if (plus == minus) {
        throw new IllegalArgumentException(
            "logit-difference needs two classes, got " + plus + " for both plus and minus");
      }
    }

    /** Class 1 against class 0. */
    public LogitDifference() {
      this(1, 0);
    }

    @Override
    public List<String> numbered() {
      return List.of("plus", "minus");
    }

    @Override
    public String meaning() {
      return "One logit minus the other: above 0 the first class is likelier than the second, each unit by a factor of 2.7.";
    }

    @Override
    public boolean speaksOfLabel() {
      return false;
    }

    @Override
    public String unit() {
      return NATS;
    }

    @Override
    public Tensor perExample(Tensor logits, Tensor labels, Loss loss) {
      if (!(loss instanceof Classification classes)) {
        throw unfit(this, loss);
      }
      Positions positions = classes.positions(logits, labels);
      return positions.total(score(positions, plus).subtract(score(positions, minus)));
    }

    private static Tensor score(Positions positions, int index) {
      long classes = positions.scores().size(2);
      if (index < 0 || index >= classes) {
        throw new IllegalArgumentException(
            "logit-difference names class " + index + ", but the model has classes 0 to " + (classes - 1));
      }
      return positions.scores().select(2, index);
    }
  }

  /**
   * One of the model's outputs as it is.
   *
   * @param output its position among an example's flattened outputs, from 0
   */
  public record Prediction(
      @Setting(help = "output, by name or by position among the flattened outputs", min = 0) int output)
      implements
        Measurement {
    /** Checks the bound. */
    public Prediction {
      Settings.check(Prediction.class, output);
    }

    /** In words, what an output is in: nobody but the user knows it. */
    public static final String OWN_UNIT = "the output's own unit";

    /** The first output. */
    public Prediction() {
      this(0);
    }

    @Override
    public List<String> numbered() {
      return List.of("output");
    }

    @Override
    public String meaning() {
      return "The output of the model as it is.";
    }

    @Override
    public boolean speaksOfLabel() {
      return false;
    }

    @Override
    public String unit() {
      return OWN_UNIT;
    }

    @Override
    public Tensor perExample(Tensor logits, Tensor labels, Loss loss) {
      Tensor flat = Outputs.flat(logits);
      if (output < 0 || output >= flat.size(1)) {
        throw new IllegalArgumentException(
            "prediction names output " + output + ", but an example has outputs 0 to " + (flat.size(1) - 1));
      }
      return flat.select(1, output);
    }
  }
}
