"""Agents of anybody's, named by their path."""

from typing import Any

import pytest

from vgym.baselines.agents import make_agent, plays


class Whole:
    name = "whole"
    families = ("grounding",)

    def reset(self, seed: int) -> None:
        pass

    def act(self, observation: Any, instructions: list[str], envs: Any) -> Any:
        return envs.unwrapped.oracle()


class Nameless(Whole):
    name = ""


class Mute:
    name = "mute"

    def reset(self, seed: int) -> None:
        pass


class Foreign(Whole):
    convention = "0-100"


class Demanding(Whole):
    def __init__(self, model: str) -> None:
        self.model = model


def made() -> Demanding:
    return Demanding("small")


ready = Whole()
number = 3


@pytest.mark.parametrize("name", ["Whole", "made", "ready"])
def test_a_class_a_function_and_an_object_are_agents(name: str) -> None:
    path = f"{__name__}:{name}"
    assert make_agent(path).name == "whole"
    assert plays(path, "VNav-v0") == (name == "made")  # a function names no families


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("oracel", "did you mean 'oracle'.*package.module:Class"),
        ("nowhere.agents:A", "there is no module 'nowhere'; install it, or put the folder"),
        (f"{__name__}:Whol", "holds no 'Whol'; did you mean 'Whole'"),
        (f"{__name__}:Nameless", "has name=''; set name"),
        (f"{__name__}:Mute", "has no method act"),
        (f"{__name__}:number", "has no method reset"),
        (f"{__name__}:Foreign", "convention='0-100' of agent .*did you mean '0-1000'"),
        (f"{__name__}:Demanding", "made without arguments: missing a required argument: 'model'"),
    ],
)
def test_what_is_no_agent_is_refused(path: str, message: str) -> None:
    with pytest.raises((ValueError, ImportError), match=message):
        make_agent(path)
