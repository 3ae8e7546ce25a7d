"""One table of ids feeds Gymnasium's registry and everything else."""

import re
import subprocess
import sys

import gymnasium
import pytest

import vgym
from vgym.registration import (
    TABLE,
    Family,
    register,
    register_all,
    registered,
    row_of,
    unknown,
    unregister,
)


def test_every_row_is_registered_once() -> None:
    ids = [row.id for row in TABLE]
    assert len(set(ids)) == len(ids)
    assert [row.id for row in registered()][: len(ids)] == ids
    register_all()
    for row in TABLE:
        assert (row.id in gymnasium.registry) == (not row.made_by)
        if not row.made_by:
            spec = gymnasium.spec(row.id)
            assert spec.vector_entry_point and spec.entry_point
        assert row.summary and row.summary[0].islower()
        assert row_of(row.id) is row


def test_a_task_of_ones_own() -> None:
    task = "vgym.envs.grounding.task:GroundingTask"
    vgym.register("VMine-v0", task=task, summary="mine", answer="point", image_size=40)
    try:
        env = gymnasium.make("VMine-v0", difficulty=0)
        assert env.reset(seed=0)[0]["image"].shape == (40, 40, 3)
        assert env.action_space.shape == (2,)
        assert gymnasium.make_vec("VMine-v0", num_envs=2).num_envs == 2
        assert registered()[-1].id == "VMine-v0"
    finally:
        unregister("VMine-v0")
    assert "VMine-v0" not in gymnasium.registry
    with pytest.raises(ValueError, match="unknown environment 'CartPole-v1'"):
        unregister("CartPole-v1")
    assert "CartPole-v1" in gymnasium.registry


@pytest.mark.parametrize("task", ["module", "module:", ":Class", "module:not a name", ""])
def test_a_bad_task(task: str) -> None:
    with pytest.raises(ValueError, match=r"package\.module:Class"):
        register("VMine-v0", task=task)
    assert "VMine-v0" not in gymnasium.registry


def test_a_taken_id_is_refused() -> None:
    before = row_of("VGround-v0")
    with pytest.raises(ValueError, match="VGround-v0"):
        register("VGround-v0", task="mine:Task")
    assert row_of("VGround-v0") is before
    assert gymnasium.spec("VGround-v0").kwargs["task"] == before.task


def test_a_task_that_is_not_there() -> None:
    for task, message in (
        ("vgym.nowhere:Task", "vgym.nowhere"),
        ("vgym.envs.grounding.task:Nothing", "Nothing"),
    ):
        register("VMine-v0", task=task)
        try:
            with pytest.raises(Exception, match=message):
                gymnasium.make("VMine-v0")
        finally:
            unregister("VMine-v0")


def test_unknown_id_names_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"did you mean 'VGround-v0'\? Valid: VGround-v0"):
        row_of("VGroud-v0")
    assert unknown("fruit", "zzz", ["apple"]) == "unknown fruit 'zzz'. Valid: apple."


@pytest.mark.parametrize("name", ["ground", "Grounding", "gui_click"])
def test_a_family_that_is_almost_one_of_ours_names_it(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"family={name!r} is none of vgym's")) as said:
        register("VMine-v0", task="mine:Task", family=name)
    assert "VMine-v0" not in gymnasium.registry
    near, new = re.findall(r"mean '(.*?)'.*vgym\.Family\('(.*?)'\)", str(said.value))[0]
    for cure in (near, Family(new), "dots", "gui"):
        register("VMine-v0", task="mine:Task", family=cure)
        family = row_of("VMine-v0").family
        unregister("VMine-v0")
        assert cure in (family, family.name)
    assert near in {row.family.name for row in TABLE}


def test_families_of_others_do_not_stand_in_the_way() -> None:
    for number in (1, 2):
        register(f"VMine{number}-v0", task="mine:Task", family=f"dots{number}")
    try:
        assert row_of("VMine2-v0").family.name == "dots2"
    finally:
        unregister("VMine1-v0")
        unregister("VMine2-v0")


def test_registering_twice_in_one_process_says_nothing() -> None:
    code = (
        "import warnings; warnings.simplefilter('error'); import vgym, importlib; "
        "importlib.reload(vgym); from vgym.registration import register_all; register_all()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
