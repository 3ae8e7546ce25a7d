"""The wheel holds vgym and nothing else: every source file, every asset. So does what it is made
of, with the tested versions."""

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import vgym

ROOT = Path(vgym.__file__).resolve().parents[1]
if not (ROOT / "pyproject.toml").exists():
    pytest.skip("the installed package has no repository around it", allow_module_level=True)

PARTS = ("vgym", "envs", "baselines", "assets")
JUNK = shutil.ignore_patterns("__pycache__", "*.pyc", "*.nbi", "*.nbc", ".*cache", "*.egg-info")


LICENCES = sorted((ROOT / "assets").rglob("LICENSE*"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an sdist and of the wheel made of it; the sdist from a copy of what the
    repository holds, links kept as links."""
    tree = tmp_path_factory.mktemp("tree")
    for part in PARTS:
        shutil.copytree(ROOT / part, tree / part, symlinks=True, ignore=JUNK)
    for name in ("pyproject.toml", "README.md", "LICENSE", "MANIFEST.in", "constraints.txt"):
        shutil.copy(ROOT / name, tree / name)
    out = tmp_path_factory.mktemp("built")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), "."],
        cwd=tree,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    (path,) = built.glob("*.whl")
    return zipfile.ZipFile(path)


def test_every_licence_text_is_packed_and_named() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    packed = {path for one in patterns["license-files"] for path in ROOT.glob(one)}
    assert {*LICENCES, ROOT / "LICENSE"} == packed and len(LICENCES) >= 10
    named = "".join(path.read_text("utf-8") for path in (ROOT / "assets").rglob("SOURCES.md"))
    assert [path.name for path in LICENCES if path.name not in named] == []


def test_every_asset_has_a_row_of_origins() -> None:
    table = (ROOT / "assets" / "SOURCES.md").read_text("utf-8")
    parts = [f"{p.name}/" if p.is_dir() else p.name for p in (ROOT / "assets").iterdir()]
    shipped = [part for part in parts if not part.endswith((".py", ".md", "__pycache__/"))]
    assert len(shipped) > 10
    assert [part for part in shipped if f"| `{part}` |" not in table] == []


@pytest.mark.slow
def test_the_sdist_has_the_tested_versions(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    texts = {path.relative_to(ROOT).as_posix() for path in LICENCES}
    assert {"constraints.txt", "pyproject.toml", "README.md", "LICENSE", *texts} <= names


@pytest.mark.slow
def test_holds_vgym_alone(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    (info,) = [top for top in tops if top.endswith(".dist-info")]
    assert tops == {"vgym", info}
    texts = {f"{info}/licenses/{path.relative_to(ROOT).as_posix()}" for path in LICENCES}
    assert {f"{info}/licenses/LICENSE", *texts} <= set(wheel.namelist())


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
