"""docs/quick_start_rl.md is followed from top to bottom, and what it says of its values is true."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vgym

PAGE = Path(vgym.__file__).resolve().parents[1] / "docs" / "quick_start_rl.md"
if not PAGE.exists():
    pytest.skip("the installed package has no documents beside it", allow_module_level=True)


def test_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("stable_baselines3")
    monkeypatch.chdir(tmp_path)
    session: dict[str, Any] = {"__name__": "__main__"}
    held: dict[int, dict[str, Any]] = {}
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    for number, block in enumerate(blocks):
        exec(compile(block, f"{PAGE.name}, block {number}", "exec"), session)
        held[number] = dict(session)
    first, autoreset, own, wrapped, memory, seeds, loop, trained, saved = (
        held[n] for n in range(9)
    )
    assert first["observation"]["image"].shape == (8, 48, 48, 3)
    assert autoreset["cut"].all() and not np.array_equal(autoreset["last"], autoreset["first"])
    assert own["envs"].unwrapped.task.reward.name == "nearer"
    assert wrapped["info"]["_episode"].all() and wrapped["info"]["episode"]["r"].shape == (8,)
    fresh = [memory["kept"][step] for step in range(4)]
    assert all(not np.array_equal(one, two) for one, two in pairwise(fresh))
    assert seeds["seen"][5] == seeds["said"]["instruction"]
    assert len(loop["solved"]) == 16
    assert all(weight.isfinite().all() for weight in loop["agent"].parameters())
    assert trained["model"].num_timesteps == 64
    assert {"is_success", "distance_px"} <= set(trained["model"].ep_info_buffer[-1])
    assert np.array_equal(saved["paid"], saved["expected"])
    assert len(blocks) == 9
