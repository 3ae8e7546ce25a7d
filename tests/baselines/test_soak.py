"""Nothing grows: steps, and environments that are made and closed, hold no more than before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rollouts import small

from vgym.baselines import soak

# What flows keep of the last so many screens, plans and controls that were asked for.
BOUNDED = (
    "episodes._KEPT_EPISODES",
    "episodes._KEPT_MOMENTS",
    "painting._KEPT_WIDGETS",
    "planner._KEPT",
)


def _grown(found: dict[str, Any], name: str) -> float:
    first, _, last = (each[name] for each in found["held"])
    return float(last - first)


@pytest.mark.slow
@pytest.mark.parametrize("env_id", ["VGroundPoint-v0", "VGuiFlow-v0", "VNavPoint-v0"])
def test_a_run_holds_at_its_end_what_it_held(env_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in BOUNDED:  # so small that they are full from the start
        monkeypatch.setattr(f"vgym.envs.gui.flow.{name}", 32)
    settings = small(env_id) | {"image_size": 64}  # few worlds, which are all there soon
    soak.steps(env_id, 2_000, 32, **settings)  # what is loaded once
    for found in (
        soak.steps(env_id, 4_000, 32, **settings),
        soak.made_and_closed(env_id, 20, **settings),
    ):
        assert _grown(found, "descriptors") == 0 and _grown(found, "threads") == 0
        assert _grown(found, "objects") < 1_000  # what is kept of screens differs in size
        assert _grown(found, "resident_mb") < 30


def test_what_is_held_is_seen() -> None:
    soak.Held.now()  # what ends with what other tests left
    before = soak.Held.now()
    kept = [[n] for n in range(50_000)]
    with Path(__file__).open("rb"):
        held = soak.Held.now()
    assert held.objects - before.objects == pytest.approx(len(kept), abs=5_000)
    assert held.descriptors == before.descriptors + 1
