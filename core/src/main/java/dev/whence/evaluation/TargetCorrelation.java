package dev.whence.evaluation;

/**
 * One target's correlation.
 *
 * @param target position on the target axis
 * @param id the target's id
 * @param correlation in [−1, 1]
 */
public record TargetCorrelation(int target, String id, double correlation) {
}
