"""How each parameter starts: decided from many fresh constructions, or said to be unknown."""

import contextlib
import math

import torch

from . import fits
from .origin import seeded, unloaded

_MOST_VALUES = 40_000
_FEWEST_VALUES = 24


def describe(factory, module, seed=0, loads=True):
    """Name → distribution of every parameter and buffer over fresh constructions of the factory.

    Without `loads`, state dicts that the factory loads are left out, so that what it draws before is seen.
    """
    torch.manual_seed(seed)
    count = _constructions(module)
    with contextlib.nullcontext() if loads else unloaded():
        fresh = [_fresh(factory, seed + 1 + index) for index in range(count)]
    current = _tensors(module)
    gathered = {name: [tensors[name] for tensors in fresh] for name in current}
    random = [name for name, _ in module.named_parameters() if not _same(gathered[name])]
    report = {}
    for name, tensors in gathered.items():
        report[name] = _one(name, tensors, current, bool(random))
    parameters = {name for name, _ in module.named_parameters()}
    return {
        "constructions": count,
        "parameters": {name: report[name] for name in report if name in parameters},
        "buffers": {name: report[name] for name in report if name not in parameters},
    }


def _constructions(module):
    size = sum(parameter.numel() for parameter in module.parameters())
    return 64 if size < 100_000 else 32 if size < 1_000_000 else 12


def _fresh(factory, seed):
    with seeded(seed):
        made = factory()
    module = made[0] if isinstance(made, (tuple, list)) else made
    return _tensors(module)


def _tensors(module):
    named = [*module.named_parameters(), *module.named_buffers()]
    return {name: tensor.detach().clone() for name, tensor in named}


def _same(tensors):
    return all(torch.equal(tensors[0], other) for other in tensors[1:])


def _one(name, tensors, current, any_random):
    first = tensors[0]
    if any(tensor.shape != first.shape for tensor in tensors) or first.shape != current[name].shape:
        return _unknown("the factory's constructions differ in shape")
    if first.numel() == 0:
        return {"kind": "constant", "value": 0}
    if _same(tensors):
        return _fixed(first, current[name], any_random)
    if not first.dtype.is_floating_point:
        return _unknown(f"random numbers of type {first.dtype}")
    stacked = torch.stack(tensors).double()
    if not torch.isfinite(stacked).all():
        return _unknown("not all values are finite")
    return _random(stacked, fits.scales(name, {key: value.shape for key, value in current.items()}))


def _fixed(first, current, any_random):
    if (first == first.flatten()[0]).all():
        return {"kind": "constant", "value": first.flatten()[0].item()}
    if any_random and torch.equal(first, current):
        return {"kind": "file"}
    if any_random:
        return _unknown("not constant, the same in every construction, but not what the file holds")
    return _unknown("the factory seeds its generator or loads numbers: no parameter differs between constructions")


def _random(stacked, scales):
    """The distribution of values [constructions, *shape]; rows that are always zero are set apart."""
    rows = stacked.flatten(2).abs().amax((0, 2)) if stacked.dim() > 2 else None
    zero = [] if rows is None else torch.nonzero(rows == 0).flatten().tolist()
    if zero:
        stacked = stacked[:, rows > 0]
    found = _orthogonal(stacked) or _independent(stacked, scales)
    return {**found, "zero_rows": zero} if zero and found["kind"] != "unknown" else found


def _orthogonal(stacked):
    """Semi-orthogonal in every construction: its gain; None if it is not."""
    if stacked.dim() < 3:
        return None
    matrices = stacked.flatten(2)
    rows, columns = matrices.shape[1:]
    if min(rows, columns) < 2 or max(rows, columns) > 4096:
        return None
    matrices = matrices if rows <= columns else matrices.transpose(1, 2)
    products = matrices @ matrices.transpose(1, 2)
    squared = products.diagonal(dim1=1, dim2=2).mean()
    error = (products / squared - torch.eye(products.shape[1], dtype=torch.float64)).abs().max()
    if error > 1e-4:
        return None
    if rows > columns and rows % columns == 0 and _orthogonal(stacked.flatten(2)[:, :columns]):
        return _unknown(f"{rows // columns} orthogonal blocks, one below the other")
    return {"kind": "orthogonal", "gain": fits.snap(math.sqrt(squared), 1e-5, [1.0, math.sqrt(2)])}


def _independent(stacked, scales):
    """One distribution for all elements, all alike and independent; unknown if they are not."""
    elements = stacked.reshape(stacked.shape[0], -1)
    if bool((elements.std(0) == 0).any()):
        return _unknown("some elements are the same in every construction, others are not")
    if fits.differ_by_place(elements):
        return _unknown("elements at different places have different spreads")
    values = elements.flatten()
    if values.numel() < _FEWEST_VALUES:
        return _unknown(f"too few values to tell: {values.numel()}")
    if values.numel() > _MOST_VALUES:
        chosen = torch.randperm(values.numel(), generator=torch.Generator().manual_seed(0))[:_MOST_VALUES]
        values = values[chosen]
    if values.unique().numel() < 0.9 * values.numel():
        return _unknown("values repeat")
    return fits.best(values.sort().values, scales) or _unknown(
        "neither uniform, normal nor truncated normal", values
    )


def _unknown(reason, values=None):
    if values is not None:
        reason += f" (mean {values.mean():.4g}, standard deviation {values.std():.4g})"
    return {"kind": "unknown", "reason": reason}
