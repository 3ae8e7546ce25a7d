"""An episode is a function of what its page says under "Starting State", and of nothing else.

Agents that see other sizes, answer in another form or are paid otherwise meet the same questions.
"""

import re
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from rollouts import IDS, config_class, forms, make_vec, takes

from vgym.core import state as states
from vgym.registration import row_of

ROWS = 8
# Another value for each setting than the one by default; those of files and devices are not here.
OTHER: dict[str, Any] = {
    "action": None,  # another of the id's
    "answer": None,  # likewise
    "attempts": 3,
    "auto_stop": True,
    "compass": False,
    "depth": True,
    "difficulty": 0.9,
    "doors": "closed",
    "expose": "truth",
    "fov": 70.0,
    "grid": 12,
    "instruction": "bag",
    "labels": True,
    "level": 1,
    "layer": "day",
    "look": True,
    "max_boxes": 2,
    "max_episode_steps": 7,
    "observation": "foveated",
    "odometry": True,
    "pages": 11,
    "paradigm": "cpp",
    "pixels": 10_000,
    "reward": "sparse",
    "robots": 3,
    "rooms": 6,
    "slide": True,
    "source": None,
    "split": "val",
    "success_distance": 0.7,
    "success_km": 25.0,
    "templates": ("mail-reply",),
    "trials": 2,
    "turn": 45,
    "view": "dual",
    "worlds": 2,
}
NOT_OF_EPISODES = {"device", "convention", "image_size"}  # the last has tests of its own


def asked(env_id: str, **settings: Any) -> tuple[list[str], np.ndarray[Any, Any]]:
    """The words of a few first episodes, and where they start or what is to be found.

    Places are those of a picture that was 64 pixels wide, or of the whole of which it shows a part.
    """
    envs = make_vec(env_id, ROWS, **{"image_size": 64, **settings})
    envs.reset(seed=3)
    words, state = list(envs.unwrapped.instructions()), states.flatten(envs.unwrapped.state)
    if "place" in state:
        return words, state["place"].numpy()
    if "target_boxes" not in state:
        where = state["pose" if "pose" in state else "vector"].double().numpy()
        return words, where.reshape(ROWS, -1)
    if "whole_hw" in state:
        return words, state["target_boxes"].sum(1).numpy()
    boxes = state["target_boxes"] * state["target_mask"][..., None]
    width = envs.single_observation_space["image"].shape[1]
    return words, boxes.double().sum(1).numpy() * (64 / width)


def same(one: Any, other: Any, atol: float = 0.0) -> bool:
    """Whether two answers of `asked` are the same episodes."""
    return one[0] == other[0] and np.allclose(one[1], other[1], rtol=0, atol=atol)


def stated(env_id: str) -> list[str]:
    """What an id's page says that its episodes are a function of."""
    page = make_vec(env_id, 1).unwrapped.task.__doc__
    found = re.search(r"## Starting State\s+A function of \(([^)]*)\)", page)
    assert found, env_id
    return [" ".join(name.split()) for name in found[1].split(",")]


def settings_of(env_id: str) -> dict[str, Any]:
    """Another value for every setting of an id that its page does not name."""
    row, cls, found = row_of(env_id), config_class(env_id), {}
    for field in fields(cls):
        name = field.name
        if name in row.settings or name in stated(env_id) or name in NOT_OF_EPISODES:
            continue
        value = OTHER[name]
        if name == "action":
            value = next((form for form in forms(env_id) if form != small_action(env_id)), None)
        elif name == "answer":
            value = next((form for form in cls.answers if form != field.default), None)
        elif name in cls.only_with:
            other, having = cls.only_with[name]
            value = value if row.settings.get(other, getattr(cls, other)) in having else None
        elif name == "source":
            assert len(cls.sources) == 1 and not cls.reads_files, env_id
        if value is not None:
            found[name] = value
    return found


def small_action(env_id: str) -> str:
    """The form of answer that an id takes by default."""
    form: str = make_vec(env_id, 1).unwrapped.task.config.action
    return form


@pytest.mark.parametrize("env_id", IDS)
def test_nothing_that_is_not_stated_decides(env_id: str) -> None:
    usual, settings = asked(env_id), settings_of(env_id)
    if not same(asked(env_id, **settings), usual):  # which of them is it?
        pytest.fail(
            f"{env_id}: its page does not say that an episode depends on "
            f"{[n for n, v in settings.items() if not same(asked(env_id, **{n: v}), usual)]}"
        )


SETTINGS: list[dict[str, Any]] = [{"difficulty": 0.5}, {"difficulty": 1.0, "split": "test"}]
CASES = [
    (env_id, sizes, settings)
    for env_id in IDS
    for sizes in [(64, 128), ((96, 160), (192, 320)), ((90, 60), (360, 240))]
    for settings in SETTINGS
    # What walks ask has nothing to do with a picture: one case shows it.
    if takes(env_id, "attempts") or (sizes == (64, 128) and settings is SETTINGS[0])
]


@pytest.mark.parametrize(("env_id", "sizes", "settings"), CASES, ids=str)
def test_every_size_of_one_shape_asks_the_same(
    env_id: str, sizes: tuple[Any, Any], settings: dict[str, Any]
) -> None:
    """Boxes to a pixel of the smaller picture, as screens are reduced to whole pixels."""
    one, other = (asked(env_id, image_size=size, **settings) for size in sizes)
    assert same(one, other, atol=1.0)


@pytest.mark.parametrize("shape", [(120, 90), (450, 1000)], ids=str)
def test_a_flow_asks_the_same_in_every_shape(shape: tuple[int, int]) -> None:
    assert same(asked("VGuiFlow-v0", image_size=shape), asked("VGuiFlow-v0"))


def test_made_pages_are_laid_out_for_their_size_and_say_so() -> None:
    """The one exception: letters stay legible, as on a screen of that size."""
    assert "image_size" in stated("VGui-v0")
    small_pages, large_pages = (
        asked("VGui-v0", source="synthetic", pages=2, image_size=size)
        for size in ((96, 160), (192, 320))
    )
    assert small_pages[0] != large_pages[0]
