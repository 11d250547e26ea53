package dev.whence.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.whence.run.Settings;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static double[] factors(Schedule schedule, int total, double warmup, double floor) {
    return IntStream.range(0, total).mapToDouble(step -> schedule.factor(step, total, warmup, floor))
        .toArray();
  }

  @Test
  void theRateRisesInEqualSteps() {
    assertThat(factors(Schedule.CONSTANT, 8, .5, 0)).containsExactly(.25, .5, .75, 1, 1, 1, 1, 1);
  }

  @Test
  void linearFallsTowardsTheFloor() {
    assertThat(factors(Schedule.LINEAR, 4, 0, 0)).containsExactly(1, .75, .5, .25);
    assertThat(factors(Schedule.LINEAR, 6, 1 / 3.0, .5)).containsExactly(.5, 1, 1, .875, .75, .625);
  }

  @Test
  void cosineIsTheClosedForm() {
    // torch.optim.lr_scheduler.CosineAnnealingLR(T_max=4, eta_min=0.1) at rate 1
    assertThat(factors(Schedule.COSINE, 4, 0, .1)).containsExactly(
        new double[]{1, .868198051533946, .55, .2318019484660536}, within(1e-15));
  }

  @Test
  void triangularIsTheInterpolation() {
    // numpy.interp(range(8), [0, 2, 8], [0, 1, 0])
    assertThat(factors(Schedule.TRIANGULAR, 8, .25, 0)).containsExactly(
        new double[]{0, .5, 1, 5 / 6.0, 4 / 6.0, 3 / 6.0, 2 / 6.0, 1 / 6.0}, within(1e-15));
    assertThat(factors(Schedule.TRIANGULAR, 4, 0, 0)).containsExactly(0, .5, 1, .5);
  }

  @Test
  void aRecipeIsReadFromARunFile() {
    Recipe recipe = Settings.build(Recipe.class, Map.of("optimizer",
        Map.of("sgd", Map.of("momentum", .9, "nesterov", true)), "learning-rate", .1, "schedule",
        "triangular",
        "steps", 100));
    assertThat(recipe.optimizer()).isEqualTo(new Sgd(.9, true, 0));
    assertThat(recipe.totalSteps(1000)).isEqualTo(100);
    assertThat(recipe.rate(50, 100)).isEqualTo(.1);
    assertThat(Settings.build(Recipe.class, Settings.values(recipe))).isEqualTo(recipe);
  }

  @Test
  void anEpochKeepsOrDropsItsLastBatch() {
    Recipe kept = new Recipe().epochs(3, 64);
    assertThat(kept.totalSteps(130)).isEqualTo(9);
    Recipe dropped = new Recipe(new Sgd(), .1, Schedule.CONSTANT, 0, 0, 3, 0, 64, true, 0);
    assertThat(dropped.totalSteps(130)).isEqualTo(6);
  }
}
