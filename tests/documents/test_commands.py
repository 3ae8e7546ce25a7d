"""Every command line of the README, the documents and the help texts runs."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import gymnasium
import model_server
import pytest
from documents.pages import ROOT, Command, commands, commands_of_vgym
from documents.scratch import furnish

from vgym import cli, registration

if not (ROOT / "README.md").exists():
    pytest.skip("the installed package has no documents beside it", allow_module_level=True)

# What stands for something of the reader's.
PLACEHOLDERS = {
    "ID": "VGroundPoint-v0",
    "NAME": "giou",
    "K": "3",
    "DIR": "screenspot",
    "PREDICTIONS.json": "out.json",
    "COMMAND": "bench",
    "A": "before",
    "B": "after",
    "RUN": "before",
    "A,B": "VGround-v0,VGeo-v0",
}
# Words added to a command that lacks them, so that it does little of what it does.
SMALL = {
    "bench": {"--envs": "VGroundPoint-v0", "--episodes": "2", "--image-size": "64"},
    "check": {"--image-size": "64"},
    "audit": {"--episodes": "16", "--attacks": "centre", "--threshold": "1"},
    "serve": {"--port": "0"},
    "signal": {
        "--prompts": "2",
        "--groups": "2",
        "--recipes": "dense,sparse",
        "--image-size": "64",
    },
    "export": {
        "--format": "jsonl",
        "--out": "exported",
        "--image-size": "64",
        "--episodes": "3",
    },
}
SMALLER = {"export": {"--episodes": "3"}}  # in place of what a command says
AUDIT_OF_RECIPES = "vgym audit --recipe"  # exits with 1 where it finds something
# A model that always says the same is no dialect's.
FINDS = (AUDIT_OF_RECIPES, 'vgym chat probe --agent "api:')
MODEL = re.compile(r"api:[^@]+@(?:URL|http://localhost:8000/v1)")
# Those that play everything, or the whole of one thing, as they stand.
AS_PRINTED = ("vgym bench", "vgym bench --source photos", "vgym bench --source my.jsonl")
SLOW = ("vgym audit", "vgym bench", "vgym check", "vgym export", "vgym list", "vgym signal")
IN_A_BROWSER = ("vgym capture",)
READ_RESULTS = ("compare", "rescore")
RESULTS = {"before", "after", "report", "seen", "ladder"}
# Of environments that a page makes first: the tests that follow the page run them.
FOLLOWED = "VDots"  # by tests/test_contributing.py

ALL = commands()
OF_VGYM = [each for each in ALL if each.text.startswith("vgym ") and FOLLOWED not in each.text]
OF_OTHERS = [each for each in ALL if not each.text.startswith("vgym ")]


def _marks(command: Command) -> list[pytest.MarkDecorator]:
    shows_help = command.text.endswith("--help") or _is_name(command)
    if shows_help:
        return []
    if command.text.startswith(IN_A_BROWSER):
        return [pytest.mark.web]
    return [pytest.mark.slow] if command.text.startswith(SLOW) else []


def _is_name(command: Command) -> bool:
    """A span such as ``vgym show`` names the command."""
    return command.is_span and len(command.text.split()) == 2


def _words(command: Command) -> list[str]:
    words = [PLACEHOLDERS.get(word, word) for word in shlex.split(command.text)[1:]]
    if _is_name(command):
        return [*words, "--help"]
    whole = command.text in AS_PRINTED or command.text.startswith(AUDIT_OF_RECIPES)
    if "--help" not in words and not whole:
        for option, value in SMALL.get(words[0], {}).items():
            if option == "--envs" or option not in words:
                words += [] if option in words else [option, value]
    for option, value in SMALLER.get(words[0], {}).items():
        if option in words:
            words[words.index(option) + 1] = value
    if command.text in AS_PRINTED:
        words += ["--episodes", "1"]
    return words


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What each command gets its own copy of."""
    folder = tmp_path_factory.mktemp("furnished")
    furnish(folder)
    return folder


