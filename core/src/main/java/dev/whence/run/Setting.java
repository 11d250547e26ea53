package dev.whence.run;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a record component as a setting: one declaration gives validation ({@link Settings#check}), the key in run
 * files, the flag, the line of documentation and the entry in the provenance. Bounds hold for numbers, and for each
 * number of a list.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /** What it does, in half a sentence without a full stop. */
  String help();

  /** Smallest value allowed. */
  double min() default Double.NEGATIVE_INFINITY;

  /** Largest value allowed. */
  double max() default Double.POSITIVE_INFINITY;

  /** Whether {@link #min} itself is refused. */
  boolean exclusiveMin() default false;

  /** Whether {@link #max} itself is refused. */
  boolean exclusiveMax() default false;
}
