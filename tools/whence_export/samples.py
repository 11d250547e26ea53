"""Sample inputs: which axis of each carries the examples, and how to take some of them."""

import collections
import inspect

import torch
from torch.utils._pytree import keystr, tree_flatten_with_path, tree_map_with_path

from . import ExportError


class Samples:
    """A call's arguments with the axis of the examples in each tensor; None where a tensor has none."""

    def __init__(self, module, inputs, examples, batch_axes=None):
        """Binds a tensor, a tuple or a dict of arguments to the module's forward."""
        args, kwargs = _arguments(inputs)
        self.examples = examples
        try:
            self._bound = inspect.signature(module.forward).bind(*args, **kwargs)
        except TypeError as mismatch:
            raise ExportError(f"the sample inputs do not fit {type(module).__name__}.forward: {mismatch}") from None
        self.arguments = dict(self._bound.arguments)
        self._axes = self._find_axes(dict(batch_axes or {}))
        if all(axis is None for axis in self._axes.values()):
            raise ExportError(f"no input has an axis of {examples} examples, the labels' count; shapes: {self._shapes()}")

    def _find_axes(self, given):
        axes = {}
        for path, leaf in tree_flatten_with_path(self.arguments)[0]:
            if isinstance(leaf, torch.Tensor):
                argument = path[0].key
                axes[keystr(path)] = given[argument] if argument in given else self._axis(leaf)
        unknown = set(given) - set(self.arguments)
        if unknown:
            raise ExportError(f"no argument called {sorted(unknown)}; known: {list(self.arguments)}")
        return axes

    def _axis(self, tensor):
        fitting = [axis for axis, size in enumerate(tensor.shape) if size == self.examples]
        return fitting[0] if fitting else None

    def _shapes(self):
        leaves = tree_flatten_with_path(self.arguments)[0]
        return {keystr(path): list(leaf.shape) for path, leaf in leaves if isinstance(leaf, torch.Tensor)}

    def dynamic_shapes(self, size):
        """What torch.export wants to know: `size` at each tensor's axis of examples."""

        def shape(path, leaf):
            axis = self._axes.get(keystr(path))
            return None if axis is None else {axis: size}

        return tree_map_with_path(shape, self.arguments)

    def take(self, rows):
        """The arguments for these examples: (args, kwargs)."""
        index = torch.as_tensor(rows)

        def select(path, leaf):
            axis = self._axes.get(keystr(path))
            return leaf if axis is None else leaf.index_select(axis, index)

        chosen = tree_map_with_path(select, self.arguments)
        bound = inspect.BoundArguments(self._bound.signature, collections.OrderedDict(chosen))
        return bound.args, bound.kwargs

    def axes(self):
        """The axis of the examples of every tensor, in order of the arguments."""
        return list(self._axes.values())


def _arguments(inputs):
    if isinstance(inputs, dict):
        return (), dict(inputs)
    if isinstance(inputs, torch.Tensor):
        return (inputs,), {}
    if isinstance(inputs, (tuple, list)):
        return tuple(inputs), {}
    raise ExportError(f"sample inputs must be a tensor, a tuple or a dict, got {type(inputs).__name__}")