@pytest.fixture
def here(tmp_path: Path, furnished: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A furnished folder; ids that a command registers are gone afterwards."""
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = {row.id for row in registration.registered()}
    yield tmp_path
    for id in {row.id for row in registration.registered()} - before:
        registration.unregister(id)
        assert id not in gymnasium.registry
    for name in [name for name in sys.modules if name.partition(".")[0] == "my_package"]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a benchmark's results, for commands that read them."""
    folder = tmp_path_factory.mktemp("results")
    agents = "random,saliency,oracle,my_package.agents:MyAgent"
    words = ["bench", "--agents", agents, "--pictures", "masked", "--out", str(folder / "report")]
    words += ["--envs", "VGround-v0,VGroundPoint-v0"]
    assert cli.main([*words, "--episodes", "2", "--image-size", "64"]) == 0
    return folder / "report"


@pytest.fixture
def served(here: Path) -> Iterator[str]:
    """The address at which a page of the folder is served."""
    handler = partial(_Silent, directory=str(here / "my_site"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def model() -> Iterator[str]:
    """The address of a server that gives one answer to everything."""
    pytest.importorskip("openai")
    with model_server.served() as site:
        yield site.url


@pytest.fixture
def stops_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers of episodes end once they can be reached; one for others has its token."""
    uvicorn = pytest.importorskip("uvicorn", reason="pip install vgym[serve]")

    async def no_loop(server: object) -> None:
        """Nothing."""

    monkeypatch.setattr(uvicorn.Server, "main_loop", no_loop)
    monkeypatch.setenv("VGYM_TOKEN", "a-token-of-some-length")


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


def _as_param(command: Command) -> object:
    return pytest.param(command, id=command.text, marks=_marks(command))


@pytest.mark.parametrize("command", [_as_param(command) for command in OF_VGYM])
def test_it_runs(
    command: Command,
    here: Path,
    served: str,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = _words(command)
    if "api:" in command.text:
        words = [MODEL.sub(f"api:echo@{request.getfixturevalue('model')}", word) for word in words]
    words = [word.replace("http://localhost:8000/", served) for word in words]
    if "ray" in words:
        pytest.importorskip("ray", reason="pip install vgym[ray]")
    if ",reader" in command.text:
        pytest.importorskip("wordllama", reason="pip install vgym[reader]")
    if words[0] == "serve" and "--help" not in words:
        request.getfixturevalue("stops_at_once")
    if words[0] in READ_RESULTS and "--help" not in words:
        for name in RESULTS.intersection(words):
            shutil.copytree(request.getfixturevalue("results"), here / name)
    if "--resume" in words:
        assert cli.main([word for word in words if word != "--resume"]) == 0
    code = cli.main(words)
    said = capsys.readouterr()
    fine = (0, 1) if command.text.startswith(FINDS) else (0,)
    assert code in fine, f"{command.where}: {command.text}\n{said.out}{said.err}"
    if "--out" in words:
        assert (here / words[words.index("--out") + 1]).exists()


@pytest.mark.parametrize(
    "command", [each for each in OF_VGYM if _marks(each)], ids=lambda c: c.text
)
def test_its_words_are_known(command: Command) -> None:
    """Those that are too slow to run with every change are read with every change."""
    words = _words(command)
    if words[0] not in cli.ELSEWHERE:
        assert callable(cli.parser().parse_args(words).run)


def test_every_command_is_shown_in_an_example() -> None:
    """Nothing that there is to type is left to be guessed."""
    printed = {each.text.split()[1] for each in OF_VGYM if not each.text.endswith("--help")}
    assert set(commands_of_vgym()) <= printed


def test_placeholders_are_declared() -> None:
    """A word in capitals stands for something, and what for is said above."""
    for command in ALL:
        for word in shlex.split(command.text):
            if re.fullmatch(r"[A-Z][A-Z_.a-z]*", word) and word.split(".")[0].isupper():
                assert word in PLACEHOLDERS, command


def _starts_a_script(command: Command) -> bool:
    return "python -m" in command.text


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(each, id=each.text, marks=[pytest.mark.slow] * _starts_a_script(each))
        for each in OF_OTHERS
    ],
)
def test_what_else_is_typed_names_what_there_is(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Extras, constraints, system packages, markers and scripts; installing itself is CI's."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for line in command.text.split("&&"):
        words = shlex.split(line)
        program = Path(words[0]).name
        if program == "pip":
            _check_pip(words, project)
        elif program in ("apt", "apt-get"):
            ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
            assert all(package in ci for package in words[2:]), command
        elif program == "pytest":
            _check_pytest(words, project)
        elif program in ("python", "python3"):
            _check_python(words, monkeypatch)
        elif program == "vgym":
            assert words[1] in commands_of_vgym()
        else:
            assert words in (["lint-imports"], [".", ".venv/bin/activate"]), command


def _check_pip(words: list[str], project: dict[str, dict[str, dict[str, object]]]) -> None:
    assert words[1] == "install"
    extras = project["project"]["optional-dependencies"]
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if word == "-c":
            assert (ROOT / after).is_file()
        for extra in re.findall(r"\[([\w,]+)\]", word):
            assert set(extra.split(",")) <= set(extras)
    assert words[-1].partition("[")[0] in (".", "vgym")


def _check_pytest(words: list[str], project: dict[str, dict[str, dict[str, list[str]]]]) -> None:
    declared = project["tool"]["pytest"]["ini_options"]["markers"]
    markers = {marker.partition(":")[0] for marker in declared}
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if word == "-m":
            assert set(re.findall(r"\w+", after)) - {"or", "and", "not"} <= markers
        if word.startswith("tests/"):
            assert (ROOT / word).exists()


def _check_python(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    if words[1] != "-m":
        assert (ROOT / words[1]).is_file()
    elif words[2].startswith("vgym."):
        _show_help_here(words[2], monkeypatch)
    else:
        assert _help_of(words[2]).returncode == 0, _help_of(words[2]).stderr


def _show_help_here(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `python -m` does, but for a new process, in which most would load torch anew."""
    monkeypatch.setattr(sys, "argv", [module, "--help"])
    monkeypatch.delitem(sys.modules, module, raising=False)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    assert not ended.value.code


@cache
def _help_of(module: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", module, "--help"]
    return subprocess.run(line, capture_output=True, text=True, timeout=120)


@pytest.mark.slow
def test_the_first_line_of_the_readme_installs_and_runs(tmp_path: Path) -> None:
    """As it stands, but for three things: dependencies are those installed here, no index is asked,
    and of the benchmark the help is shown."""
    line = next(each.text for each in ALL if each.text.endswith(".venv/bin/vgym bench"))
    copy = tmp_path / "vgym"
    left_out = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "report", "tests")
    shutil.copytree(ROOT, copy, symlinks=True, ignore=left_out)
    installed = Path(pytest.__file__).parents[1]
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(installed),
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as its flag, whatever the number
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    line = line.replace("python3", sys.executable, 1) + " --help"
    done = subprocess.run(
        ["bash", "-euc", line], cwd=copy, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "vgym bench --envs" in done.stdout
