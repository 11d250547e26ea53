"""The numbers an exported model is checked against, computed by the module itself."""

import json
from pathlib import Path

import torch
from safetensors.torch import save

from . import ExportError, rounding
from .losses import named
from .outputs import logits_name, named_outputs
from .places import account
from .tracing import in_mode

_MIXING = 1e-4
"""Relative; by more than this, a loss alone and the same loss in a batch are not the same function."""
_ROUNDINGS = 8
"""Where a module computes in half precision: so many roundings lie between a loss alone and the same in a batch."""


def reference(module, samples, labels, loss, logits=None, gradients=True):
    """The check file's tensors by name, and the name of the output that holds the logits."""
    function = named(loss)
    with in_mode(module, False), torch.no_grad():
        args, kwargs = samples.take(list(range(samples.examples)))
        before = {name: buffer.clone() for name, buffer in module.named_buffers()}
        outputs = named_outputs(_run(module, args, kwargs))
        _require_steady(module, outputs, named_outputs(module(*args, **kwargs)), before)
    chosen = logits_name(outputs, logits)
    losses = function(outputs[chosen], labels).detach()
    tensors = {"labels": labels, "losses": losses}
    tensors |= {f"output.{name}": value for name, value in outputs.items()}
    if gradients:
        with in_mode(module, False):
            halves = rounding.of(lambda: module(*args, **kwargs))
        allowed = max(_MIXING, _ROUNDINGS * halves)
        tensors |= _gradients(module, samples, labels, losses, (function, chosen, allowed))
    return tensors, chosen


def _require_steady(module, outputs, again, before):
    """Refuses outputs that change from call to call, which no mixing of examples explains."""
    if all(torch.allclose(outputs[name], again[name], rtol=_MIXING, equal_nan=True) for name in outputs):
        return
    changed = [name for name, buffer in module.named_buffers() if not torch.equal(buffer, before[name])]
    raise ExportError(
        "the module gives other outputs for the same inputs when it is called again in evaluation mode"
        + (f": forward changes the buffers {changed}" if changed else ": it draws random numbers")
        + "; let it do so in training mode only (if self.training)"
    )


def _gradients(module, samples, labels, losses, task):
    """`gradient.NAME` [b, *shape] of each example's loss, by batches of one."""
    function, chosen, allowed = task
    parameters = {name: value for name, value in module.named_parameters() if value.requires_grad}
    if not parameters:
        return {}
    rows = []
    for example in range(samples.examples):
        args, kwargs = samples.take([example])
        with in_mode(module, False), torch.enable_grad():
            outputs = named_outputs(_alone(module, args, kwargs))
            loss = function(outputs[chosen], labels[example : example + 1])[0]
            _require_alone(example, float(loss.detach()), float(losses[example]), allowed)
            rows.append(torch.autograd.grad(loss, list(parameters.values()), allow_unused=True))
    return {
        f"gradient.{name}": torch.stack(
            [torch.zeros_like(value) if row[index] is None else row[index] for row in rows]
        )
        for index, (name, value) in enumerate(parameters.items())
    }


def _run(module, args, kwargs):
    try:
        return module(*args, **kwargs)
    except Exception as failure:  # a module raises every kind; the sentence says where
        raise ExportError(f"the module itself does not run on the sample inputs: {account(failure, module)}") from failure


def _alone(module, args, kwargs):
    try:
        return module(*args, **kwargs)
    except (ValueError, RuntimeError, IndexError) as failure:
        raise ExportError(
            f"the module cannot run one example alone, so no example has a loss of its own: {account(failure, module)}"
        ) from failure


def _require_alone(example, alone, together, allowed):
    if not abs(alone - together) <= allowed * max(1.0, abs(together)):
        raise ExportError(
            f"example {example}'s loss is {alone:.6g} alone and {together:.6g} in the batch: the module mixes "
            "examples, so no example has a loss or gradient of its own; use running statistics, or mask padding"
        )


def write(path, tensors, metadata):
    """Writes tensors and text, whole or not at all; contiguous copies, as views share memory."""
    owned = {name: value.detach().clone().contiguous() for name, value in tensors.items()}
    path = Path(path)
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_bytes(_ordered(save(owned, {key: str(value) for key, value in metadata.items()})))
    unfinished.replace(path)


def _ordered(file):
    """The same file with its metadata in order, so that the same numbers give the same bytes."""
    length = int.from_bytes(file[:8], "little")
    header = json.loads(file[8 : 8 + length])
    header["__metadata__"] = dict(sorted(header.get("__metadata__", {}).items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + file[8 + length :]
