"""Whether a module's numbers are trained: watched while they are made, or compared with fresh draws of the same factory."""

import contextlib
from unittest import mock

import torch
from torch.optim.optimizer import register_optimizer_step_post_hook

_DRAWS = 3
"""Constructions that tell what a factory draws from what it loads."""
_TELLING = 1000
"""Bounded numbers that, all within what fresh draws reach, tell that nothing has moved them."""
_REJECT = 1e-6
_SHOWN = 8


class Watch:
    """What happened while a factory ran: which parameters an optimizer moved, and which were loaded."""

    def __init__(self):
        self.moved, self.loaded = set(), set()

    @contextlib.contextmanager
    def looking(self):
        """Notes optimizers' steps and loaded state dicts."""
        load = torch.nn.Module.load_state_dict

        def noted(module, state, *args, **kwargs):
            result = load(module, state, *args, **kwargs)
            self.loaded |= {id(value) for name, value in _tensors(module).items() if name in state}
            return result

        def stepped(optimizer, *_):
            self.moved |= {id(value) for group in optimizer.param_groups for value in group["params"]}

        hook = register_optimizer_step_post_hook(stepped)
        try:
            with mock.patch.object(torch.nn.Module, "load_state_dict", noted):
                yield self
        finally:
            hook.remove()

    def has_trained(self, module):
        """Whether a parameter of the module was moved by an optimizer, or has the gradient of a backward pass."""
        return any(id(value) in self.moved or value.grad is not None for value in module.parameters())


@contextlib.contextmanager
def seeded(seed):
    """Seeds every draw, also those of a factory that seeds the generator itself: its own seeds are shifted."""
    plain = torch.manual_seed

    def shifted(own):
        return plain((int(own) + 7919 * seed) % 2**63)

    with mock.patch.object(torch, "manual_seed", shifted), mock.patch.object(torch.random, "manual_seed", shifted):
        plain(seed)
        yield


@contextlib.contextmanager
def unloaded():
    """Lets factories build modules whose state dicts stay as they were drawn: nothing is loaded."""
    keys = torch.nn.modules.module._IncompatibleKeys([], [])
    with mock.patch.object(torch.nn.Module, "load_state_dict", lambda *_, **__: keys):
        yield


def of_factory(watch, module, factory):
    """The note on a module that the factory has just made, while it was watched."""
    if watch.has_trained(module):
        return _note("trained", "the factory trained them")
    fresh = [_made(factory, 101 + index) for index in range(_DRAWS)]
    drawn, loaded = [], []
    for name, value in _tensors(module).items():
        others = [tensors.get(name) for tensors in fresh]
        if id(value) in watch.loaded:
            loaded.append(name)
        elif any(other is None or other.shape != value.shape for other in others):
            drawn.append(name)
        elif not all(torch.equal(value.detach(), other) for other in others):
            drawn.append(name)
        elif not _is_constant(value):
            loaded.append(name)
    return _loaded_and_drawn(module, loaded, drawn)


def _loaded_and_drawn(module, loaded, drawn):
    parameters = {name for name, _ in module.named_parameters()}
    fresh = [name for name in drawn if name in parameters]
    kept = [name for name in loaded if name in parameters]
    if kept and fresh:
        return _note("partly", "some are loaded, others differ from draw to draw", fresh) | {"loaded": loaded}
    if kept:
        return _note("trained", "they are loaded: no draw of the factory changes them") | {"loaded": loaded}
    return _note("untrained", "they are draws of the factory")


def of_module(module, factory):
    """The note on a module that somebody made, beside a factory of fresh ones; None where it cannot be told."""
    if any(value.grad is not None for value in module.parameters()):
        return _note("trained", "they have the gradients of a backward pass")
    fresh = [_made(factory, 101 + index) for index in range(2 * _DRAWS)]
    constants, bounded = 0, 0
    for name, value in _tensors(module).items():
        others = [tensors.get(name) for tensors in fresh]
        if any(other is None or other.shape != value.shape for other in others):
            return None
        if all(torch.equal(others[0], other) for other in others):
            if not torch.equal(value.detach(), others[0]):
                return _note("trained", f"{name} is not what fresh constructions have")
            constants += isinstance(value, torch.nn.Parameter) and value.requires_grad
        elif _differs(value.detach(), torch.stack(others)):
            return _note("trained", f"{name} is no draw like fresh ones")
        elif value.dtype.is_floating_point:
            bounded += value.numel() if _is_bounded(torch.stack(others)) else 0
    return _note("untrained", "they are like fresh draws") if constants or bounded >= _TELLING else None


def _differs(value, others):
    """Whether numbers cannot be drawn as the others were: beyond the reach of bounded ones, or Kolmogorov-Smirnov."""
    if not value.dtype.is_floating_point or value.numel() == 0:
        return not value.dtype.is_floating_point
    value, others = value.double().flatten(), others.double().flatten()
    reach = float(others.max() - others.min())
    if _is_bounded(others) and others.numel() > 200:
        slack = reach * 20 / others.numel() + 1e-9
        if float(value.max()) > float(others.max()) + slack or float(value.min()) < float(others.min()) - slack:
            return True
    return _kolmogorov_smirnov(value, others) < _REJECT


def _is_bounded(values):
    """Whether the numbers end abruptly, as uniform and truncated ones do: many lie close to the ends."""
    values = values.double().flatten()
    if values.numel() < 50:
        return False
    low, high = float(values.min()), float(values.max())
    near = (values < low + 0.05 * (high - low)).float().mean() + (values > high - 0.05 * (high - low)).float().mean()
    return float(near) > 0.05


def _kolmogorov_smirnov(one, other):
    """The probability, asymptotic, that two samples of one distribution lie this far apart."""
    both = torch.cat([one, other]).sort().values
    share = [torch.searchsorted(sample.sort().values, both, right=True).double() / len(sample) for sample in (one, other)]
    distance = float((share[0] - share[1]).abs().max())
    scaled = distance * (len(one) * len(other) / (len(one) + len(other))) ** 0.5
    if scaled < 0.3:
        return 1.0
    return min(1.0, max(0.0, 2 * sum((-1) ** (j - 1) * 2.718281828459045 ** (-2 * (j * scaled) ** 2) for j in range(1, 60))))


def _is_constant(value):
    value = value.detach()
    return value.numel() == 0 or bool((value == value.flatten()[0]).all())


def _made(factory, seed):
    with seeded(seed):
        made = factory()
    module = made[0] if isinstance(made, (tuple, list)) else made
    return {name: value.detach().clone() for name, value in _tensors(module).items()}


def _tensors(module):
    return dict([*module.named_parameters(), *module.named_buffers()])


def _note(origin, why, fresh=()):
    found = {"origin": origin, "why": why}
    return found | {"fresh": list(fresh)[:_SHOWN]} if fresh else found
