"""Names of a module's outputs, and the one that holds the logits."""

import dataclasses
from collections.abc import Mapping

import torch
from torch.utils import _pytree as pytree

from . import ExportError


def leaves(value, prefix=()):
    """(name, value) of each output in torch's order: `output` for a bare one, else keys joined by dots.

    A sequence's items are called `output_0` and so on at the outermost level, `0` and so on within; the fields of a
    named tuple count as items, as the archive does not keep their names.
    """
    parts = _parts(value)
    if parts is None:
        return [(".".join(prefix) or "output", value)]
    sequence = isinstance(value, (tuple, list))
    keys = [f"output_{key}" if sequence and not prefix else str(key) for key, _ in parts]
    return [leaf for key, (_, part) in zip(keys, parts) for leaf in leaves(part, (*prefix, key))]


def named_outputs(value):
    """Output name → tensor, without outputs that are no tensors."""
    named = {name: leaf for name, leaf in leaves(value) if isinstance(leaf, torch.Tensor)}
    if not named:
        raise ExportError(f"forward returns no tensor but {type(value).__name__}")
    return named


def logits_name(outputs, wanted=None):
    """The output that holds the logits: the wanted one, else the only one, else `logits`."""
    if wanted is not None:
        if wanted not in outputs:
            raise ExportError(f"no output called {wanted!r}; known: {list(outputs)}")
        return wanted
    if len(outputs) == 1:
        return next(iter(outputs))
    if "logits" in outputs:
        return "logits"
    shapes = ", ".join(f"{name} {list(value.shape)}" for name, value in outputs.items())
    raise ExportError(
        f"several outputs and none called 'logits': {shapes}; say which holds them, such as --logits "
        f'{next(iter(outputs))} (from Python: logits="{next(iter(outputs))}")'
    )


def register(value):
    """Makes a dataclass or named tuple that torch does not know an output torch.export accepts."""
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        if kind not in pytree.SUPPORTED_SERIALIZED_TYPES:
            pytree._register_namedtuple(kind, serialized_type_name=name)
    elif dataclasses.is_dataclass(kind) and not isinstance(value, Mapping) and kind not in pytree.SUPPORTED_NODES:
        torch.export.register_dataclass(kind, serialized_type_name=name)
    for _, part in _parts(value) or ():
        register(part)


def _parts(value):
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, (tuple, list)):
        return list(enumerate(value))
    if dataclasses.is_dataclass(value):
        fields = [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]
        return [(name, part) for name, part in fields if part is not None]
    return None
