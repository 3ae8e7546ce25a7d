"""docs/your_agent.md and docs/your_task.md are followed from top to bottom, in an empty folder."""

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from documents.pages import ROOT, Block, blocks

from vgym import cli, registration
from vgym.evaluation import contract
from vgym.evaluation.contract import PROMISES

if not (ROOT / "README.md").exists():
    pytest.skip("the installed package has no documents beside it", allow_module_level=True)

QUICK = tuple(promise for promise in PROMISES if promise.__name__ != "processes")


def _files(page: str, *names: str) -> dict[str, str]:
    texts = [block.text for block in _of(page, "py")]
    return dict(zip(names, texts, strict=True))


def _of(page: str, kind: str) -> list[Block]:
    return [block for block in blocks(ROOT / "docs" / page) if block.kind == kind]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder with the files of both pages; what they register is gone afterwards."""
    files = {
        **_files("your_task.md", "types.py", "generator.py", "task.py", "__init__.py"),
        **_files("your_agent.md", "agents.py"),
    }
    (tmp_path / "my_package").mkdir()
    for name, text in files.items():
        (tmp_path / "my_package" / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(contract, "PROMISES", QUICK)  # the rest in the slow test
    yield tmp_path
    if "VDots-v0" in [row.id for row in registration.registered()]:
        registration.unregister("VDots-v0")
    for name in [name for name in sys.modules if name.partition(".")[0] == "my_package"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("page", "workers"),
    [
        ("your_task.md", False),
        ("your_agent.md", False),
        pytest.param("your_agent.md", True, marks=pytest.mark.slow),
    ],
)
def test_its_commands_and_its_code_run_in_order(
    page: str, workers: bool, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With as many workers as the page says, or none, which start in no time."""
    for block in blocks(ROOT / "docs" / page):
        if block.kind == "sh":
            for line in block.text.splitlines():
                words = shlex.split(line, comments=True)
                few = ["--episodes", "20"] if words[1] == "bench" else []
                few += ["--workers", "1"] if "--workers" in words and not workers else []
                code = cli.main([*words[1:], *few])
                assert code == 0, f"{line}: {capsys.readouterr()}"
                if "--out" in words:
                    assert (folder / words[words.index("--out") + 1]).exists()
        elif block.kind == "python":
            sys.path.append(str(folder))
            exec(compile(block.text, block.where, "exec"), {})


def test_the_agent_plays_the_task(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "bench --envs VDots-v0 --import my_package --agents my_package.agents:MyAgent,oracle"
    assert cli.main([*words.split(), "--episodes", "30", "--out", "both"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if "1.000" in line]
    assert [name for row in rows for name in row if name in ("mine", "oracle")] == [
        "mine",
        "oracle",
    ]


def test_the_entry_point_is_the_group_that_is_read() -> None:
    import tomllib

    from vgym.cli.own_packages import GROUP

    (toml,) = _of("your_task.md", "toml")
    (points,) = [tomllib.loads(toml.text)["project"]["entry-points"]]
    assert points == {GROUP: {"dots": "my_package"}}


@pytest.mark.slow
def test_the_task_keeps_every_promise(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(contract, "PROMISES", PROMISES)
    code = cli.main(["check", "VDots-v0", "--import", "my_package"])
    said = capsys.readouterr().out
    assert code == 0 and f"{len(PROMISES)} of {len(PROMISES)} promises" in said, said


def test_every_promise_is_listed() -> None:
    text = " ".join((ROOT / "docs" / "your_task.md").read_text(encoding="utf-8").split())
    for promise in PROMISES:
        said = " ".join((promise.__doc__ or "").split())
        assert f"- **{promise.__name__}**: {said}" in text
    assert len(re.findall(r"- \*\*\w+\*\*:", text)) == len(PROMISES)
