"""Harnesses give the means of a Gymnasium loop; the committed table says so."""

import gc
import json
from pathlib import Path

import pytest

import vgym
from vgym.baselines.consumers import versions
from vgym.baselines.harnesses import HARNESSES, PLAYED, RESULT, compared, main, table, tried
from vgym.registration import row_of

PAGE = Path(vgym.__file__).resolve().parents[1] / "docs" / "harnesses.md"


def test_every_harness_gave_the_means_of_gymnasium() -> None:
    results = json.loads(RESULT.read_text("utf-8"))
    assert sorted(results) == sorted(HARNESSES)
    for name, found in results.items():
        assert set(HARNESSES[name].packages) <= set(found["versions"])
        played = [(run["env"], run["calls"]) for run in found["runs"]]
        every = [(env, calls) for env in PLAYED for calls in HARNESSES[name].calls]
        assert played == [one for one in every if one in played]  # in order, each once
        assert {"VGround-v0", "VGui-v0", "VGuiFlow-v0", "VNavPoint-v0"} <= {
            env for env, _ in played
        }
        for run in found["runs"]:
            assert run["harness"] == run["gymnasium"], run
            assert 0 < run["gymnasium"]["unread"] < 0.5 and run["gymnasium"]["return"] != 0
    families = {row_of(env).family.subject for env in PLAYED}
    assert len(families) == 5
    if PAGE.exists():
        assert table(results) in PAGE.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what harnesses say of their own dependencies is theirs
@pytest.mark.parametrize("name", HARNESSES)
def test_harnesses(name: str) -> None:
    if versions(HARNESSES[name].packages) is None:
        pytest.skip(f"{name} is not installed here; its result is of an environment of its own")
    for env in ("VGround-v0", "VNavPoint-v0"):
        run = compared(name, env, "text", 6)
        assert run["harness"] == run["gymnasium"]
    gc.collect()  # sockets that nobody closes: while warnings are ignored


def test_bad_names_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["lmms"], ["inspect-ai", "--envs", "VGround"]):
        with pytest.raises(SystemExit):
            main([*arguments, "--out", str(tmp_path / "x.json")])
        assert "there are" in capsys.readouterr().err
    if versions(HARNESSES["inspect-ai"].packages) is None:
        with pytest.raises(ModuleNotFoundError, match="pip install"):
            tried("inspect-ai")
