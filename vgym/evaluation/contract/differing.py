"""Where two returns differ, in every bit; what is not a number equals itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray


def differing(a: Any, b: Any, path: str = "") -> Iterator[str]:
    """The paths at which nested dicts, lists, arrays and tensors are not the same."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in [*a, *(key for key in b if key not in a)]:
            if key in a and key in b:
                yield from differing(a[key], b[key], f"{path}.{key}".lstrip("."))
            else:
                yield f"{path}.{key}".lstrip(".")
    elif isinstance(a, list | tuple) and isinstance(b, list | tuple) and len(a) == len(b):
        for i, (left, right) in enumerate(zip(a, b, strict=True)):
            yield from differing(left, right, f"{path}[{i}]")
    elif not _same(a, b):
        yield path


def row_of_each(value: Any, i: int) -> Any:
    """Row i of nested batched values, without the masks of infos."""
    if isinstance(value, dict):
        return {k: row_of_each(v, i) for k, v in value.items() if not k.startswith("_")}
    return value[i]


def _same(a: Any, b: Any) -> bool:
    left, right = (
        x.cpu().numpy() if isinstance(x, torch.Tensor) else np.asarray(x) for x in (a, b)
    )
    if left.shape != right.shape or left.dtype.kind != right.dtype.kind:
        return False
    return bool(np.array_equal(left, right, equal_nan=left.dtype.kind == "f"))


def _array(value: Any) -> NDArray[Any]:
    return value.cpu().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
