"""A folder with everything that the documents' command lines name, small."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from documents.pages import ROOT
from PIL import Image

from vgym.baselines.study_pictures import make_pictures

_SCREENSPOT = [
    {
        "img_filename": f"pc_{number}.png",
        "bbox": [10, 20, 30, 40],
        "instruction": f"open window {number}",
        "data_type": kind,
        "data_source": "windows",
    }
    for number, kind in enumerate(("text", "icon"))
]
_PRO = {
    "img_filename": "vscode_mac/shot.png",
    "bbox": [10, 20, 30, 40],
    "img_size": [120, 90],
    "instruction": "refresh the files",
    "instruction_cn": "-",
    "id": "vscode_macos_0",
    "ui_type": "icon",
    "group": "Dev",
    "platform": "macos",
    "application": "vscode",
}
_PAGE = "<!doctype html><title>A page</title><button>Send</button> <a href='#'>Help</a>"
_PACKAGE = """
import vgym

vgym.register("VMine-v0", task="my_package.tasks:MyTask", summary="mine", family="grounding",
    answer="boxes")
"""
_TASKS = """
from vgym.envs.grounding.task import GroundingTask


class MyTask(GroundingTask):
    '''Boxes, as in VGround.'''
"""
_AGENTS = """
import numpy as np


class MyAgent:
    name = "mine"

    def reset(self, seed):
        pass

    def act(self, observation, instructions, envs):
        return np.zeros((len(instructions), *envs.single_action_space.shape), np.float32)
"""

_MODELS = """
import numpy as np


class MyModel:
    def say(self, messages):
        image = messages[0]["content"][0]["image"]
        ys, xs = np.nonzero(image[..., 1] < 100)
        x, y = round(500 * (xs.min() + xs.max() + 1) / image.shape[1]), round(
            500 * (ys.min() + ys.max() + 1) / image.shape[0]
        )
        return f'[{{"box_2d": [{y - 9}, {x - 9}, {y + 9}, {x + 9}]}}]'
"""


def furnish(folder: Path) -> None:
    """Put it all into an empty folder."""
    for name in ("kitchen.jpg", "images/kitchen.jpg"):
        _picture(folder / name)
    record = {"image": "kitchen.jpg", "expression": "the blue mug", "boxes": [[12, 30, 80, 96]]}
    for name in ("my.jsonl", "my_screens.jsonl"):
        (folder / name).write_text(json.dumps(record) + "\n", encoding="utf-8")
    _screens(folder / "my_screens")
    for name in ("screenspot", "ScreenSpot", "ScreenSpot-v2"):
        _screenspot(folder / name, "_v2" if name.endswith("v2") else "")
    _pro(folder / "ScreenSpot-Pro")
    _answers(folder)
    said = {"answer": '{"point": [128, 128]}'}
    (folder / "said.jsonl").write_text(json.dumps(said) + "\n", encoding="utf-8")
    _coco(folder / "coco")
    _home(folder / "office.yaml")
    make_pictures("launchers", folder / "runs" / "pictures" / "launchers", 32)  # all its words
    for page in (folder / "my_site" / "index.html", folder / "page.html"):
        page.parent.mkdir(exist_ok=True)
        page.write_text(_PAGE, encoding="utf-8")
    (folder / "my_package").mkdir()
    modules = {"__init__": _PACKAGE, "tasks": _TASKS, "agents": _AGENTS, "models": _MODELS}
    for module, text in modules.items():
        (folder / "my_package" / f"{module}.py").write_text(text, encoding="utf-8")


def _picture(path: Path, size: tuple[int, int] = (120, 100)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (9, 80, 160)).save(path)


def _screens(folder: Path) -> None:
    """One of the screens that ship, as `vgym capture` would write it."""
    shipped = ROOT / "assets" / "screens"
    with (shipped / "screens.jsonl").open(encoding="utf-8") as lines:
        first = next(line for line in lines if json.loads(line).get("split", "train") == "train")
    folder.mkdir()
    (folder / "screens.jsonl").write_text(first, encoding="utf-8")
    image = Path(json.loads(first)["image"])
    (folder / image).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(shipped / image, folder / image)


def _screenspot(folder: Path, version: str) -> None:
    pictures = "screenspotv2_image" if version else "screenspot_imgs"
    for record in _SCREENSPOT:
        _picture(folder / pictures / str(record["img_filename"]))
    for platform in ("desktop", "mobile", "web"):
        path = folder / f"screenspot_{platform}{version}.json"
        path.write_text(json.dumps(_SCREENSPOT), encoding="utf-8")


def _pro(folder: Path) -> None:
    _picture(folder / "images" / "vscode_mac" / "shot.png", (120, 90))
    (folder / "annotations").mkdir()
    path = folder / "annotations" / "vscode_macos.json"
    path.write_text(json.dumps([_PRO]), encoding="utf-8")


def _answers(folder: Path) -> None:
    """Predictions of every record above, as a list and as lines."""
    answers = [
        {"img_filename": r["img_filename"], "instruction": r["instruction"], "point": [20, 30]}
        for r in _SCREENSPOT
    ]
    answers.append({"id": _PRO["id"], "point": [20, 30]})
    for name in ("out.json", "answers.json"):
        (folder / name).write_text(json.dumps(answers), encoding="utf-8")
    lines = "".join(json.dumps(answer) + "\n" for answer in answers)
    (folder / "answers.jsonl").write_text(lines, encoding="utf-8")


def _coco(folder: Path) -> None:
    _picture(folder / "images" / "a.png")
    tables = {
        "images": [{"id": 1, "file_name": "a.png"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 30, 40]}],
        "categories": [{"id": 1, "name": "dog"}],
    }
    path = folder / "instances_val2017.json"
    path.write_text(json.dumps(tables), encoding="utf-8")


def _home(path: Path) -> None:
    """A ROS map of one room."""
    plan = Image.new("L", (80, 80), 254)
    plan.paste(0, (0, 0, 80, 4))
    plan.save(path.with_suffix(".pgm"))
    path.write_text(
        f"image: {path.stem}.pgm\nresolution: 0.1\norigin: [0, 0, 0]\nnegate: 0\n"
        "occupied_thresh: 0.65\nfree_thresh: 0.2\n",
        encoding="utf-8",
    )
