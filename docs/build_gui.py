"""Makes the pictures of docs/gui.md: screens with what is asked of them, flows, pages in a browser.

python docs/build_gui.py             writes docs/pictures/vgui_*.jpg, and the table of the page
python docs/build_gui.py --web       also those that need Chromium
python docs/build_gui.py --table     the table alone
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from sheets import SHOWN, sheet

import vgym  # noqa: F401  registers the ids
from vgym.baselines import measure_reader
from vgym.core.place_pictures import TRUTH

PICTURES = Path(__file__).parent / "pictures"
WIDE = 2 * SHOWN  # screens are sharp on a fine display


def clicks(count: int, columns: int, seed: int = 0, **settings: Any) -> NDArray[np.uint8]:
    """Screens with their instruction, the control that it means outlined."""
    envs: Any = gymnasium.make_vec("VGui-v0", num_envs=count, **settings)
    observed, _ = envs.reset(seed=seed)
    state = envs.unwrapped.state
    frames = []
    for image, boxes, there in zip(
        observed["image"], state.target_boxes, state.target_mask, strict=True
    ):
        picture = Image.fromarray(image)
        line = 1 + image.shape[1] // 320
        for box in boxes[there]:
            x0, y0, x1, y1 = box.tolist()
            edge = (x0 - line, y0 - line, x1 + line, y1 + line)
            ImageDraw.Draw(picture).rectangle(edge, outline=TRUTH, width=line)
        frames.append(np.asarray(picture))
    return sheet(frames, columns, envs.unwrapped.instructions(), WIDE)


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
    strip = sheet([frames[n] for n in chosen], 4, width=WIDE)
    return sheet([strip], 1, [words], WIDE)


def pages(tasks: Sequence[str], columns: int) -> NDArray[np.uint8]:
    """First observations of pages in Chromium, with their words."""
    frames, words = [], []
    for task in tasks:
        env: Any = gymnasium.make("VGuiWeb-v0", task=task)
        observed, _ = env.reset(seed=1)
        frames.append(observed["image"])
        words.append(observed["instruction"])
        env.close()
    return sheet(frames, columns, words, WIDE)


def write_table() -> None:
    """Put what agents hit of the free instructions between its marks."""
    page = Path(__file__).with_name("gui.md")
    head, mark, rest = page.read_text(encoding="utf-8").partition("<!-- free -->\n")
    _, end, tail = rest.partition("<!-- end -->\n")
    results = json.loads(measure_reader.RESULT.read_text(encoding="utf-8"))
    made = measure_reader.table(results)
    page.write_text(head + mark + made + end + tail, encoding="utf-8")


def save(name: str, image: NDArray[np.uint8]) -> None:
    """Write a sheet as JPEG."""
    Image.fromarray(image).save(PICTURES / name, quality=82, optimize=True)
    print(f"wrote {name}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make all of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--web", action="store_true", help="also the pages in Chromium")
    parser.add_argument("--table", action="store_true", help="the table alone")
    options = parser.parse_args(arguments)
    write_table()
    if options.table:
        return 0
    whole = {"image_size": (800, 1280)}
    save("vgui_screens.jpg", clicks(6, 2, **whole))
    save("vgui_test.jpg", clicks(4, 2, split="test", **whole))
    save("vgui_phone.jpg", clicks(5, 5, source="synthetic", image_size=(915, 412)))
    for difficulty in (0.0, 0.5, 1.0):
        made = clicks(4, 2, source="synthetic", difficulty=difficulty, **whole)
        save(f"vgui_synthetic_{difficulty:.1f}.jpg", made)
    for template in ("mail-reply", "shop-buy", "files-move"):
        save(f"vgui_flow_{template}.jpg", flow(template))
    if options.web:
        own = ["mail", "shop", "settings", "contact"]
        save("vgui_web_flows.jpg", pages(own, 2))
        miniwob = ["click-checkboxes", "email-inbox", "login-user", "navigate-tree"]
        miniwob += ["use-spinner", "click-shades", "drag-box", "read-table"]
        save("vgui_web_miniwob.jpg", pages(miniwob, 4))
    return 0


if __name__ == "__main__":
    sys.exit(main())
