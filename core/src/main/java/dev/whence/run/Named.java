package dev.whence.run;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The name users choose an implementation by, in run files, on the command line and in a {@link Registry}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Named {
  /** Lower case, words joined by hyphens, such as {@code grad-dot}. */
  String value();
}
