"""A page that is a file shows the files of its folder, and none beside it."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

pytest.importorskip("playwright")

from web_pages import page

from vgym.envs.gui.web.vector_env import WebVectorEnv

pytestmark = [pytest.mark.web, pytest.mark.usefixtures("one_browser")]
RED = (255, 0, 0)
SIZE = (150, 200)
# Each fills the page with a file.
SHOWN = {
    "image": "<img src='{0}.png' style='{1}'>",
    "background": "<div style='{1};background:url({0}.png)'></div>",
    "frame": "<iframe src='{0}.html' style='{1}'></iframe>",
    "object": "<object data='{0}.html' style='{1}'></object>",
    "embed": "<embed src='{0}.png' style='{1}'>",
    "style sheet": "<link rel=stylesheet href='{0}.css'><div class=all style='{1}'></div>",
    "script": "<div id=s style='{1}'></div><script src='{0}.js'></script>",
}
FILL = "position:fixed;inset:0;width:200px;height:150px;border:0;z-index:9"


def red_files(folder: Path) -> None:
    """A folder of files that are red, each in its way."""
    folder.mkdir()
    Image.new("RGB", (200, 150), RED).save(folder / "red.png")
    (folder / "red.html").write_text("<body style='background:red'>")
    (folder / "red.css").write_text(".all { background: red }")
    (folder / "red.js").write_text("s.style.background = 'red'")


def look(uri: str) -> tuple[NDArray[np.uint8], int]:
    """A page's picture after a moment, and how much it was refused."""
    envs = WebVectorEnv(1, task=uri, image_size=SIZE, action="text", timeout_s=20.0)
    try:
        envs.reset(seed=0)
        observation, _, _, _, info = envs.step(["wait()"])
        return observation["image"][0], int(info["refused"][0])
    finally:
        envs.close()


def is_red(picture: NDArray[np.uint8]) -> bool:
    return bool((picture[75, 100] == RED).all())


def showing(site: Path, *pieces: str) -> str:
    """The address of a page of these pieces, in a folder."""
    body = json.dumps("".join(pieces)).replace("</", "<\\/")
    return page(site, script=f"document.write({body})")


@pytest.mark.parametrize("way", SHOWN)
def test_a_file_of_the_folder_is_shown(tmp_path: Path, way: str) -> None:
    red_files(tmp_path / "deeper")
    picture, refused = look(showing(tmp_path, SHOWN[way].format("deeper/red", FILL)))
    assert is_red(picture) and refused == 0


def test_a_file_beside_the_folder_is_not(tmp_path: Path) -> None:
    site, beside = tmp_path / "site", tmp_path / "beside"
    site.mkdir()
    red_files(beside)
    (site / "linked").symlink_to(beside)
    paths = ("../beside/red", f"{beside.as_uri()}/red", "linked/red")
    pieces = [way.format(path, FILL) for way in SHOWN.values() for path in paths]
    picture, refused = look(showing(site, *pieces))
    # Each path by each way; what is asked for twice comes from memory.
    assert not (picture == RED).all(axis=2).any() and refused >= 4 * len(paths)


def test_pages_of_several_folders_keep_to_their_own(tmp_path: Path) -> None:
    """One row plays both, in whatever order they are drawn."""
    for name in ("a", "b"):
        red_files(tmp_path / name)
        body = f"<img src='../b/red.png' style='{FILL}'>"
        page(tmp_path / name, script=f'document.write("{body}")', title=name)
    pages = [tmp_path / name / f"{name}.html" for name in ("a", "b")]
    envs = WebVectorEnv(1, task=pages, image_size=SIZE, action="text", max_episode_steps=1)
    try:
        envs.reset(seed=0)
        met = set()
        for _ in range(12):
            name = envs._rows[0].task.url[-6]
            seen = envs._rows[0].seen
            assert seen is not None
            met.add((name, is_red(seen.image)))
            envs.step(["wait()"])
    finally:
        envs.close()
    assert met == {("a", False), ("b", True)}
