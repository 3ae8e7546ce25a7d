"""What importing costs, what it leaves alone, and that processes may be forked."""

import importlib
import os
import pkgutil
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import vgym

SOURCE = Path(vgym.__file__).resolve().parents[1]


def _run(code: str, timeout: float = 120, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_loads_nothing_heavy() -> None:
    heavy = ("torch", "numba", "cv2", "PIL", "shapely", "scipy", "stable_baselines3", "pettingzoo")
    code = f"import sys, vgym; print([m for m in {heavy!r} if m in sys.modules])"
    assert _run(code).strip() == "[]"


def test_importing_is_fast() -> None:
    """The aim is 0.6 s; a busy machine gets more."""
    code = "import time; t = time.perf_counter(); import vgym; print(time.perf_counter() - t)"
    assert min(float(_run(code)) for _ in range(3)) < 2


def test_lazy_names() -> None:
    out = _run(
        "import sys, vgym; assert 'torch' not in sys.modules; "
        "print(vgym.rewards.recipes()[:1], 'torch' in sys.modules, 'geometry' in dir(vgym))"
    )
    assert out.strip().endswith("True True")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = vgym.nothing
    assert all(hasattr(vgym, name) for name in vgym.__all__)


@pytest.mark.parametrize(
    "name",
    [
        "vgym.registration.registered",
        *(  # each loads torch anew
            pytest.param(name, marks=pytest.mark.slow)
            for name in (
                "vgym.data.load",
                "vgym.geometry.polygons.rotated_box_iou",
                "vgym.envs.navigation.team_v0.parallel_env",
                "vgym.evaluation.runner.run",
                "vgym.baselines.agents.AGENTS",
                "vgym.core.wrappers.sb3_vec_env",
            )
        ),
    ],
)
def test_every_name_resolves_after_importing_vgym_alone(name: str) -> None:
    _run(f"import sys, vgym; assert 'torch' not in sys.modules; {name}")


def test_every_package_finds_its_modules() -> None:
    packages = [vgym.__name__]
    packages += [m.name for m in pkgutil.walk_packages(vgym.__path__, "vgym.") if m.ispkg]
    assert len(packages) > 20
    for name in packages:
        package = importlib.import_module(name)
        inside = [m.name for m in pkgutil.iter_modules(package.__path__) if m.name[:1] != "_"]
        assert set(inside) <= set(dir(package)), name
        with pytest.raises(AttributeError, match=f"module {name!r} has no attribute 'nothing'"):
            _ = package.nothing


def test_a_module_that_cannot_be_imported_says_why(tmp_path: Path) -> None:
    """What is missing is not mistaken for a name that does not exist."""
    (tmp_path / "needs_more.py").write_text("import not_installed_anywhere")
    vgym.data.__path__.append(str(tmp_path))
    try:
        with pytest.raises(ModuleNotFoundError, match="not_installed_anywhere"):
            _ = vgym.data.needs_more
    finally:
        vgym.data.__path__.pop()


@pytest.mark.slow
def test_threads_are_left_as_they_were() -> None:
    out = _run(
        "import torch, gymnasium; torch.set_num_threads(2); import vgym; "
        "before = torch.get_num_threads(), torch.get_num_interop_threads(); "
        "env = gymnasium.make('VGround-v0', image_size=48); env.reset(seed=0); "
        "env.step(env.unwrapped.oracle()); env.close(); "
        "envs = gymnasium.make_vec('VGround-v0', num_envs=4, image_size=48); envs.reset(seed=0); "
        "envs.close(); print(before == (torch.get_num_threads(), torch.get_num_interop_threads()))"
    )
    assert out.strip() == "True"


@pytest.mark.slow
def test_random_states_of_others_are_left_alone() -> None:
    out = _run(
        "import random, numpy as np, torch, gymnasium, vgym; "
        "random.seed(1); np.random.seed(1); torch.manual_seed(1); "
        "want = random.random(), np.random.rand(), torch.rand(1).item(); "
        "random.seed(1); np.random.seed(1); torch.manual_seed(1); "
        "envs = gymnasium.make_vec('VGround-v0', num_envs=4, image_size=48); envs.reset(seed=3); "
        "envs.step(envs.unwrapped.oracle()); envs.close(); "
        "print(want == (random.random(), np.random.rand(), torch.rand(1).item()))"
    )
    assert out.strip() == "True"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_after_threads_were_used_does_not_hang() -> None:
    start = time.monotonic()
    out = _run(
        "import os, sys, torch, gymnasium, vgym\n"
        "torch.set_num_threads(2)\n"
        "big = torch.rand(1500, 1500); (big @ big).sum()\n"
        "envs = gymnasium.make_vec('VGround-v0', num_envs=8, image_size=64)\n"
        "envs.reset(seed=0); envs.step(envs.unwrapped.oracle())\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    more = gymnasium.make_vec('VGround-v0', num_envs=8, image_size=64)\n"
        "    for each in (envs, more):\n"
        "        each.reset(seed=0); each.step(each.unwrapped.oracle())\n"
        "    os._exit(7)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n",
        timeout=180,
        OMP_NUM_THREADS="2",
    )
    assert out.strip() == "7" and time.monotonic() - start < 180


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_forked_workers_at_the_default_size_do_not_hang() -> None:
    """AsyncVectorEnv makes one environment itself, with torch's threads, before it forks."""
    out = _run(
        "import torch, gymnasium, vgym\n"
        "torch.set_num_threads(2)\n"
        "envs = gymnasium.make_vec('VGround-v0', num_envs=2, vectorization_mode='async', "
        "vector_kwargs={'context': 'fork'})\n"
        "envs.reset(seed=0); envs.step(envs.action_space.sample()); envs.close(); print('well')\n",
        timeout=180,
        OMP_NUM_THREADS="2",
    )
    assert out.strip() == "well"


FORBIDDEN = re.compile(
    r"(?<![\w.])eval\(|(?<![\w.])exec\(|\bpickle\.loads?\(|\bcPickle\b|\bdill\b|\bmarshal\b"
    r"|\byaml\.(unsafe_)?load\(|\btorch\.load\((?!.*weights_only=True)|\bparse_expr\(|allow_pickle\s*=\s*True"
    r"|shell\s*=\s*True|\bos\.system\(|MAX_IMAGE_PIXELS\s*=\s*None|extractall\("
)
# RefCOCO ships as a pickle: its reader is an Unpickler that finds no class but a few plain ones.
# Workers of Ray read what the process that started them sends, once they can find its modules.
EXEMPT = {"vgym/data/refcoco.py", "vgym/evaluation/ray_workers.py"}


def test_nothing_runs_what_it_reads() -> None:
    found, seen = [], 0
    for folder in ("vgym", "envs", "baselines"):
        for path in sorted((SOURCE / folder).rglob("*.py")):
            seen += 1
            name = path.relative_to(SOURCE).as_posix()
            if name in EXEMPT:
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if FORBIDDEN.search(line.split("#")[0]):
                    found.append(f"{name}:{number}: {line.strip()}")
    assert seen > 30 and not found, "\n".join(found)


def test_the_pattern_finds_what_it_should() -> None:
    for line in ("x = eval(s)", "pickle.load(f)", "shell=True", "np.load(f, allow_pickle=True)"):
        assert FORBIDDEN.search(line)
    for line in ("model.eval()", "the evaluation(", "torch.loads", "session.exec("):
        assert not FORBIDDEN.search(line)
