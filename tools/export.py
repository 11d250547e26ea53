#!/usr/bin/env python3
"""Writes a PyTorch module as NAME.pt2 with NAME.check.safetensors, for Whence. See docs/export.md.

    python tools/export.py PACKAGE.MODULE:FACTORY --out NAME.pt2 [--loss cross-entropy]

FACTORY() returns the module, a tuple (or dict) of sample inputs, and sample labels; with --checkpoints, as a fourth
value the state dicts of one model in order.
"""

import argparse
import importlib
import json
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import torch  # noqa: E402

from whence_export import ExportError, checking, huggingface, initial, origin, plain, tracing  # noqa: E402
from whence_export.checkpoints import write_checkpoint, write_checkpoints  # noqa: E402,F401
from whence_export.losses import LOSSES, named  # noqa: E402
from whence_export.outputs import leaves  # noqa: E402
from whence_export.samples import Samples  # noqa: E402

FORMAT = 1


def export(module, inputs, labels, out, loss="cross-entropy", factory=None, **options):
    """Writes `out` and its check file; returns what is recorded in the archive's extra/whence.json.

    `inputs` is a tensor, a tuple or a dict of arguments. `factory` makes a fresh module, or a tuple that begins with
    one; without it no initial distributions are recorded. Options: `logits`, the output that holds them;
    `batch_axes`, argument name → axis of the examples or None, where it is not the first of the labels' length;
    `gradients=False` leaves per-example gradients out of the check file; `trained`, whether the module's numbers are,
    where a comparison with the factory's fresh ones cannot tell; `recipe`, the one it was trained by, in the words of
    a run file's training.recipe.
    """
    out = Path(out)
    if out.suffix != ".pt2":
        raise ExportError(f"--out must end in .pt2, got {out}")
    _check_call(module, labels, loss, options)
    huggingface.prepare(module)
    samples = Samples(module, inputs, labels.shape[0], options.get("batch_axes"))
    plain.require_real(module, samples.arguments)
    tensors, logits = checking.reference(
        module, samples, labels, loss, options.get("logits"), options.get("gradients", True)
    )
    traced = tracing.trace(module, samples)
    if traced.mode == "evaluation":
        print("WARN exported in evaluation mode: attention dropout may be missing.", traced.failures[0], file=sys.stderr)
    tracing.widen(traced.program)
    record = _record(module, traced, samples, loss, logits)
    record["weights"] = options.get("weights") or _weights(module, factory, options.get("trained"))
    record["recipe"] = options.get("recipe")
    record["initial"] = _initial(factory, module, record["weights"] or {})
    _save(traced.program, out, record)
    names = [entry["name"] for entry in record["inputs"]]
    given = [leaf for leaf in torch.utils._pytree.tree_leaves(samples.arguments) if isinstance(leaf, torch.Tensor)]
    tensors |= {f"input.{name}": value for name, value in zip(names, given, strict=True)}
    metadata = {"format": f"whence-check-{FORMAT}", "loss": loss, "logits": logits, "torch": torch.__version__}
    checking.write(out.with_suffix(".check.safetensors"), tensors, metadata)
    return record


def _weights(module, factory, trained):
    if trained is not None:
        return {"origin": "trained" if trained else "untrained", "why": "the caller said so"}
    return origin.of_module(module, factory) if factory else None


def _initial(factory, module, weights):
    """Initial distributions by fresh constructions; what was loaded beside fresh layers starts as in the file."""
    loaded = weights.pop("loaded", [])
    if not factory:
        return None
    if weights.get("origin") != "partly":
        return initial.describe(factory, module, loads=not loaded)
    described = initial.describe(factory, module)
    for kind in ("parameters", "buffers"):
        described[kind] |= {name: {"kind": "file"} for name in loaded if name in described[kind]}
    return described


def _check_call(module, labels, loss, options):
    named(loss)
    if not isinstance(module, torch.nn.Module):
        raise ExportError(f"the module must be a torch.nn.Module, got {type(module).__name__}")
    if not isinstance(labels, torch.Tensor) or labels.dim() == 0 or labels.shape[0] < 2:
        raise ExportError("sample labels must be a tensor of at least 2 examples; 4 or 5 are enough")
    unknown = set(options) - {"logits", "batch_axes", "gradients", "trained", "recipe", "weights"}
    if unknown:
        raise ExportError(f"unknown options {sorted(unknown)}; known: logits, batch_axes, gradients, trained, recipe")


def _record(module, traced, samples, loss, logits):
    args, kwargs = samples.take(list(range(samples.examples)))
    outputs = leaves(tracing.evaluate(module, args, kwargs))
    parameters = list(module.parameters())
    user_inputs = [name for name in traced.program.graph_signature.user_inputs if isinstance(name, str)]
    return {
        "format": FORMAT,
        "torch": torch.__version__,
        "mode": traced.mode,
        "strict": traced.strict,
        "loss": loss,
        "logits": logits,
        "inputs": [{"name": name, "batch_axis": axis} for name, axis in zip(user_inputs, samples.axes(), strict=True)],
        "outputs": [name for name, _ in outputs],
        "dtype": str(parameters[0].dtype).removeprefix("torch.") if parameters else None,
        "parameters": sum(parameter.numel() for parameter in parameters),
    }


