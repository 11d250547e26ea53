"""What Hugging Face classes need: outputs by name, no cache, and attention masks without vmap."""

import contextlib
import sys
from unittest import mock


def prepare(module):
    """No cache among the outputs, and outputs by name, in every part with a config of its own."""
    for part in module.modules():
        config = getattr(part, "config", None)
        if hasattr(config, "use_cache"):
            config.use_cache = False
        if hasattr(config, "return_dict") and isinstance(config.return_dict, bool):
            config.return_dict = True


@contextlib.contextmanager
def plain_masks():
    """While tracing, attention masks are made by broadcasting, which gives the same as vmap but can be exported."""
    masking = sys.modules.get("transformers.masking_utils")
    if masking is None or not hasattr(masking, "_vmap_for_bhqkv"):
        yield
        return
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(masking, "_vmap_for_bhqkv", _broadcast))
        if hasattr(masking, "TransformGetItemToIndex"):
            stack.enter_context(mock.patch.object(masking, "TransformGetItemToIndex", contextlib.nullcontext))
        yield


def _broadcast(mask_function, bh_indices=True):
    """A mask [b, h, q, k] (or [q, k]) from a function of indices that broadcasts."""

    def of_places(batch, head, query, key):
        if not bh_indices:
            return mask_function(batch, head, query[:, None], key[None, :])
        places = (batch[:, None, None, None], head[None, :, None, None], query[:, None], key[None, :])
        mask = mask_function(*places)
        return mask.expand(batch.shape[0], head.shape[0], query.shape[0], key.shape[0])

    return of_places
