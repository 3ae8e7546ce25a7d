"""What an error tells people to do, done: the cure works."""

import re
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium.vector import AutoresetMode
from gymnasium.wrappers import ClipAction
from gymnasium.wrappers.vector import ClipAction as VectorClipAction
from rollouts import IDS, make, make_vec, small

import vgym
from vgym import cli
from vgym.evaluation.answers import act
from vgym.registration import registered, unregister
from vgym.rewards import recipe, recipes


def said(wrong: Callable[[], Any]) -> str:
    """The message of what goes wrong."""
    with pytest.raises(Exception) as caught:
        wrong()
    return str(caught.value)


def ended(env: Any) -> Any:
    """After the last step of an episode."""
    env.reset(seed=0)
    while True:
        action = env.unwrapped.oracle()
        *_, terminated, truncated, _ = env.step(action)
        if np.all(terminated | truncated):
            return action


def test_a_single_environment_is_reset_whole() -> None:
    env = make("VGround-v0")
    env.reset(seed=0)
    message = said(lambda: env.reset(options={"reset_mask": np.array([True])}))
    assert "leave the mask out" in message
    env.reset()
    action = ended(env)
    message = said(lambda: env.unwrapped.step(action))
    assert "call reset() before stepping" in message and "reset_mask" not in message
    env.reset()
    env.step(env.unwrapped.oracle())


def test_a_batch_is_reset_by_its_mask() -> None:
    envs = make_vec("VGround-v0", 2, autoreset_mode="DISABLED")
    action = ended(envs)
    assert 'options={"reset_mask": mask}' in said(lambda: envs.step(action))
    envs.reset(options={"reset_mask": np.array([True, True])})
    envs.step(envs.unwrapped.oracle())


def test_a_state_of_a_batch_is_loaded_by_such_a_batch() -> None:
    envs = make_vec("VGround-v0", 3)
    envs.reset(seed=0)
    saved = envs.unwrapped.state_dict()
    message = said(lambda: make("VGround-v0").unwrapped.load_state_dict(saved))
    found = re.search(r"num_envs=(\d+)", message)
    assert found
    make_vec("VGround-v0", int(found[1])).unwrapped.load_state_dict(saved)


@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_modes_are_known_by_name_and_value(mode: AutoresetMode) -> None:
    for given in (mode, mode.name, mode.value):
        assert make_vec("VGround-v0", 2, autoreset_mode=given).unwrapped.autoreset_mode is mode
    message = said(lambda: make_vec("VGround-v0", 2, autoreset_mode=mode.name.lower()))
    suggested = re.search("did you mean '(.*?)'", message)
    assert suggested
    made = make_vec("VGround-v0", 2, autoreset_mode=suggested[1])
    assert made.unwrapped.autoreset_mode is mode


