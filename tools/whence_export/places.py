"""Where in a module's own code torch.export gave up, and the way out of the commonest reasons."""

import linecache
import traceback
from pathlib import Path

import torch

_NOT_THE_MODULES = str(Path(torch.__file__).parent), str(Path(__file__).parent), "<"
_WAYS_OUT = (
    ("pack_padded_sequence", "packed sequences cannot be exported: run the padded ones and pick each one's last step"),
    ("data-dependent", "the code branches on numbers, or sizes a tensor by them: use torch.where, torch.cond or fixed sizes"),
    ("vmap", "torch.vmap and the transforms of torch.func cannot be exported: use broadcasting, einsum or bmm"),
)  # fmt: skip


def account(failure, module):
    """One line: what torch says, the line of the module's code that it is about, and the way out if one is known."""
    said = [line.strip() for line in str(failure).splitlines() if line.strip()]
    text = f"{type(failure).__name__}: {said[0][:300]}" if said else type(failure).__name__
    place = _place(failure, module)
    whole = " ".join([*said, place])
    ways = [way for sign, way in _WAYS_OUT if sign in whole.lower()]
    return text + place + (f"; {ways[0]}" if ways else "")


def _place(failure, module):
    """` at FILE:LINE in FUNCTION (module PATH): CODE` of the innermost line outside torch; empty if there is none."""
    paths = {part: name or "the model itself" for name, part in module.named_modules()}
    found, inside = None, None
    for frame, line in traceback.walk_tb(failure.__traceback__):
        inside = paths.get(_owner(frame), inside)
        file = frame.f_code.co_filename
        if inside and not file.startswith(_NOT_THE_MODULES):
            found = f" at {Path(file).name}:{line} in {frame.f_code.co_name} (module {inside})", (file, line)
    if not found:
        return ""
    code = linecache.getline(*found[1]).strip()
    return f"{found[0]}: {code[:160]}" if code else found[0]


def _owner(frame):
    owner = frame.f_locals.get("self")
    return owner if isinstance(owner, torch.nn.Module) else None
