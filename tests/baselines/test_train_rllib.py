"""RLlib's PPO over native batches: it steps, learns something, and its policy plays."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ray.rllib", reason="pip install vgym[rllib], in an environment of its own")

from vgym.baselines import train_rllib

SMALL = "--steps 256 --batch 128 --num-envs 8 --epochs 1 --image-size 36 --difficulty 0".split()


@pytest.mark.slow
@pytest.mark.parametrize(
    "said",
    [["--action", "grid", "--grid", "8"], [], ["--env", "vgym:VNavPoint-v0"]],
    ids=["choices", "numbers", "choice"],
)
def test_a_short_run(said: list[str], tmp_path: Path) -> None:
    share = train_rllib.main([*SMALL, *said, "--out", str(tmp_path / "run")])
    assert 0 <= share <= 1 and any((tmp_path / "run").iterdir())


@pytest.mark.parametrize(
    ("said", "why"), [("VNavTeam-v0", "is a team's"), ("VGround-v1", "did you mean")]
)
def test_what_it_does_not_train(said: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises((SystemExit, ValueError)) as stopped:
        train_rllib.options_of(["--env", said])
    assert why in capsys.readouterr().err + str(stopped.value)
