/** Programs that the documentation shows. */
@NullMarked
package dev.whence.example;

import org.jspecify.annotations.NullMarked;
