"""The wheel holds vgym and nothing else: every source file, every asset."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import vgym

ROOT = Path(vgym.__file__).resolve().parents[1]
if not (ROOT / "pyproject.toml").exists():
    pytest.skip("the installed package has no repository around it", allow_module_level=True)

PARTS = ("vgym", "envs", "baselines", "assets")
JUNK = shutil.ignore_patterns("__pycache__", "*.pyc", "*.nbi", "*.nbc", ".*cache", "*.egg-info")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Built from a copy of what the repository holds, links kept as links."""
    tree = tmp_path_factory.mktemp("tree")
    for part in PARTS:
        shutil.copytree(ROOT / part, tree / part, symlinks=True, ignore=JUNK)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree / name)
    out = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), "."],
        cwd=tree,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    (path,) = out.glob("*.whl")
    return zipfile.ZipFile(path)


@pytest.mark.slow
def test_holds_vgym_alone(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    (info,) = [top for top in tops if top.endswith(".dist-info")]
    assert tops == {"vgym", info}
    assert f"{info}/licenses/LICENSE" in wheel.namelist()


@pytest.mark.slow
def test_holds_every_source_file_and_asset(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    wanted = set()
    for part in PARTS:
        folder = "vgym" if part == "vgym" else f"vgym/{part}"
        for path in (ROOT / part).rglob("*"):
            relative = path.relative_to(ROOT / part)
            kept = path.suffix in (".py", ".toml") or path.name == "py.typed" or part == "assets"
            hidden = any(p.startswith((".", "__pycache__")) for p in relative.parts)
            inside_link = part == "vgym" and relative.parts[0] in PARTS
            if path.is_file() and kept and not hidden and not inside_link:
                wanted.add(f"{folder}/{relative.as_posix()}")
    assert len(wanted) > 60
    assert wanted <= names, sorted(wanted - names)[:20]
    junk = [n for n in names if "__pycache__" in n or n.endswith((".nbi", ".nbc")) or "tests/" in n]
    assert not junk


@pytest.mark.slow
def test_runs_where_it_is_installed(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "import vgym, gymnasium; assert 'site' in vgym.__file__, vgym.__file__\n"
        "for source in ('synthetic', 'photos'):\n"
        "    env = gymnasium.make('VGround-v0', image_size=48, source=source)\n"
        "    env.reset(seed=0); assert env.step(env.unwrapped.oracle())[4]['success']\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},  # compiling for one episode takes a minute
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