def _save(program, out, record):
    """Writes beside and renames, so that `out` is whole or absent; refuses paths of this machine inside."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        path = Path(folder) / out.name
        torch.export.save(program, path, extra_files={"whence.json": json.dumps(record, indent=1)})
        with zipfile.ZipFile(path) as archive:
            model = next(name for name in archive.namelist() if name.endswith("models/model.json"))
            text = archive.read(model).decode()
        if '"stack_trace"' in text or "site-packages" in text:
            raise ExportError("the graph still holds stack traces of this machine; torch's node metadata has changed")
        path.replace(out)


def _factory(name):
    module, separator, attribute = name.partition(":")
    if not separator or not attribute:
        raise ExportError(f"factory must be PACKAGE.MODULE:FACTORY, got {name!r}")
    sys.path.insert(0, str(Path.cwd()))
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ModuleNotFoundError as missing:
        raise ExportError(f"{missing} (for factory {name!r}, looked in the current folder too)") from None
    if not callable(found):
        raise ExportError(f"module {module} has no function called {attribute}")
    return found


def _arguments(argv):
    parser = argparse.ArgumentParser(prog="export.py", description=__doc__.splitlines()[0])
    parser.add_argument("factory", metavar="PACKAGE.MODULE:FACTORY")
    parser.add_argument("--out", required=True, metavar="NAME.pt2")
    parser.add_argument("--loss", default="cross-entropy", choices=list(LOSSES))
    parser.add_argument("--logits", metavar="OUTPUT", help="the output that holds the logits, if not 'logits'")
    parser.add_argument("--batch-axis", action="append", default=[], metavar="ARGUMENT=AXIS",
                        help="axis of an input that carries the examples, or none")  # fmt: skip
    parser.add_argument("--no-gradients", action="store_true", help="leave them out of the check file")
    parser.add_argument("--fresh", metavar="PACKAGE.MODULE:FACTORY", help="makes untrained modules, if FACTORY does not")
    parser.add_argument("--weights", default="auto", choices=["auto", "trained", "untrained"],
                        help="whether FACTORY's numbers are trained; auto: watched and compared with other draws")  # fmt: skip
    parser.add_argument("--recipe", metavar="JSON", help="how the model was trained, as a run file's training.recipe")
    parser.add_argument("--checkpoints", action="store_true", help="also write FACTORY's fourth value, state dicts")
    parser.add_argument("--seed", type=int, default=0, help="of the factory's random numbers (default 0)")
    return parser.parse_args(argv)


def _noted(options, watch, module, factory):
    if options.weights == "auto":
        return origin.of_factory(watch, module, factory)
    return {"origin": options.weights, "why": "as --weights says"}


def _redo(noted):
    other = "untrained" if noted == "trained" else "trained"
    return f" (--weights {other} if that is wrong)"


def _recipe(given):
    if given is None:
        return None
    try:
        recipe = json.loads(given)
    except json.JSONDecodeError as wrong:
        raise ExportError(f"--recipe must be JSON such as '{{\"epochs\": 20}}': {wrong}") from None
    if not isinstance(recipe, dict):
        raise ExportError(f"--recipe must be an object such as '{{\"epochs\": 20}}', got {given!r}")
    return recipe


def _batch_axes(given):
    axes = {}
    for item in given:
        argument, separator, axis = item.partition("=")
        if not separator or not (axis == "none" or axis.isdigit()):
            raise ExportError(f"--batch-axis must be ARGUMENT=AXIS or ARGUMENT=none, got {item!r}")
        axes[argument] = None if axis == "none" else int(axis)
    return axes


def _from_command_line(options):
    factory = _factory(options.factory)
    torch.manual_seed(options.seed)
    with origin.Watch().looking() as watch:
        made = factory()
    if not isinstance(made, (tuple, list)) or len(made) not in (3, 4):
        raise ExportError("the factory must return (module, inputs, labels), and with --checkpoints a fourth value")
    module, inputs, labels = made[:3]
    weights = _noted(options, watch, module, factory)
    # a factory that trains says nothing of fresh numbers, and takes its time
    fresh = _factory(options.fresh) if options.fresh else None if watch.has_trained(module) else factory
    record = export(
        module, inputs, labels, options.out, options.loss, fresh, logits=options.logits,
        batch_axes=_batch_axes(options.batch_axis), gradients=not options.no_gradients,
        weights=weights, recipe=_recipe(options.recipe),
    )  # fmt: skip
    print(f"numbers noted as {weights['origin']}: {weights['why']}" + _redo(weights["origin"]))
    described = (record["initial"] or {"parameters": {}})["parameters"]
    unknown = [name for name, found in described.items() if found["kind"] == "unknown"]
    print(f"{options.out}: {record['parameters']} parameters, {record['mode']} mode, checked against the module")
    if unknown:
        print(f"WARN unknown initial distribution of {len(unknown)}: {', '.join(unknown[:5])}", file=sys.stderr)
    if options.checkpoints:
        for path in write_checkpoints(module, made[3] if len(made) == 4 else [], options.out):
            print(path)


def main(argv=None):
    """Exit code 0, or 1 with a sentence on stderr."""
    try:
        _from_command_line(_arguments(argv))
    except ExportError as error:
        print(f"export.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
