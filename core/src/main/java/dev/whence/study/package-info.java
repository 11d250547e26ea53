/**
 * Strings the steps of one run file together: opens the folder, trains, attributes, evaluates and gathers what a report shows. What
 * the command line calls; holds no algorithm of its own.
 */
@NullMarked
package dev.whence.study;

import org.jspecify.annotations.NullMarked;
