package dev.whence.score;

/**
 * What a score means. The sign is one for the whole system: positive = proponent, including the source raises the
 * measurement.
 *
 * @param measurement what is attributed, such as {@code margin}
 * @param unit such as {@code nats}; {@code 1} where scores have no unit and only ranks mean something
 * @param additive whether the scores of several sources may be summed to predict their joint effect
 * @param targetsComparable whether scores of different targets are on one scale
 */
public record Semantics(String measurement, String unit, boolean additive, boolean targetsComparable) {
}
