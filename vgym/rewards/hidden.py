"""Arrays whose numbers do not stand where they seem to: masked, sparse, or without any."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

_DEEPEST = 6  # lists within lists; nothing of ours has more axes


def why_hidden(given: Any, deepest: int = _DEEPEST) -> str:
    """What stands in the way of reading the numbers of an array, or of one within lists.

    Returns:
        The rest of a sentence about it, with its cure; "" where they can be read.

    >>> why_hidden(np.ma.array([1.0, 2.0], mask=[False, True]))
    'is masked in places; send .filled(value)'
    >>> why_hidden([[0.5, torch.ones(2).to_sparse()]])
    'is sparse; send a dense one: .to_dense() of torch, .toarray() of SciPy'
    >>> why_hidden([0.5, 1.0])
    ''
    """
    if isinstance(given, list | tuple):
        rows = (why_hidden(one, deepest - 1) for one in given) if deepest else ()
        return next(filter(None, rows), "")
    if isinstance(given, np.ma.MaskedArray):
        return "is masked in places; send .filled(value)" if np.ma.is_masked(given) else ""
    if hasattr(given, "toarray") or (isinstance(given, Tensor) and given.layout != torch.strided):
        return "is sparse; send a dense one: .to_dense() of torch, .toarray() of SciPy"
    if isinstance(given, Tensor) and given.is_meta:
        return "is on the meta device, where no numbers are; send one of the CPU or a GPU"
    return ""
