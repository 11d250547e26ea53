"""From a module to an exported program that gives the module's own numbers."""

import contextlib
import dataclasses
import io
import logging
from unittest import mock

import torch
from torch.export import Dim

from . import ExportError, modes, plain, places, rounding
from .huggingface import plain_masks
from .outputs import leaves, register

_TOLERANCE = 1e-5
"""Relative; a graph reorders no sums, so what differs by more was traced wrongly. Half types: four roundings."""


@dataclasses.dataclass
class Traced:
    """An exported program and how it came about."""

    program: torch.export.ExportedProgram
    mode: str
    strict: bool
    failures: list


@contextlib.contextmanager
def in_mode(module, training):
    """Puts the module and all its parts in a mode, and back as each was."""
    before = {part: part.training for part in module.modules()}
    module.train(training)
    try:
        yield
    finally:
        for part, mode in before.items():
            part.training = mode


def evaluate(module, args, kwargs):
    """What the module itself returns in evaluation mode, without a gradient."""
    with in_mode(module, False), torch.no_grad():
        return module(*args, **kwargs)


def trace(module, samples):
    """Exports in training mode with a free number of examples; falls back step by step, and says so."""
    everyone = list(range(samples.examples))
    expected = {rows: evaluate(module, *samples.take(list(rows))) for rows in ((0,), tuple(everyone))}
    register(expected[(0,)])
    with in_mode(module, False):
        args, kwargs = samples.take(everyone)
        halves = rounding.of(lambda: module(*args, **kwargs))
    failures = []
    for training in (True, False):
        for strict in (False, True):
            for size in (Dim("batch", min=1), Dim.AUTO):
                mode = "training" if training else "evaluation"
                try:
                    with _quiet(), plain_masks(), _masks_as_given():
                        program = _attempt(module, samples, training, strict, size)
                        plain.require(program, samples)
                        _compare(program, samples, expected, halves)
                    return Traced(program, mode, strict, failures)
                except Exception as failure:  # torch.export raises every kind; all are shown if none works
                    kind = "strict" if strict else "non-strict"
                    failures.append(f"{mode} mode, {kind}, batch {_size(size)}: {places.account(failure, module)}")
    reasons = {}
    for failure in failures:
        reasons.setdefault(failure.partition(": ")[2], failure)
    raise ExportError(
        "torch.export fails in every way tried; mend the module's forward for the first of these:\n  "
        + "\n  ".join(reasons.values())
    )


@contextlib.contextmanager
def _quiet():
    """Keeps torch's account of a failed attempt off the screen; the exception says enough."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        logging.disable(before)


@contextlib.contextmanager
def _masks_as_given():
    """While tracing, nn.Transformer takes its masks as they are, instead of comparing their numbers with a causal one."""
    with mock.patch.object(torch.nn.modules.transformer, "_detect_is_causal_mask", lambda _, is_causal=None, size=None: is_causal is True):  # fmt: skip
        yield


def _attempt(module, samples, training, strict, size):
    args, kwargs = samples.take(list(range(samples.examples)))
    with in_mode(module, training):
        program = torch.export.export(
            module, args, kwargs, dynamic_shapes=samples.dynamic_shapes(size), strict=strict
        )
    for part in program.graph_module.modules():
        if isinstance(part, torch.fx.GraphModule):
            for node in part.graph.nodes:
                node.meta.pop("stack_trace", None)
            plain.erase_unread_draws(part)
    return program


def _compare(program, samples, expected, halves):
    """Fails unless the graph in evaluation mode gives the module's outputs, for one example and for all."""
    graph = modes.evaluation(program.graph_module)
    drawing = modes.random_nodes(graph)
    if drawing:
        raise ExportError(f"node {drawing[0]} draws random numbers that no mode switches off")
    for rows, value in expected.items():
        got, written = modes.run(program, graph, *samples.take(list(rows)))
        # a buffer that is counted on and never read does no harm: the reader writes nothing in evaluation
        read = modes.depend_on(graph, program, written)
        if read:
            raise ExportError(
                f"forward writes {read[0]} in evaluation mode too, and reads it; let it do so in training mode only "
                "(if self.training)"
            )
        for (name, wanted), result in zip(leaves(value), got, strict=True):
            if not isinstance(wanted, torch.Tensor):
                continue
            if result.shape != wanted.shape:
                raise ExportError(
                    f"output {name} of {len(rows)} examples has shape {list(result.shape)}, "
                    f"the module's {list(wanted.shape)}"
                )
            error = _relative_error(result, wanted)
            if not error <= max(_TOLERANCE, 4 * halves):
                raise ExportError(f"output {name} of {len(rows)} examples differs from the module's by {error:.2e}")


def _relative_error(result, wanted):
    if not torch.equal(torch.isfinite(result), torch.isfinite(wanted)):
        return float("inf")
    result, wanted = (torch.nan_to_num(value.double()) for value in (result, wanted))
    return float((result - wanted).abs().max() / wanted.abs().max().clamp(min=1e-3)) if wanted.numel() else 0.0


def widen(program):
    """Lets batches of one through where torch's tracing wrote a least size of 2 or 0; only after the check."""
    for symbol, size in program.range_constraints.items():
        if size.lower in (0, 2):
            upper = size.upper
            program.range_constraints[symbol] = type(size)(1, upper)


def _size(size):
    return "of any size" if size is Dim.AUTO else "from 1"
