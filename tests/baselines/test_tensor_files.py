"""Files of tensors come back as they were, and what is no such file is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from vgym.baselines.tensor_files import read_tensors, write_tensors

HELD = {
    "a": torch.arange(6, dtype=torch.float32).reshape(2, 3),
    "b": torch.tensor([1.5, -2.0], dtype=torch.float16),
    "c": torch.tensor(7),
    "d": torch.zeros(0, 4),
}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "held.safetensors"
    write_tensors(path, HELD, {"what": "an example"})
    found, words = read_tensors(path)
    assert words == {"what": "an example"} and set(found) == set(HELD)
    for name, tensor in HELD.items():
        assert found[name].dtype == tensor.dtype and torch.equal(found[name], tensor)


def _header(**told: Any) -> bytes:
    text = json.dumps(told).encode()
    return len(text).to_bytes(8, "little") + text


ONE: dict[str, Any] = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}


@pytest.mark.parametrize(
    ("data"),
    [
        b"",
        (1 << 40).to_bytes(8, "little"),
        b"\x80\x04K\x01." + b" " * 20,
        (2).to_bytes(8, "little") + b"[]",
        _header(a={**ONE, "dtype": "OBJECT"}) + bytes(4),
        _header(a={**ONE, "shape": [-1]}) + bytes(4),
        _header(a={**ONE, "shape": [2]}) + bytes(4),
        _header(a={**ONE, "data_offsets": [4, 8]}) + bytes(8),
        _header(a=ONE, b=ONE) + bytes(4),
        _header(a=ONE) + bytes(2),
        _header(a=ONE) + bytes(8),
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "held.safetensors"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"held\.safetensors: no file of safetensors"):
        read_tensors(path)
