"""The layout rules, checked by the tools that know them."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import vgym

ROOT = Path(vgym.__file__).resolve().parents[1]
if not (ROOT / "pyproject.toml").exists():
    pytest.skip("the installed package has no repository around it", allow_module_level=True)


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff() -> None:
    _run(sys.executable, "-m", "ruff", "check", ".")
    _run(sys.executable, "-m", "ruff", "format", "--check", ".")


@pytest.mark.slow
def test_mypy() -> None:
    _run(sys.executable, "-m", "mypy")


@pytest.mark.slow
def test_floors() -> None:
    _run(sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c([])")


def test_names_say_what_files_hold() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
    for folder in ("vgym", "envs", "baselines", "tests"):
        for path in (ROOT / folder).rglob("*"):
            assert path.stem.lower() not in vague, path


def test_families_do_not_import_one_another() -> None:
    families = [p.name for p in (ROOT / "envs").iterdir() if (p / "__init__.py").exists()]
    assert families
    for family in families:
        others = "|".join(f for f in families if f != family) or "(?!)"
        for path in (ROOT / "envs" / family).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(rf"vgym\.envs\.({others})\b", text), path


def test_nothing_is_left_to_do() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    for folder in ("vgym", "envs", "baselines"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not mark.search(path.read_text(encoding="utf-8")), path


def test_links_point_home() -> None:
    for name in ("envs", "assets", "baselines"):
        link = ROOT / "vgym" / name
        assert link.is_symlink() and link.resolve() == ROOT / name


def test_every_text_file_has_an_encoding() -> None:
    """That of the machine is not UTF-8 everywhere."""
    for folder in ("vgym", "envs", "baselines"):
        for path in (ROOT / folder).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call):
                    assert not _has_no_encoding(call), f"{path}:{call.lineno}"


def _has_no_encoding(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    if any(word.arg == "encoding" for word in call.keywords):
        return False
    if name in ("read_text", "write_text"):
        return len(call.args) < (1 if name == "read_text" else 2)
    texts = [each.value for each in call.args if isinstance(each, ast.Constant)]
    mode = next((m for m in texts if isinstance(m, str) and set(m) <= set("rwxabt+")), "")
    if name != "open" or "b" in mode:
        return False
    return bool(mode) or isinstance(call.func, ast.Name)


def test_no_group_of_a_pattern_is_possessive() -> None:
    """Debian 12's Python 3.11.2 finds less with them than is there (CPython's issue 106052):
    `(?>(?:...)*)` says the same."""
    possessive = re.compile(r"\)(?:[*+?]|\{[0-9,]{1,9}\})\+")
    assert all(map(possessive.search, ("(?:a|b)*+", "(?:a)++", "(?:a){0,9}+")))
    for folder in ("vgym", "envs", "baselines"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    if "(?" in node.value:
                        assert not possessive.search(node.value), f"{path}:{node.lineno}"


def test_nothing_of_opencv_needs_a_screen() -> None:
    """So that opencv-python-headless will do as well, which has no windows."""
    windows = re.compile(
        r"\bcv2\.(\w*[Ww]indow\w*|imshow|waitKey\w*|pollKey|selectROIs?|setMouseCallback"
        r"|\w+(?:Trackbar|TrackbarPos|TrackbarMin|TrackbarMax)|displayOverlay|createButton)\b"
    )
    assert windows.search("cv2.namedWindow") and windows.search("cv2.createTrackbar")
    for folder in ("vgym", "envs", "baselines"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not windows.search(path.read_text(encoding="utf-8")), path
