"""What an oracle says in words, or by calls, is paid what its actions are paid, to the bit."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pytest
from numpy.typing import NDArray

from vgym.chat import ChatVectorEnv, dialect
from vgym.chat.messages import text_of
from vgym.chat.reading.frames import Frame
from vgym.registration import registered

DISABLED = gymnasium.vector.AutoresetMode.DISABLED
LOSSLESS = dataclasses.replace(dialect("json"), frame=Frame("fraction", 1, 0))
ROWS = 2
TURNS = 8  # of an episode at most

WALK = {"image_size": 64, "worlds": 1, "rooms": 4}
TALKED: dict[str, dict[str, Any]] = {
    "VZoom-v0": {"image_size": 64},
    "VGuiFlow-v0": {"image_size": (240, 320), "action": "continuous"},
    "VNav-v0": WALK,
    "VNavPoint-v0": WALK,
    "VGeo-v0": {"image_size": 64},
}
SLOWER: dict[str, dict[str, Any]] = {
    "VNavInstruction-v0": WALK,
    "VMaze-v0": {"image_size": 64},
    "VNavActivate-v0": {"image_size": 64},
    "VNavPlan-v0": {"image_size": 64},
    "VNavTrajectory-v0": {"image_size": 64},
    "VZoomPages-v0": {},
    "VGeoMatch-v0": {},
    "VGeoPhoto-v0": {},
}
BY_OTHERS = {  # whose words are tested elsewhere: in every dialect, by robot, in a browser
    *("VGround-v0", "VGroundPoint-v0", "VGroundMany-v0", "VGui-v0", "VNavTeam-v0", "VGuiWeb-v0"),
}
Step = Callable[[], tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.bool_]]]


def paid(step: Step) -> list[list[float]]:
    """The rewards of every turn, and when rows ended."""
    found, over = [], np.zeros(ROWS, np.bool_)
    for _ in range(TURNS):
        reward, terminated, truncated = step()
        over |= terminated | truncated
        found.append([*reward.tolist(), *terminated.tolist(), *truncated.tolist()])
        if over.all():
            break
    return found


def by_actions(id: str, settings: dict[str, Any]) -> list[list[float]]:
    envs = gymnasium.make_vec(id, num_envs=ROWS, autoreset_mode=DISABLED, **settings)
    envs.reset(seed=3)
    over = np.zeros(ROWS, np.bool_)

    def step() -> Any:
        acts: Any = envs.unwrapped.oracle()
        _, reward, terminated, truncated, _ = envs.step(
            [None if rests else act for act, rests in zip(acts, over, strict=True)]
        )
        over[:] |= terminated | truncated
        return reward, terminated, truncated

    found = paid(step)
    envs.close()
    return found


def by_words(id: str, settings: dict[str, Any], calls: Any) -> list[list[float]]:
    envs = ChatVectorEnv(id, ROWS, LOSSLESS, calls=calls, **settings)
    envs.reset(seed=3)

    def step() -> Any:
        _, reward, terminated, truncated, infos = envs.step(envs.oracle())
        assert not any(info["reading"] for info in infos)
        return reward, terminated, truncated

    found = paid(step)
    envs.close()
    return found


def all_are_paid_alike(table: dict[str, dict[str, Any]]) -> None:
    for id, settings in table.items():
        expected = by_actions(id, settings)
        assert any(any(turn[:ROWS]) for turn in expected), id  # something is paid at all
        for calls in ("text", "native"):
            assert by_words(id, settings, calls) == expected, (id, calls)


def test_many_turns_in_words() -> None:
    all_are_paid_alike(TALKED)


@pytest.mark.slow
def test_the_others_in_words() -> None:
    all_are_paid_alike(SLOWER)


def test_every_id_is_tested_in_words() -> None:
    ours = {row.id for row in registered() if (row.task or row.entry_point).startswith("vgym.")}
    assert ours == {*TALKED, *SLOWER, *BY_OTHERS}


def test_looking_names_up_costs_nothing_but_turns() -> None:
    settings: dict[str, Any] = {"image_size": 64, "max_episode_steps": 3}
    numbers = gymnasium.make_vec("VGeo-v0", num_envs=1, autoreset_mode=DISABLED, **settings)
    envs = ChatVectorEnv("VGeo-v0", 1, LOSSLESS, **settings)
    first, _ = envs.reset(seed=1)
    numbers.reset(seed=1)
    assert "3 turns are left" in text_of(first[0])
    told, reward, *_, infos = envs.step(
        ['<tool_call>{"name": "lookup", "arguments": {"name": "Lyon, France"}}</tool_call>']
    )
    text = text_of(told[0])
    assert "longitude: 45.7" in text and "2 turns are left" in text and not infos[0]["reading"]
    told, nothing, *_, infos = envs.step([[{"name": "lookup", "arguments": {"name": "Zzxqy"}}]])
    assert "no place is called 'Zzxqy'" in infos[0]["reading"] and "1 turn is left" in text_of(
        told[0]
    )
    assert not reward.any() and not nothing.any()
    _, expected, *_ = numbers.step(numbers.unwrapped.oracle())  # at once
    _, reward, terminated, _, infos = envs.step(envs.oracle())
    assert terminated.all() and reward.tolist() == expected.tolist() and expected[0] > 0.9
    numbers.close()
    envs.close()
