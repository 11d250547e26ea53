package dev.whence.graph.pt2;

import dev.whence.graph.UnsupportedModelException;
import dev.whence.torch.Operator;
import java.util.List;
import java.util.Set;

/** Which operators a file may call: all of ATen but those that touch files or the storage of tensors. */
final class Operators {
  private static final Set<String> REFUSED = Set.of("from_file", "save", "load", "set_", "set", "set_data",
      "resize_", "resize", "resize_as_", "resize_as", "resize_as_sparse_", "resize_as_sparse",
      "_resize_output_",
      "_resize_output", "swap_", "record_stream", "_print", "warn", "print", "requires_grad_", "_backward",
      "retain_grad",
      "_fw_primal", "_make_dual", "_unpack_dual", "_nested_view_from_buffer", "_nested_view_from_jagged",
      "_nested_tensor_from_mask", "_sparse_coo_tensor_unsafe", "_sparse_compressed_tensor_unsafe",
      "_sparse_csr_tensor_unsafe", "_sparse_csc_tensor_unsafe", "_sparse_bsr_tensor_unsafe",
      "_sparse_bsc_tensor_unsafe", "sparse_coo_tensor", "sparse_compressed_tensor", "sparse_csr_tensor",
      "sparse_csc_tensor", "sparse_bsr_tensor", "sparse_bsc_tensor", "_sparse_coo_tensor_with_dims",
      "_sparse_coo_tensor_with_dims_and_tensors", "_coalesced_", "sparse_resize_", "sparse_resize_and_clear_",
      "rename_",
      "_share_memory_",
      "_pin_memory", "pin_memory", "copy_sparse_to_sparse_", "crow_indices_copy",
      "_has_compatible_shallow_copy_type");

  private static final Set<String> SCALAR = Set.of("neg", "abs", "pos", "not_", "sym_not", "invert",
      "sym_float",
      "float", "sym_int", "int", "trunc", "floor", "ceil", "round", "sqrt", "sym_sqrt", "_sym_sqrt",
      "sym_ite", "sym_sum",
      "eq", "ne", "lt", "le", "gt", "ge", "and_", "or_", "truediv", "add", "sub", "mul", "floordiv", "mod",
      "pow", "sym_max",
      "max", "sym_min", "min", "lshift", "rshift");
  private static final List<String> SCALAR_NAMESPACES = List.of("_operator::", "torch::", "math::",
      "builtins::");

  private Operators() {
  }

  /** {@code torch.ops.aten.add.Tensor} → {@code aten::add.Tensor}; {@code _operator.mul} → {@code _operator::mul}. */
  static String qualified(String target) {
    String[] parts = target.split("\\.", -1);
    if (target.startsWith("torch.ops.") && parts.length >= 4) {
      String overload = parts.length > 4 ? parts[4] : "default";
      return parts[2] + "::" + parts[3] + (overload.equals("default") ? "" : "." + overload);
    }
    int dot = target.lastIndexOf('.');
    return dot < 0 ? target : target.substring(0, dot) + "::" + target.substring(dot + 1);
  }

  /** Whether a target is Python's own arithmetic on sizes and numbers. */
  static boolean isScalar(String qualified) {
    return SCALAR_NAMESPACES.stream()
        .anyMatch(
            space -> qualified.startsWith(space) && SCALAR.contains(qualified.substring(space.length())));
  }

  /** The operator of a checked name. */
  static Operator find(String qualified, String where) throws UnsupportedModelException {
    String bare = qualified.startsWith("aten::") ? qualified.substring(6) : "";
    int dot = bare.indexOf('.');
    String name = dot < 0 ? bare : bare.substring(0, dot);
    if (name.isEmpty()) {
      throw new UnsupportedModelException(where
          + " is outside PyTorch's own operators (aten), which Whence does not run; replace the custom operator by"
          + " PyTorch code and export again");
    }
    if (REFUSED.contains(name)) {
      throw new UnsupportedModelException(where
          + " touches files or the storage of tensors, which a model file may not; rewrite it without and export again");
    }
    String overload = dot < 0 ? "" : bare.substring(dot + 1);
    if (!Operator.exists("aten::" + name, overload)) {
      throw new UnsupportedModelException(where + " is unknown to libtorch "
          + dev.whence.torch.Natives.version()
          + "; export again without it, or with a release of PyTorch near to it");
    }
    return Operator.of("aten::" + name, overload);
  }
}
