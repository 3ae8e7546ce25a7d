"""`help()` of an environment is the page of its id."""

from __future__ import annotations

import copy
import importlib
import pickle
import pydoc
from collections.abc import Callable
from typing import Any

import gymnasium
import pytest

import vgym
from vgym.core.task import page_of
from vgym.registration import registered

IDS = [row.id for row in registered() if not row.made_by]


def _page(id: str) -> str:
    (row,) = (row for row in registered() if row.id == id)
    module, _, name = (row.page or row.task).partition(":")
    return page_of(getattr(importlib.import_module(module), name))


def _helped(env: Any) -> str:
    lines = pydoc.render_doc(env, renderer=pydoc.plaintext).splitlines()
    return "\n".join(line.removeprefix(" |").strip() for line in lines)


def _shows(env: Any, page: str) -> bool:
    return bool(page) and "\n".join(line.strip() for line in page.splitlines()) in _helped(env)


@pytest.mark.parametrize("id", IDS)
def test_every_id_shows_its_page(id: str) -> None:
    settings = {} if id == "VGuiWeb-v0" else {"image_size": 64}
    env = gymnasium.make(id, **settings)
    assert _shows(env.unwrapped, _page(id))
    envs = gymnasium.make_vec(id, num_envs=1, **settings)
    assert _shows(envs.unwrapped, _page(id))
    env.close()
    envs.close()


def test_teams_show_theirs() -> None:
    made: list[Callable[..., Any]] = [
        vgym.envs.navigation.team_v0.parallel_env,
        lambda **settings: vgym.envs.navigation.team_v0.env(**settings).unwrapped,
        lambda **settings: vgym.envs.navigation.team_v0.vector_env(2, **settings),
    ]
    for make in made:
        env = make(robots=2, image_size=36, rooms=4, worlds=1)
        assert _shows(env, _page("VNavTeam-v0"))
        env.close()


def test_copies_show_it_too() -> None:
    env = gymnasium.make("VGroundPoint-v0", image_size=64).unwrapped
    for other in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        assert _shows(other, _page("VGroundPoint-v0"))


def test_a_task_without_a_page_shows_how_environments_are_used() -> None:
    from vgym.core.single_env import Env
    from vgym.envs.grounding.task import GroundingTask

    class Silent(GroundingTask):
        pass

    Silent.__doc__ = None
    env = Env(Silent, image_size=64)
    assert "One environment of a task." in _helped(env)
