"""What benchmarks say that they were measured at."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from vgym.baselines import measuring


def test_a_commit_is_dirty_by_code_and_not_by_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results, code = tmp_path / "baselines" / "results", tmp_path / "code.py"
    results.mkdir(parents=True)
    monkeypatch.setattr(measuring, "RESULTS", results)
    # A repository further up is none of it.
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert measuring.commit() == "unknown"
    result = results / "rates.json"
    for path in (result, code):
        path.write_text("1", encoding="utf-8")
    named = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for command in (("init",), ("add", "."), (*named, "commit", "--message", "first")):
        subprocess.run(["git", *command], cwd=tmp_path, check=True, capture_output=True)
    clean = measuring.commit()
    result.write_text("2", encoding="utf-8")
    assert measuring.commit() == clean and "dirty" not in clean
    code.write_text("2", encoding="utf-8")
    assert measuring.commit() == f"{clean}-dirty"
