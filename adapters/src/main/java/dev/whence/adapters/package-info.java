/**
 * Heavy, optional implementations of core's interfaces, each found by ServiceLoader. Algorithms do not belong here.
 */
@NullMarked
package dev.whence.adapters;

import org.jspecify.annotations.NullMarked;
