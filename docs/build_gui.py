"""Makes the pictures of docs/gui.md: screens with what is asked of them, flows, pages in a browser.

python docs/build_gui.py             writes docs/pictures/vgui_*.jpg
python docs/build_gui.py --web       also those that need Chromium
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

import vgym  # noqa: F401  registers the ids
from vgym.core.text import wrapped

PICTURES = Path(__file__).parent / "pictures"


def sheet(frames: Sequence[NDArray[np.uint8]], columns: int) -> NDArray[np.uint8]:
    """Frames in reading order, each padded to the largest."""
    height = max(frame.shape[0] for frame in frames)
    width = max(frame.shape[1] for frame in frames)
    padded = []
    for frame in frames:
        canvas = np.full((height, width, 3), 250, np.uint8)
        canvas[: frame.shape[0], : frame.shape[1]] = frame
        padded.append(canvas)
    while len(padded) % columns:
        padded.append(np.full((height, width, 3), 250, np.uint8))
    rows = [np.concatenate(padded[i : i + columns], 1) for i in range(0, len(padded), columns)]
    return np.concatenate(rows, 0)


def clicks(count: int, columns: int, seed: int = 0, **settings: Any) -> NDArray[np.uint8]:
    """Screens with their instruction, the control that it means outlined."""
    envs: Any = gymnasium.make_vec("VGui-v0", num_envs=count, **settings)
    envs.reset(seed=seed)
    base = envs.unwrapped
    return sheet([base.task.portrait(base.state, row) for row in range(count)], columns)


def flow(template: str, most: int = 8, seed: int = 3) -> NDArray[np.uint8]:
    """The oracle's way through one task, a picture a step."""
    envs: Any = gymnasium.make_vec(
        "VGuiFlow-v0",
        num_envs=1,
        templates=(template,),
        autoreset_mode=AutoresetMode.DISABLED,
    )
    observed, _ = envs.reset(seed=seed)
    words = envs.unwrapped.instructions()[0]
    frames, done = [observed["image"][0]], False
    while not done:
        observed, _, terminated, truncated, _ = envs.step(envs.unwrapped.oracle())
        frames.append(observed["image"][0])
        done = bool(terminated[0] or truncated[0])
    chosen = np.linspace(0, len(frames) - 1, min(most, len(frames))).round().astype(int)
    return captioned(sheet([frames[n] for n in chosen], 4), words)


def pages(tasks: Sequence[str], columns: int) -> NDArray[np.uint8]:
    """First observations of pages in Chromium, with their words."""
    frames = []
    for task in tasks:
        env: Any = gymnasium.make("VGuiWeb-v0", task=task)
        observed, _ = env.reset(seed=1)
        frames.append(captioned(observed["image"], observed["instruction"]))
        env.close()
    return sheet(frames, columns)


def captioned(image: NDArray[np.uint8], words: str) -> NDArray[np.uint8]:
    """The picture with words below."""
    font = ImageFont.load_default(12)
    lines = wrapped(words, image.shape[1] - 8, font.getlength)[:5]
    canvas = Image.new("RGB", (image.shape[1], image.shape[0] + 16 * len(lines) + 8), "white")
    canvas.paste(Image.fromarray(image))
    pen = ImageDraw.Draw(canvas)
    for n, line in enumerate(lines):
        pen.text((4, image.shape[0] + 3 + 16 * n), line, (20, 20, 20), font=font)
    return np.asarray(canvas)


def save(name: str, image: NDArray[np.uint8], width: int = 1600) -> None:
    """Write a sheet as JPEG, no wider than ``width``."""
    picture = Image.fromarray(image)
    if picture.width > width:
        size = (width, round(picture.height * width / picture.width))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    picture.save(PICTURES / name, quality=82, optimize=True)
    print(f"wrote {name}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make all of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--web", action="store_true", help="also the pages in Chromium")
    options = parser.parse_args(arguments)
    whole = {"image_size": (800, 1280)}
    save("vgui_screens.jpg", clicks(12, 3, **whole))
    save("vgui_test.jpg", clicks(6, 3, split="test", **whole))
    save("vgui_phone.jpg", clicks(5, 5, source="synthetic", image_size=(915, 412)))
    for difficulty in (0.0, 0.5, 1.0):
        made = clicks(6, 3, source="synthetic", difficulty=difficulty, **whole)
        save(f"vgui_synthetic_{difficulty:.1f}.jpg", made)
    for template in ("mail-reply", "shop-buy", "files-move"):
        save(f"vgui_flow_{template}.jpg", flow(template))
    if options.web:
        own = ["mail", "shop", "settings", "contact"]
        save("vgui_web_flows.jpg", pages(own, 2), 1280)
        miniwob = ["click-checkboxes", "email-inbox", "login-user", "navigate-tree"]
        miniwob += ["use-spinner", "click-shades", "drag-box", "read-table"]
        save("vgui_web_miniwob.jpg", pages(miniwob, 8), 1280)
    return 0


if __name__ == "__main__":
    sys.exit(main())
