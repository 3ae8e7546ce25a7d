"""A released id never changes what it returns: pictures, tokens and facts of known seeds.

After a change that is meant, `pytest tests/envs/test_golden.py --update-golden` writes the file
anew; for a released id such a change also raises its -vN.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from rollouts import IDS, config_class, make_vec, middling, takes

from vgym.core import state as states

GOLDEN = Path(__file__).with_name("golden.json")
SEEDS = 16
# OpenCV resizes photographs and captured screens, and may round otherwise from one version to
# the next: only what is said of them and where it is counts. What is drawn is held to by its bytes.
KINDS: dict[str, dict[str, Any]] = {
    "easy": {"difficulty": 0},
    "middle": {"difficulty": 0.5},
    "hard test split": {"difficulty": 1, "split": "test"},
    "photos": {"source": "photos", "instruction": "tokens"},
    "made": {"source": "synthetic", "image_size": (200, 320)},
}


def _plays(env_id: str, kind: str) -> bool:
    if kind == "made":
        return takes(env_id, "pages")
    return kind != "photos" or "photos" in config_class(env_id).sources


CASES = [(env_id, kind) for env_id in IDS for kind in KINDS if _plays(env_id, kind)]


def _hash(*arrays: Any) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        array = np.ascontiguousarray(array)
        digest.update(f"{array.shape}{array.dtype.kind}".encode())
        # Not the width of integers: bools and numbers as little-endian 64 bits, pixels as they are.
        same = array if array.dtype == np.uint8 else array.astype("<i8")
        digest.update(same.tobytes())
    return digest.hexdigest()


def _facts(env_id: str, kind: str) -> dict[str, Any]:
    envs = make_vec(env_id, SEEDS, **{"image_size": 64, **KINDS[kind]})
    first, _ = envs.reset(seed=0)
    second, _ = envs.reset()
    tensors = states.flatten(envs.unwrapped.state)
    numbers = [t for t in tensors.values() if not t.is_floating_point()]
    if "photograph" in tensors:
        return _photographs(envs, tensors, first, second)
    if "target_boxes" not in tensors:
        return _walks(envs, tensors, first, second)
    boxes = tensors["target_boxes"]
    if "target_mask" in tensors:
        boxes = torch.where(tensors["target_mask"][..., None], boxes, 0.0)
    reward = envs.step(np.stack([middling(envs.single_action_space)] * SEEDS))[1]
    found = {
        "tokens": _hash(first["instruction"], second["instruction"]),
        "boxes": [round(float(v), 3) for v in boxes.sum((1, 2))],
        "reward": [round(float(v), 4) for v in reward],
    }
    if kind == "made" or not (kind == "photos" or takes(env_id, "pages")):
        found["pictures"] = _hash(first["image"], second["image"])
        found["integers"] = _hash(*numbers)
    return found


def _photographs(envs: Any, tensors: dict[str, Any], first: Any, second: Any) -> dict[str, Any]:
    """Of photographs where they were taken, and what an answer in the middle of the map earns."""
    reward = envs.step(np.zeros((SEEDS, 2)))[1]
    return {
        "tokens": _hash(first["instruction"], second["instruction"]),
        "boxes": [round(float(v), 3) for v in tensors["place"].sum(1)],
        "reward": [round(float(v), 4) for v in reward],
    }


def _walks(envs: Any, tensors: dict[str, Any], first: Any, second: Any) -> dict[str, Any]:
    """Of walks, views of the Earth and flows: sine and cosine may differ in the last bit between
    machines, so pictures are held to by their mean colours. Flows draw in whole numbers."""
    where = next(tensors[name] for name in ("pose", "place", "vector") if name in tensors)
    reward = torch.zeros(SEEDS)
    for _ in range(8):
        reward += torch.as_tensor(envs.step(envs.unwrapped.oracle())[1])
    drawn = {} if "vector" not in tensors else {"pictures": _hash(first["image"], second["image"])}
    return {
        "tokens": _hash(first["instruction"], second["instruction"]),
        **drawn,
        "boxes": [round(float(v), 3) for v in where.double().flatten(1).sum(1)],
        "colours": [round(float(v), 2) for v in second["image"].mean((1, 2)).ravel()],
        "reward": [round(float(v), 4) for v in reward],
    }


@pytest.mark.parametrize(("env_id", "kind"), CASES)
def test_golden(env_id: str, kind: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        pytest.skip("--update-golden: these facts are being written, not checked")
    want = _golden().get(env_id, {}).get(kind)
    assert want is not None, (
        f"{env_id} has no golden values yet: "
        f"`pytest tests/envs/test_golden.py --update-golden -k {env_id}` writes them"
    )
    found = _facts(env_id, kind)
    assert list(found) == list(want)
    for name in found:
        if name in ("boxes", "reward", "colours"):
            atol = {"boxes": 1e-2, "colours": 0.3}.get(name, 2e-4)
            np.testing.assert_allclose(found[name], want[name], atol=atol, err_msg=name)
        else:
            assert found[name] == want[name], (
                f"{env_id}, {kind}: {name} are not what they were. If that is meant, run "
                "`pytest tests/envs/test_golden.py --update-golden` (and raise a released id's -vN)"
            )


@pytest.mark.parametrize("env_id", IDS)
def test_update_golden(env_id: str, request: pytest.FixtureRequest) -> None:
    kinds = [kind for id, kind in CASES if id == env_id]
    if request.config.getoption("--update-golden"):
        golden = _golden() | {env_id: {kind: _facts(env_id, kind) for kind in kinds}}
        GOLDEN.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")
    assert list(_golden().get(env_id, {})) == kinds


def test_no_golden_values_of_ids_that_are_gone() -> None:
    assert _golden().keys() <= set(IDS)


def _golden() -> dict[str, Any]:
    golden: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return golden


# Prints one digest of a few episodes of every id; `how` says in what process they are played.
SCRIPT = """
import hashlib, multiprocessing, sys

