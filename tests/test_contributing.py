"""A family and an agent of vgym's own, laid where docs/contributing.md says, work."""

import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import vgym.baselines
import vgym.envs
from vgym import cli, registration
from vgym.baselines import agents
from vgym.evaluation.runner import run

ROOT = Path(vgym.__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "contributing.md"
if not PAGE.exists():
    pytest.skip("the installed package has no documents beside it", allow_module_level=True)


def _blocks() -> list[str]:
    """The task's three files, its row, the agent's file and its row."""
    types, generator, task, _ = _of("your_task.md")
    files = [text.replace("my_package.", "vgym.envs.dots.") for text in (types, generator, task)]
    row, agent_row = _of("contributing.md")
    return [*files, row, *_of("your_agent.md"), agent_row]


def _of(page: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(r"^```py\n(.*?)^```", text, re.M | re.S)


@pytest.fixture(scope="module", autouse=True)
def _followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The page's files in folders of their own, its rows added to the tables."""
    types, generator, task, row, agent, agent_row = _blocks()
    root = tmp_path_factory.mktemp("page")
    files = {
        "envs/dots/__init__.py": "",
        "envs/dots/types.py": types,
        "envs/dots/generator.py": generator,
        "envs/dots/task.py": task,
        "baselines/my_agent.py": agent,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    vgym.envs.__path__.append(str(root / "envs"))
    vgym.baselines.__path__.append(str(root / "baselines"))
    added = eval(row, vars(registration).copy())
    registration._add(added)
    entry = eval(agent_row, vars(agents).copy())
    agents.AGENTS[entry.name] = entry
    yield
    del agents.AGENTS[entry.name]
    registration.unregister(added.id)
    vgym.envs.__path__.pop()
    vgym.baselines.__path__.pop()
    for name in [name for name in sys.modules if ".dots" in name or "my_agent" in name]:
        del sys.modules[name]


def test_it_is_an_environment() -> None:
    env = gymnasium.make("VDots-v0")
    check_env(env.unwrapped)
    observation, info = env.reset(seed=0)
    assert re.fullmatch("the (red|green|blue|yellow|white|black) dot", info["instruction"])
    assert len(np.unique(observation["image"].reshape(-1, 3), axis=0)) == 7
    assert env.step(env.unwrapped.oracle())[4]["success"]
    with pytest.raises(ValueError, match="VDots-v0 does not state"):
        gymnasium.make("VDots-v0", reward="spl")


def test_rows_are_single_environments() -> None:
    envs = gymnasium.make_vec("VDots-v0", num_envs=5, attempts=2)
    observed, _ = envs.reset(seed=3)
    for i in range(5):
        single, _ = gymnasium.make("VDots-v0", attempts=2).reset(seed=3 + i)
        np.testing.assert_array_equal(single["image"], observed["image"][i])


@pytest.mark.parametrize("name", ["mine", "oracle", "random", "centre"])
def test_agents_play_it(name: str) -> None:
    assert agents.plays(name, "VDots-v0") == (name != "centre")
    table = run("VDots-v0", agents.make_agent(name), 20)
    assert table.success.all() if name in ("oracle", "mine") else not table.success.all()
    assert np.isfinite(table.metrics["distance_px"]).all()


def test_its_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    printed = re.findall(r"^(vgym .*?)(?:  |$)", PAGE.read_text(encoding="utf-8"), re.M)
    assert [line.split()[1] for line in printed] == ["show", "bench"]
    for line in printed:
        few = ["--episodes", "20"] if "bench" in line else []
        assert cli.main([*shlex.split(line)[1:], *few]) == 0
    assert (tmp_path / "dots.png").is_file() and (tmp_path / "report/results.json").is_file()


@pytest.mark.slow
def test_the_contract_holds_for_it(tmp_path: Path) -> None:
    """In a copy of the repository: its folder, one row, and golden values are all it takes."""
    copy, tests = tmp_path / "vgym", ("tests/envs/test_golden.py", "tests/envs")
    left_out = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "report", "docs")
    shutil.copytree(ROOT, copy, symlinks=True, ignore=left_out)
    types, generator, task, row, *_ = _blocks()
    for name, text in (
        ("types", types),
        ("generator", generator),
        ("task", task),
        ("__init__", ""),
    ):
        (copy / "envs/dots").mkdir(exist_ok=True)
        (copy / f"envs/dots/{name}.py").write_text(text, encoding="utf-8")
    registry = copy / "vgym/registration.py"
    table = registry.read_text(encoding="utf-8")
    head, mark, tail = table.partition("TABLE: tuple[Row, ...] = (\n")
    registry.write_text(f"{head}{mark}    {row.strip()},\n{tail}", encoding="utf-8")
    for tested, *more in ((tests[0], "--update-golden"), (tests[1],)):
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-k", "VDots", tested, *more]
        done = subprocess.run(
            command, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)},
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-5000:]
    assert " passed" in done.stdout


def test_the_page_of_the_docs_is_its_docstring() -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        page = importlib.import_module("build_docs").environments_page()
    finally:
        sys.path.pop(0)
    assert "# VDots-v0" in page and "Six dots on grey" in page


def test_the_code_of_the_page_is_in_the_style_of_the_house(tmp_path: Path) -> None:
    for number, block in enumerate(_blocks()):
        path = tmp_path / f"block{number}.py"
        path.write_text(block)
        command = [sys.executable, "-m", "ruff", "format", "--check", "--line-length", "100", path]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, block
