package dev.whence.score;

/** Which end of the ranking is asked for. */
public enum Order {
  /** Highest score first: the sources that raise the measurement most. */
  PROPONENTS,
  /** Lowest score first: the sources that lower the measurement most. */
  OPPONENTS
}
