package dev.whence.score;

/**
 * One score with the source it belongs to.
 *
 * @param source position on the source axis
 * @param id the source's id
 * @param score in the matrix's unit; positive = proponent
 */
public record Entry(int source, String id, float score) {
}
