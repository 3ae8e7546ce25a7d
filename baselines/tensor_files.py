"""Tensors in files of safetensors, which run nothing when they are read, and words beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from vgym.data.whole_files import write_whole

_MOST_FILE = 1 << 28  # bytes


def write_tensors(path: Path, tensors: Mapping[str, Tensor], words: Mapping[str, str]) -> None:
    """Write tensors by their names, and words beside them."""
    from safetensors.torch import save

    held = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_whole(path, save(held, dict(words)))


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors of a file, and its words.

    Raises:
        ValueError: it is no such file; says what is wrong.
    """
    from safetensors import SafetensorError, safe_open

    size = path.stat().st_size
    if size > _MOST_FILE:
        raise ValueError(f"{path.name}: {size} bytes; {_MOST_FILE} are read at most")
    try:
        with safe_open(path, "pt") as held:
            return {name: held.get_tensor(name) for name in held.keys()}, held.metadata() or {}
    except SafetensorError as error:
        raise ValueError(f"{path.name}: no file of safetensors: {error}") from None
