package dev.whence.training;

import dev.whence.run.Setting;
import dev.whence.run.Settings;
import java.util.Objects;

/**
 * How a model is trained. Together with the model, the examples and a seed it determines every bit of the result on one
 * machine; the seed is no part of it.
 *
 * @param optimizer the update rule with its settings
 * @param learningRate η, &gt; 0
 * @param schedule course of the learning rate
 * @param warmup share of the steps in which the rate rises, in [0, 1)
 * @param floor factor of the rate that the schedule ends at, in [0, 1]
 * @param epochs passes over the examples, at least 1
 * @param steps number of updates, whatever the epochs; 0: as many as the epochs take
 * @param batchSize examples per step, at least 1
 * @param dropLast whether an epoch's last, partial batch is left out
 * @param labelSmoothing weight spread evenly over all classes, in [0, 1)
 */
public record Recipe(@Setting(help = "update rule") Optimizer optimizer,
    @Setting(help = "size of a step", min = 0, exclusiveMin = true) double learningRate,
    @Setting(help = "course of the learning rate") Schedule schedule,
    @Setting(help = "share of the steps in which the rate rises", min = 0, max = 1, exclusiveMax = true) double warmup,
    @Setting(help = "factor of the rate the schedule ends at", min = 0, max = 1) double floor,
    @Setting(help = "passes over the examples", min = 1) int epochs,
    @Setting(help = "number of updates, whatever the epochs; 0: as many as the epochs take", min = 0) long steps,
    @Setting(help = "examples per step", min = 1) int batchSize,
    @Setting(help = "leave out an epoch's last, partial batch") boolean dropLast,
    @Setting(help = "weight spread evenly over all classes", min = 0, max = 1, exclusiveMax = true) double labelSmoothing) {
  /** Checks every bound. */
  public Recipe {
    Objects.requireNonNull(optimizer);
    Objects.requireNonNull(schedule);
    Settings.check(Recipe.class, optimizer, learningRate, schedule, warmup, floor, epochs, steps, batchSize,
        dropLast, labelSmoothing);
    if (schedule == Schedule.CONSTANT && floor != 0) {
      throw new IllegalArgumentException("floor has no effect with schedule: constant, got " + floor
          + "; leave it out, or take another schedule");
    }
  }

  /** AdamW at 0.001 on a cosine, 10 epochs in batches of 64. */
  public Recipe() {
    this(new AdamW(), 1e-3, Schedule.COSINE, 0, 0, 10, 0, 64, false, 0);
  }

  /** The same recipe with another update rule and rate. */
  public Recipe with(Optimizer rule, double rate) {
    return new Recipe(rule, rate, schedule, warmup, floor, epochs, steps, batchSize, dropLast,
        labelSmoothing);
  }

  /** The same recipe with another course of the learning rate. */
  public Recipe with(Schedule course, double rising, double end) {
    return new Recipe(optimizer, learningRate, course, rising, end, epochs, steps, batchSize, dropLast,
        labelSmoothing);
  }

  /** The same recipe for so many passes in batches of this size. */
  public Recipe epochs(int passes, int batch) {
    return new Recipe(optimizer, learningRate, schedule, warmup, floor, passes, 0, batch, dropLast,
        labelSmoothing);
  }

  /** The same recipe for so many updates in batches of this size. */
  public Recipe steps(long updates, int batch) {
    return new Recipe(optimizer, learningRate, schedule, warmup, floor, epochs, updates, batch, dropLast,
        labelSmoothing);
  }

  /** The same recipe on labels softened by this much. */
  public Recipe smoothed(double amount) {
    return new Recipe(optimizer, learningRate, schedule, warmup, floor, epochs, steps, batchSize, dropLast,
        amount);
  }

  /** Updates of a run over n examples. @throws IllegalArgumentException if an epoch would have no batch */
  public long totalSteps(long examples) {
    long perEpoch = stepsPerEpoch(examples);
    return steps > 0 ? steps : Math.multiplyExact(epochs, perEpoch);
  }

  /** Updates of one pass over n examples, at least 1. */
  public long stepsPerEpoch(long examples) {
    long batches = dropLast ? examples / batchSize : Math.ceilDiv(examples, batchSize);
    if (batches == 0) {
      throw new IllegalArgumentException("an epoch of " + examples + " examples has no batch of " + batchSize
          + "; choose a smaller batch-size or keep the last batch");
    }
    return batches;
  }

  /** The learning rate of a step (from 0) in a run of so many. */
  public double rate(long step, long total) {
    return learningRate * schedule.factor(step, total, warmup, floor);
  }
}
