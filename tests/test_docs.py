"""Pages that are made from code are as the code makes them."""

import runpy
import sys
from pathlib import Path

import pytest
from PIL import Image

import vgym
from vgym.evaluation.landscape_values import SIZE_HW
from vgym.rewards import recipe, recipes

DOCS = Path(vgym.__file__).resolve().parents[1] / "docs"
if not DOCS.exists():
    pytest.skip("the installed package has no documents beside it", allow_module_level=True)
PICTURES = DOCS / "pictures" / "rewards"


@pytest.mark.parametrize("script", ["build_docs.py", "build_rewards.py", "build_dialects.py"])
def test_up_to_date(
    script: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Started as Python does it, but in this process: each would load torch anew."""
    monkeypatch.setattr(sys, "argv", [script, "--check"])
    monkeypatch.syspath_prepend(str(DOCS))
    try:
        runpy.run_path(str(DOCS / script), run_name="__main__")
    except SystemExit as ended:
        assert not ended.code, capsys.readouterr()


def test_every_recipe_has_its_card_and_picture() -> None:
    text = (DOCS / "rewards.md").read_text(encoding="utf-8")
    for name in recipes():
        assert text.count(f"\n### {name}\n") == 1
        assert recipe(name).card() in text
        assert f"](pictures/rewards/{name}.png)" in text
    assert {path.stem for path in PICTURES.glob("*.png")} == set(recipes())


def test_pictures_are_small() -> None:
    sizes = [path.stat().st_size for path in PICTURES.glob("*.png")]
    assert max(sizes) < 40_000 and sum(sizes) < 2_000_000
    for path in PICTURES.glob("*.png"):
        with Image.open(path) as image:
            assert image.mode == "P" and image.size == SIZE_HW[::-1], path.name
