"""Makes what is made from code: the README's table, environments.md, the gallery of scenes.

python docs/build_docs.py            writes all
python docs/build_docs.py --check    exits 1 if the texts are out of date (not the pictures)
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

import gymnasium
import numpy as np
from PIL import Image

import vgym  # noqa: F401  registers the ids
from vgym.core.task import page_of
from vgym.registration import registered

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"
BEGIN, END = "<!-- environments -->\n", "<!-- end -->\n"
GALLERY = ((0.0, 6), (0.25, 6), (0.5, 6), (1.0, 6))  # difficulty, scenes


def table() -> str:
    """One line for each id."""
    lines = ["| id | what the agent does | action | observation |", "| --- | --- | --- | --- |"]
    for row in registered():
        if row.extra:
            needs = f"needs `vgym[{row.extra}]`"
            lines.append(f"| `{row.id}` | {row.summary} | see its page | {needs} |")
            continue
        if row.made_by:
            made = f"of each robot; `{row.made_by}`"
            lines.append(f"| `{row.id}` | {row.summary} | see its page | {made} |")
            continue
        env = gymnasium.make(row.id)
        space = env.observation_space
        image = space["image"].shape
        further = [name for name in space if name not in ("image", "instruction")]
        also = "".join(
            f", `{name}` of the same size"
            if space[name].shape == image
            else f", `{name}` {'x'.join(map(str, space[name].shape))} numbers"
            for name in sorted(further, key=lambda name: -len(space[name].shape))
        )
        lines.append(
            f"| `{row.id}` | {row.summary} | `{' '.join(str(env.action_space).split())}` | "
            f"`image` {image[0]}x{image[1]}x3 uint8, `instruction` tokens{also} |"
        )
    return "\n".join(lines) + "\n"


def environments_page() -> str:
    """Every task's class docstring under the ids that use it."""
    parts = ["# Environments\n\nMade from the code by `docs/build_docs.py`.\n"]
    pages: dict[str, list[str]] = {}
    for row in registered():
        pages.setdefault(row.page or row.task, []).append(row.id)
    for page, ids in pages.items():
        module, _, name = page.partition(":")
        text = page_of(getattr(importlib.import_module(module), name))
        parts.append(f"\n# {', '.join(ids)}\n\n{text}\n")
    return "".join(parts)


def gallery(directory: Path) -> None:
    """Scenes at several difficulties, with phrase and truth, as one picture a difficulty."""
    for difficulty, count in GALLERY:
        env = gymnasium.make(
            "VGround-v0", difficulty=difficulty, image_size=256, render_mode="rgb_array"
        )
        frames = []
        for seed in range(count):
            env.reset(seed=100 + seed)
            frames.append(env.render())
        sheet = np.concatenate(
            [np.concatenate(frames[i : i + 3], axis=1) for i in range(0, count, 3)], axis=0
        )
        path = directory / f"vground_difficulty_{difficulty:.2f}.jpg"
        Image.fromarray(sheet).save(path, quality=88)


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    readme = README.read_text()
    head, _, rest = readme.partition(BEGIN)
    _, _, tail = rest.partition(END)
    wanted = {
        README: head + BEGIN + table() + END + tail,
        DOCS / "environments.md": environments_page(),
    }
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    if options.check:
        for path in stale:
            print(f"{path.name} is out of date; run python docs/build_docs.py")
        return 1 if stale else 0
    for path in stale:
        path.write_text(wanted[path])
    (DOCS / "pictures").mkdir(exist_ok=True)
    gallery(DOCS / "pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