@pytest.mark.parametrize("env_id", IDS)
def test_recipes_that_are_said_to_fit_do(env_id: str) -> None:
    stated = make(env_id).unwrapped.task.stated
    refused = [name for name in recipes() if not recipe(name).fits(stated)]
    for name in refused[:: max(1, len(refused) // 3)]:
        message = said(lambda name=name: make(env_id, reward=name))
        fitting = message.split("Recipes that fit: ")[1].split(" (")[0].split(", ")
        assert set(fitting) == {name for name in recipes() if recipe(name).fits(stated)}
        for good in fitting[:2]:
            make(env_id, reward=good)


def test_recipes_are_of_the_settings_and_the_nearest_come_first() -> None:
    message = said(lambda: make("VGround-v0", answer="point", reward="iou"))
    fitting = message.split("Recipes that fit: ")[1].split(" (")[0].split(", ")
    assert "giou" not in fitting and "gaussian" in fitting
    make("VGround-v0", answer="point", reward=fitting[0])
    walking = said(lambda: make("VGuiFlow-v0", reward="soft-spl"))
    assert "sparse" in walking
    assert said(lambda: make("VGround-v0", reward="spl")).count("VGround-v0") == 1


@pytest.mark.parametrize("env_id", ["VNav-v0", "VNavInstruction-v0"])
def test_a_map_without_names_is_walked_by_points(env_id: str) -> None:
    message = said(lambda: make(env_id, source="maze"))
    assert "homes and offices have" in message and "VNavPoint-v0" in message
    make("VNavPoint-v0", source="maze").reset(seed=0)
    for source in ("home", "office"):
        make(env_id, source=source).reset(seed=0)


@pytest.mark.parametrize("env_id", ["VGround-v0", "VNavTrajectory-v0"])
def test_numbers_out_of_bounds_are_clipped_by_the_wrapper_named(env_id: str) -> None:
    env, envs = make(env_id), make_vec(env_id, 2)
    wrong = env.action_space.high * 3
    for made in (env, envs):
        made.reset(seed=0)
    message = said(lambda: env.step(wrong))
    assert "gymnasium.wrappers.ClipAction" in message and "gymnasium.wrappers.vector" in message
    for made, action in ((ClipAction(env), wrong), (VectorClipAction(envs), np.stack([wrong] * 2))):
        made.reset(seed=0)
        made.step(action)
    assert ('action="pixel"' in message) == (env_id == "VGround-v0")  # trajectories have no pixels
    if env_id == "VGround-v0":
        pixels = make(env_id, action="pixel")
        pixels.reset(seed=0)
        pixels.step([3, 4, 40, 30])
        env.reset(seed=0)
        env.step(np.array([120, 400, 650, 1000]) / 1000)


def test_words_are_no_action_and_no_answer_is() -> None:
    env = make("VGround-v0")
    env.reset(seed=0)
    assert 'vgym.NoAnswer("why")' in said(lambda: env.step("the box is [1, 2, 3, 4]"))
    assert env.step(vgym.NoAnswer("why"))[4]["parse_error"] == "why"


def test_an_agent_that_answers_otherwise_is_told_how() -> None:
    class Short:
        name, convention = "short", "pixels"
        answer: Any = "[1, 2]"

        def reset(self, seed: int) -> None: ...

        def act(self, observation: Any, instructions: Any, envs: Any) -> Any:
            return [self.answer]

    agent, envs = Short(), make_vec("VGround-v0", 1)
    envs.reset(seed=0)
    message = said(lambda: act(agent, {}, [""], envs))
    assert "a box, four numbers" in message and "vgym.NoAnswer(why)" in message
    for cure in ([1, 2, 30, 40], vgym.NoAnswer("why")):
        agent.answer = cure
        envs.step(act(agent, {}, [""], envs))


def test_a_reward_is_one_number_a_row() -> None:
    env = make("VGround-v0", reward=lambda facts: facts["format_ok"][:, None].float())
    env.reset(seed=0)
    message = said(lambda: env.step(env.unwrapped.oracle()))
    assert "shape (1,)" in message and "batch" not in message
    cured = make("VGround-v0", reward=lambda facts: facts["format_ok"].float())
    cured.reset(seed=0)
    assert cured.step(cured.unwrapped.oracle())[1] == 1


def test_a_fact_that_is_not_there_names_one_that_is() -> None:
    env = make("VGround-v0", reward=lambda facts: facts["target_box"])
    env.reset(seed=0)
    suggested = re.search("did you mean '(.*?)'", said(lambda: env.step(env.unwrapped.oracle())))
    assert suggested and suggested[1] in env.unwrapped.task.stated


@pytest.mark.parametrize(
    ("wrong", "settings"),
    [
        ({"dificulty": 1}, {"difficulty": 1}),
        ({"split": "Train"}, {"split": "train"}),
        ({"action": "grids"}, {"action": "grid"}),
        ({"reward": "gIoU"}, {"reward": "giou"}),
        ({"source": "photo"}, {"source": "photos"}),
        ({"instruction": "token"}, {"instruction": "tokens"}),
        ({"render_mode": "RGB-array"}, {"render_mode": "rgb_array"}),
        ({"device": "cuda"}, {"device": "cpu"}),
    ],
)
def test_what_was_meant_is_named_and_taken(wrong: Any, settings: Any) -> None:
    if wrong == {"device": "cuda"} and torch.cuda.is_available():
        pytest.skip("there is a GPU here: nothing is wrong")
    message = said(lambda: make_vec("VGround-v0", 1, **wrong))
    (cure,) = {str(part) for part in (*settings, *settings.values())} - {
        str(part) for part in (*wrong, *wrong.values())
    }
    assert re.search(rf"(did you mean |device=|nearest: )'{cure}'", message), message
    make_vec("VGround-v0", 1, **settings)


def test_own_ids_are_registered_as_the_errors_say() -> None:
    from vgym.envs.grounding.task import GroundingTask

    path = re.search("'(vgym.*?)'", said(lambda: vgym.register("VMine-v0", task=GroundingTask)))
    assert path
    summary = said(lambda: vgym.register("VMine-v0", path[1], "mine"))  # type: ignore[misc]
    assert "summary='mine'" in summary
    assert "did you mean 'summary'" in said(
        lambda: vgym.register("VMine-v0", path[1], summry="mine")
    )
    assert "did you mean 'answer'" in said(lambda: vgym.register("VMine-v0", path[1], answr="box"))
    vgym.register("VMine-v0", path[1], summary="mine", answer="box")
    try:
        assert "unregister it first" in said(lambda: vgym.register("VMine-v0", path[1]))
        unregister("VMine-v0")
        vgym.register("VMine-v0", path[1])
    finally:
        unregister("VMine-v0")


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        ("rewards show gio", "rewards show giou"),
        ("rewards --for VGroun-v0", "rewards --for VGround-v0"),
        ("lst", "list"),
        ("rewards --import vgym/data.py", "rewards --import vgym.data"),
    ],
)
def test_the_command_that_was_meant_is_named_and_runs(
    words: str, cure: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words.split()) == 2
    assert cure.split()[-1] in capsys.readouterr().err
    if cure != "list":  # it makes every environment: tested by itself
        assert cli.main(cure.split()) == 0


def test_commands_that_errors_name_are_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", "VNowhere-v0"]) == 2
    named = re.findall(r"`?vgym (\w+)", capsys.readouterr().err)
    assert "list" in named
    for name in set(named) - {"COMMAND"}:
        assert cli.main([name, "--help"]) == 0


def test_ids_of_pettingzoo_name_what_makes_them(capsys: pytest.CaptureFixture[str]) -> None:
    import importlib

    for row in registered():
        if not row.made_by:
            continue
        assert cli.main(["show", row.id]) == 2
        found = re.search(r"(vgym\.\S+)\.parallel_env\(\)", capsys.readouterr().err)
        assert found
        made = importlib.import_module(found[1]).parallel_env(
            **{k: v for k, v in small(row.id).items() if k in ("rooms", "worlds")}
        )
        made.reset(seed=0)
        made.close()


def test_keywords_of_batches_are_taken_by_batches() -> None:
    assert "make_vec" in said(lambda: gymnasium.make("VGround-v0", copy=False))
    gymnasium.make_vec("VGround-v0", num_envs=2, copy=False)