def digest(num_envs=7):
    import gymnasium, numpy, vgym
    from vgym.registration import registered
    total = hashlib.sha256()
    for row in registered():
        if not row.native:
            continue
        envs = gymnasium.make_vec(row.id, num_envs=num_envs, image_size=48, difficulty=0.7)
        observation, _ = envs.reset(seed=5)
        for _ in range(3):
            answer = envs.unwrapped.oracle()
            for name in sorted(observation):
                total.update(name.encode() + observation[name].tobytes())
            total.update("\\n".join(envs.unwrapped.instructions()).encode())
            observation, reward, *_ = envs.step(answer * 0 + answer[:1])
            total.update(reward.tobytes() + answer.tobytes())
    return total.hexdigest()

def main(how):
    if how == "here":
        return digest()
    with multiprocessing.get_context(how).Pool(1) as pool:
        return pool.apply(digest)

if __name__ == "__main__":
    print(main(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def digest_in(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    script = tmp_path_factory.mktemp("golden") / "digest.py"
    script.write_text(SCRIPT)

    @cache
    def digest(how: str, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, str(script), how],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return digest


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "environment"),
    [
        ("spawn", {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "2"}),
        (
            "fork" if hasattr(os, "fork") else "here",
            {"PYTHONHASHSEED": "random", "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"},
        ),
    ],
    ids=["spawn-hash-1-threads-2", "fork-hash-random-threads-1"],
)
def test_same_in_every_process(
    digest_in: Callable[..., str], how: str, environment: dict[str, str]
) -> None:
    plain = digest_in("here", PYTHONHASHSEED="0", OMP_NUM_THREADS="1")
    assert len(plain.strip()) == 64
    assert digest_in(how, **environment) == plain


@pytest.mark.parametrize("env_id", IDS)
def test_same_in_every_batch_size(env_id: str) -> None:
    """The first 14 seeds, played 14 at once, 7 at once and one by one."""

    def played(num_envs: int) -> str:
        rows: list[list[bytes]] = []
        for start in range(0, 14, num_envs):
            envs = make_vec(env_id, num_envs)
            observation, _ = envs.reset(seed=50 + start)
            episodes = [observation]
            for _ in range(2):
                action = np.stack([middling(envs.single_action_space)] * num_envs)
                observation, *_ = envs.step(action)
                episodes.append(observation)
            for i in range(num_envs):
                rows.append([e["image"][i].tobytes() + e["instruction"][i].tobytes()
                             for e in episodes])  # fmt: skip
        return hashlib.sha256(b"".join(b"".join(r) for r in rows)).hexdigest()

    assert played(14) == played(7) == played(1)
