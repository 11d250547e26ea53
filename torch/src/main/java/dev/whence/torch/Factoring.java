package dev.whence.torch;

import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Calls that factor a matrix by rows and columns (LU). OpenBLAS does that in several threads with working space on the stack, more
 * than a Java thread has: the process would end without a word. Such calls are made with one thread.
 */
final class Factoring {
  private static final Set<String> OPERATORS = Set.of("aten::det", "aten::logdet", "aten::slogdet",
      "aten::inverse", "aten::linalg_det", "aten::_linalg_det", "aten::linalg_slogdet",
      "aten::_linalg_slogdet",
      "aten::linalg_inv", "aten::linalg_inv_ex", "aten::linalg_solve", "aten::linalg_solve_ex",
      "aten::_linalg_solve_ex", "aten::linalg_lu", "aten::linalg_lu_factor", "aten::linalg_lu_factor_ex",
      "aten::_lu_with_info", "aten::linalg_tensorinv", "aten::linalg_tensorsolve",
      "aten::linalg_matrix_power",
      "aten::matrix_power", "aten::linalg_eig", "aten::linalg_eigvals", "aten::_linalg_eigvals",
      "aten::matrix_exp", "aten::linalg_matrix_exp", "aten::linalg_pinv", "aten::pinverse",
      "aten::linalg_lstsq", "aten::lu_solve", "aten::linalg_lu_solve");

  /** Whether derivatives may have to factor too: those of some such calls do. */
  private static final AtomicBoolean CALLED = new AtomicBoolean();

  private Factoring() {
  }

  /** Whether the operator is one of these. */
  static boolean isBy(String operator) {
    return OPERATORS.contains(operator);
  }

  /** Around such a call. */
  static Threads.Lone call() {
    CALLED.set(true);
    return Threads.lone();
  }

  /** Around the way back. */
  static Threads.Lone derivative() {
    return CALLED.get() ? Threads.lone() : Threads.Lone.NONE;
  }
}
