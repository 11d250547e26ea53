"""Checkpoints of one model: safetensors by the names of its parameters and buffers."""

from pathlib import Path

from . import ExportError
from .checking import write


def write_checkpoint(module, state, path, **metadata):
    """Writes a state dict as a checkpoint of the module; tied parameters once, under their first name."""
    wanted = {name: value.shape for name, value in module.named_parameters()}
    buffers = {name: value.shape for name, value in module.named_buffers() if name in module.state_dict()}
    missing = [name for name in wanted if name not in state]
    if missing:
        raise ExportError(f"{path}: the checkpoint lacks parameters {missing[:5]}")
    known = wanted | buffers
    tied = set(module.state_dict()) - set(known)
    unknown = [name for name in state if name not in known and name not in tied]
    if unknown:
        raise ExportError(f"{path}: the model has no parameter or buffer called {unknown[:5]}")
    for name, shape in known.items():
        if name in state and state[name].shape != shape:
            raise ExportError(f"{path}: {name} has shape {list(state[name].shape)}, the model's {list(shape)}")
    write(path, {name: state[name] for name in known if name in state}, metadata)


def write_checkpoints(module, checkpoints, out):
    """Writes NAME.checkpoint-0.safetensors and so on beside NAME.pt2; returns the paths in order."""
    out, paths = Path(out), []
    for index, item in enumerate(checkpoints):
        state, metadata = item if isinstance(item, (tuple, list)) else (item, {})
        path = out.with_name(f"{out.stem}.checkpoint-{index}.safetensors")
        write_checkpoint(module, state, path, **metadata)
        paths.append(path)
    if not paths:
        raise ExportError("--checkpoints, but the factory gave none; return a fourth value, the state dicts in order")
    return paths
