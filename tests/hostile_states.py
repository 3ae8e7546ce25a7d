"""Every field of a state dict set to what no state holds, then loaded and played.

`python tests/hostile_states.py [IDS]` plays them all, in one process, and prints what came of them:
a signal would end it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))

from rollouts import IDS, make_vec

_FAR = (3e38, -3e38, 1e6, -1e6)
WHOLE = (-1, -(2**15), 2**15, -(2**31), 2**31 - 1, -(2**63), 2**63 - 1, 10**6)


def hostile(field: Tensor) -> Iterator[tuple[str, Any]]:
    """What is put in a field's place, with its kind: other numbers in its last row, other types."""
    if field.dtype.is_floating_point:
        numbers: tuple[float, ...] = (np.nan, np.inf, -np.inf, *_FAR)
    elif field.dtype == torch.bool:
        numbers = ()
    else:
        limits = torch.iinfo(field.dtype)
        numbers = tuple(n for n in (*WHOLE, 255, 9) if limits.min <= n <= limits.max)
    for number in numbers if field.numel() else ():
        changed = field.clone()
        changed[-1] = number
        yield f"{number:g}", changed
    if field.dtype == torch.bool:
        yield "turned", ~field
    other = torch.int64 if field.dtype.is_floating_point else torch.float32
    yield "another type", field.to(other)
    yield "one row more", torch.cat((field, field[:1]))
    yield "no rows", field[:0]
    yield "one axis more", field[..., None]
    yield "a list", field.tolist()
    yield "nothing", None


def outcomes(env_id: str, **settings: Any) -> Iterator[tuple[str, str, str]]:
    """(field, value, what came of it) of every field and hostile value of an id.

    Raises:
        AssertionError: it was neither refused by name nor played.
    """
    envs = make_vec(env_id, 2, **settings)
    envs.reset(seed=3)
    envs.step(envs.oracle())
    saved = envs.state_dict()
    for name, field in saved["state"].items():
        for what, value in hostile(field):
            changed = {**saved, "state": {**saved["state"], name: value}}
            yield name, what, _played(envs, saved, changed)
    for name in ("seeds", "episodes", "elapsed", "done"):
        for what, value in hostile(torch.from_numpy(saved[name].astype(np.int64))):
            given = value.numpy() if isinstance(value, Tensor) else value
            yield name, what, _played(envs, saved, {**saved, name: given})


def _played(envs: Any, saved: dict[str, Any], changed: dict[str, Any]) -> str:
    try:
        envs.load_state_dict(changed)
    except ValueError as error:
        assert "state_dict" in str(error), error
        return "refused"
    try:
        for _ in range(2):
            envs.step(envs.oracle())
            envs.instructions()
        end = "played"
    except (LookupError, ValueError):
        # An application's numbers are checked by the page on view; another may not be there.
        assert envs.task.name == "gui-flow"
        end = "broke off"
    envs.load_state_dict(saved)
    return end


def main() -> None:
    """The table, a line an id."""
    print("| id | fields | states | refused | played | broke off |")
    for env_id in sys.argv[1:] or IDS:
        found = list(outcomes(env_id))
        told = Counter(end for _, _, end in found)
        fields = len({name for name, _, _ in found})
        print(
            f"| `{env_id}` | {fields} | {len(found)} | {told['refused']} | {told['played']} | "
            f"{told['broke off']} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
