/**
 * Methods that attribute a model's outputs to the examples it was trained on: each a record whose components are its
 * settings. What several of them need, such as rows of gradients kept on disk, stands beside them; gradients themselves,
 * stores and judgement have rooms of their own.
 */
@NullMarked
package dev.whence.attribution.training;

import org.jspecify.annotations.NullMarked;
