"""In which precision a module computes: by how much the same numbers may differ when they are computed another way."""

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

_HALVES = (torch.bfloat16, torch.float16)


class _Watch(TorchDispatchMode):
    """Notes the coarsest half type that any operator returns, also where autocast chose it; torch.cond passes through."""

    supports_higher_order_operators = True

    def __init__(self):
        super().__init__()
        self.coarsest = 0.0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(result):
            if isinstance(leaf, torch.Tensor) and leaf.dtype in _HALVES:
                self.coarsest = max(self.coarsest, torch.finfo(leaf.dtype).eps)
        return result


def of(call):
    """The distance from 1 to the next number of the coarsest half type in a call; 0 where all types are finer."""
    with torch.no_grad(), _Watch() as watch:
        call()
    return watch.coarsest
