"""What any reader of an exported graph can run, and what only PyTorch can."""

import torch

from . import ExportError

_TRANSFORMS = ("_batch_dim", "_vmap_", "flat_apply", "functorch")
"""Traces of torch.func transforms."""
_INLINED = {"cond", "invoke_subgraph", "tag_activation_checkpoint", "wrap", "wrap_activation_checkpoint",
            "wrap_with_autocast", "wrap_with_set_grad_enabled"}  # fmt: skip
"""Operators on graphs that a reader runs; others loop."""


def require_real(module, arguments):
    """Refuses complex parameters and inputs: no loss has a gradient by them, no data set feeds them."""
    named = [(f"parameter {name!r}", tensor) for name, tensor in module.named_parameters()]
    leaves = torch.utils._pytree.tree_flatten_with_path(arguments)[0]
    named += [(f"input {torch.utils._pytree.keystr(path)}", leaf) for path, leaf in leaves]
    for what, tensor in named:
        if isinstance(tensor, torch.Tensor) and tensor.dtype.is_complex:
            raise ExportError(
                f"{what} is complex ({tensor.dtype}): keep its real and imaginary parts as one real tensor of shape "
                f"{[*tensor.shape, 2]} and call torch.view_as_complex in forward"
            )


def require(program, samples):
    """Fails on nodes that no archive, or no reader but PyTorch, can carry, and on a number of examples baked in."""
    for part in program.graph_module.modules():
        for node in part.graph.nodes if isinstance(part, torch.fx.GraphModule) else ():
            if node.op == "call_function":
                _require_plain(node)
    placeholders = {node.name: node.meta.get("val") for node in program.graph.nodes if node.op == "placeholder"}
    names = [name for name in program.graph_signature.user_inputs if isinstance(placeholders.get(name), torch.Tensor)]
    for name, axis in zip(names, samples.axes(), strict=True):
        if axis is not None and not isinstance(placeholders[name].shape[axis], torch.SymInt):
            raise ExportError(f"input {name} takes {placeholders[name].shape[axis]} examples and no other number")


def _require_plain(node):
    name = getattr(node.target, "__name__", str(node.target))
    where = f"node {node.name}{_module(node)} calls {name}"
    if any(word in str(node.target) for word in _TRANSFORMS):
        raise ExportError(f"{where}, which only PyTorch can run")
    if isinstance(node.target, torch._ops.HigherOrderOperator) and node.target.name() not in _INLINED:
        raise ExportError(f"{where}, a control structure that Whence does not run: unroll the loop in forward")


def _module(node):
    stack = list((node.meta.get("nn_module_stack") or {}).values())
    path = stack[-1][0].removeprefix("L['self'].").removeprefix("L['self']") if stack else ""
    return f" in module {path}" if path else ""


def erase_unread_draws(graph_module):
    """Drops random numbers that nothing reads; tracing keeps them for the sake of the generator's state."""
    for node in reversed(list(graph_module.graph.nodes)):
        tags = getattr(node.target, "tags", ())
        if node.op == "call_function" and not node.users and torch.Tag.nondeterministic_seeded in tags:
            graph_module.graph.erase_node(node)
    graph_module.recompile()
