"""The losses Whence knows, one number an example, from logits; sums over positions and outputs, never means."""

import torch
import torch.nn.functional as functional

from . import ExportError

IGNORED = -100
"""The label of a position that does not count (padding)."""


def cross_entropy(logits, labels):
    """Minus the log-probability of the labelled class; logits [b, c], whole-number labels [b]."""
    if logits.dim() != 2 or labels.shape != logits.shape[:1]:
        raise ExportError(_shapes("cross-entropy", "logits [b, c] and labels [b]", logits, labels))
    _require_classes("cross-entropy", labels, logits.shape[1])
    return functional.cross_entropy(logits, labels.long(), reduction="none")


def next_token(logits, labels):
    """Cross-entropy summed over positions; logits [b, t, v], labels [b, t] already shifted, -100 ignored."""
    if logits.dim() != 3 or labels.shape != logits.shape[:2]:
        raise ExportError(_shapes("next-token", "logits [b, t, v] and shifted labels [b, t]", logits, labels))
    _require_classes("next-token", labels[labels != IGNORED], logits.shape[2])
    each = functional.cross_entropy(
        logits.flatten(0, 1), labels.long().flatten(), ignore_index=IGNORED, reduction="none"
    )
    return each.view(labels.shape).sum(1)


def squared_error(logits, labels):
    """Half the squared distance, summed over outputs; labels have as many numbers as logits."""
    each = (logits - _alike("squared-error", logits, labels)).square()
    return each.reshape(each.shape[0], -1).sum(1) / 2


def binary_cross_entropy(logits, labels):
    """Binary cross-entropy of logits, summed over outputs; labels in [0, 1], as many as logits."""
    labels = _alike("binary-cross-entropy", logits, labels)
    if labels.min() < 0 or labels.max() > 1:
        raise ExportError(f"binary-cross-entropy needs labels in [0, 1], got {labels.min()} to {labels.max()}")
    each = functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
    return each.reshape(each.shape[0], -1).sum(1)


LOSSES = {
    "cross-entropy": cross_entropy,
    "squared-error": squared_error,
    "binary-cross-entropy": binary_cross_entropy,
    "next-token": next_token,
}


def named(loss):
    """The function of a loss's name."""
    if loss not in LOSSES:
        raise ExportError(f"unknown loss {loss!r}; known: {', '.join(LOSSES)}")
    return LOSSES[loss]


def _alike(loss, logits, labels):
    """The labels in the logits' shape and type; [b] serves for [b, 1]."""
    if labels.shape[:1] != logits.shape[:1] or labels.numel() != logits.numel():
        raise ExportError(_shapes(loss, "labels with as many numbers as the logits", logits, labels))
    return labels.to(logits.dtype).reshape(logits.shape)


def _require_classes(loss, labels, classes):
    if labels.dtype.is_floating_point or labels.dtype == torch.bool:
        raise ExportError(f"{loss} needs labels of a whole-number type, got {labels.dtype}; use labels.long()")
    if labels.numel() and not (0 <= labels.min() and labels.max() < classes):
        raise ExportError(f"{loss} needs labels from 0 to {classes - 1}, got {labels.min()} to {labels.max()}")


def _shapes(loss, wanted, logits, labels):
    return f"{loss} needs {wanted}, got logits {list(logits.shape)} and labels {list(labels.shape)}"
