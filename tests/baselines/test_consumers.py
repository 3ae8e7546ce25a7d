"""Trainers that install beside vgym take its environments; the committed table says which did."""

import json
from pathlib import Path
from typing import Any

import pytest

import vgym
from vgym.baselines.consumer_runs import CONSUMERS
from vgym.baselines.consumers import RESULT, main, table, tried, versions

PAGE = Path(vgym.__file__).resolve().parents[1] / "docs" / "consumers.md"


@pytest.mark.slow
# What trainers say of their own dependencies is theirs.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", CONSUMERS)
def test_consumers(name: str) -> None:
    if versions(CONSUMERS[name][1]) is None:
        pytest.skip(f"{name} is not installed here; its result is of an environment of its own")
    result = tried(name)
    assert "error" not in result and result["ran"]


def test_every_consumer_ran_and_is_in_the_table() -> None:
    results = json.loads(RESULT.read_text())
    assert list(results) == list(CONSUMERS)
    for name, result in results.items():
        assert result.get("ran"), name
        assert set(CONSUMERS[name][1]) <= set(result["versions"])
    if PAGE.exists():
        assert table(results) in PAGE.read_text(encoding="utf-8")


def test_failures_are_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> Any:
        raise RuntimeError("shapes do not fit")

    monkeypatch.setitem(CONSUMERS, "SB3 PPO", (fails, ("pytest",)))
    out = tmp_path / "consumers.json"
    out.write_text(json.dumps({"RLlib": {"ran": "before"}}))
    main(["SB3 PPO", "--out", str(out)])
    results = json.loads(out.read_text())
    assert results["SB3 PPO"]["error"] == "RuntimeError: shapes do not fit"
    assert results["RLlib"] == {"ran": "before"}  # of another run, kept
    assert "**failed**: RuntimeError" in table(results)
    monkeypatch.setitem(CONSUMERS, "SB3 PPO", (fails, ("no-such-package",)))
    with pytest.raises(ModuleNotFoundError, match="no-such-package"):
        tried("SB3 PPO")
    with pytest.raises(SystemExit):
        main(["SB4"])
