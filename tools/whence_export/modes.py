"""Running an exported graph outside torch.export's own runner, in training or evaluation mode."""

import copy

import torch
from torch.export.graph_signature import InputKind, OutputKind
from torch.utils._pytree import tree_leaves

from . import ExportError

_BATCH_STATISTICS = {"training", "use_input_stats"}
"""Flags of the norms that use the batch's own statistics where there are no running ones."""
_FLAGS = {"training", "train", "use_input_stats"}


def evaluation(graph_module):
    """A copy whose dropouts are off and whose norms read their running statistics."""
    flipped = copy.deepcopy(graph_module)
    for part in flipped.modules():
        if isinstance(part, torch.fx.GraphModule):
            _switch_off(part)
            part.recompile()
    return flipped


def _switch_off(graph_module):
    for node in list(graph_module.graph.nodes):
        schema = getattr(node.target, "_schema", None)
        if node.op != "call_function" or schema is None:
            continue
        if schema.name == "aten::add_" and str(node.args[0]).endswith("num_batches_tracked"):
            node.replace_all_uses_with(node.args[0])
            graph_module.graph.erase_node(node)
            continue
        statistics = _argument(node, schema, "running_mean")
        for position, argument in enumerate(schema.arguments):
            if argument.name == "dropout_p":
                _set(node, position, argument.name, 0.0)
            elif argument.name in _FLAGS and not (argument.name in _BATCH_STATISTICS and _lacks(schema, statistics)):
                _set(node, position, argument.name, False)


def random_nodes(graph_module):
    """Names of the nodes that draw random numbers and have no flag to stop it."""
    found = []
    for part in graph_module.modules():
        for node in part.graph.nodes if isinstance(part, torch.fx.GraphModule) else ():
            schema = getattr(node.target, "_schema", None)
            if schema is None or torch.Tag.nondeterministic_seeded not in node.target.tags:
                continue
            if not any(argument.name in _FLAGS or argument.name == "dropout_p" for argument in schema.arguments):
                found.append(node.name)
    return found


def depend_on(graph_module, program, names):
    """Those of the named buffers from which an output is computed, in whatever way."""
    specs = program.graph_signature
    buffers = {spec.arg.name: spec.target for spec in specs.input_specs if spec.target in names}
    result = next(node for node in graph_module.graph.nodes if node.op == "output")
    given = result.args[0]
    kept = [value for value, spec in zip(given, specs.output_specs) if spec.kind == OutputKind.USER_OUTPUT]
    waiting, seen = [value for value in kept if isinstance(value, torch.fx.Node)], set()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(node.all_input_nodes)
    return [buffers[node.name] for node in seen if node.op == "placeholder" and node.name in buffers]


def _lacks(schema, statistics):
    return statistics is None and any(argument.name == "running_mean" for argument in schema.arguments)


def _argument(node, schema, name):
    for position, argument in enumerate(schema.arguments):
        if argument.name == name:
            return node.args[position] if position < len(node.args) else node.kwargs.get(name)
    return None


def _set(node, position, name, value):
    if position < len(node.args):
        node.update_arg(position, value)
    elif name in node.kwargs:
        node.update_kwarg(name, value)


def run(program, graph_module, args, kwargs):
    """The leaves a graph returns for these arguments, and the names of what it wrote; it works on copies."""
    given = iter(tree_leaves((args, _ordered(program, kwargs))))
    inputs = program.graph_signature.input_specs
    values = [_value(program, spec, given) for spec in inputs]
    before = [value.clone() if isinstance(value, torch.Tensor) else value for value in values]
    with torch.no_grad():
        returned = graph_module(*values)
    outputs = program.graph_signature.output_specs
    leaves = [value for value, spec in zip(returned, outputs) if spec.kind == OutputKind.USER_OUTPUT]
    return leaves, [spec.target or spec.arg.name for spec, *pair in zip(inputs, before, values) if _differ(*pair)]


def _differ(before, after):
    return isinstance(before, torch.Tensor) and not torch.equal(before.nan_to_num(), after.nan_to_num())


def _ordered(program, kwargs):
    order = program.call_spec.in_spec.child(1).context or []
    return {name: kwargs[name] for name in order} if kwargs else {}


def _value(program, spec, given):
    if spec.kind == InputKind.USER_INPUT:
        value = next(given)
        return value.clone() if isinstance(value, torch.Tensor) else value
    if spec.kind == InputKind.PARAMETER:
        return program.state_dict[spec.target].detach().clone()
    if spec.kind in (InputKind.BUFFER, InputKind.CONSTANT_TENSOR):
        known = program.state_dict if spec.target in program.state_dict else program.constants
        return known[spec.target].detach().clone()
    raise ExportError(f"graph input {spec.arg.name} is a {spec.kind.name}, which a plain graph cannot hold")
