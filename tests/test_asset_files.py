"""A file that ships and is damaged or gone is named, whoever reads it, with what helps."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vgym import asset_files as assets
from vgym.asset_files import AssetError, asset, json_asset, picture_asset, text_asset
from vgym.core import atlas
from vgym.envs.grounding import backgrounds
from vgym.envs.gui.toolkit import characters, outlines
from vgym.envs.navigation.furniture import catalogue
from vgym.envs.navigation.render import texture_bank

ROOT = Path(str(asset("SOURCES.md"))).parent


# Every way in which a file of this package is read, and one that goes that way.
READ: dict[str, Callable[[], Any]] = {
    "sprites/sprites.json": lambda: atlas.load_atlas.__wrapped__(),
    "sprites/objects.webp": lambda: atlas.load_atlas.__wrapped__(),
    "backgrounds/bricks.jpg": lambda: backgrounds.load_backgrounds((36, 36), True, False),
    "backgrounds/backgrounds.json": lambda: backgrounds.load_backgrounds((36, 36), True, False),
    "textures/train.webp": lambda: texture_bank._load_sheet.__wrapped__("train"),
    "furniture.json": lambda: catalogue._read(),
    "rooms.json": lambda: json_asset("rooms.json")["rooms"],
    "fonts/outlines.npz": lambda: outlines.outlines_of.__wrapped__("inter"),
    "icons/bootstrap-icons.json": lambda: characters._icons()["bell"],
}
DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:200]),
    "empty": lambda path: path.write_bytes(b""),
    "other": lambda path: path.write_bytes(b"{}"),
    "binary": lambda path: path.write_bytes(b"\xff\xfe\0" * 99),
}


@pytest.fixture
def _copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The assets as links in a folder of the test's own, and nothing read before."""

    for part in ("sprites", "backgrounds", "textures", "fonts", "icons"):
        (tmp_path / part).mkdir()
    for name in READ:
        for file in (ROOT / name).parent.iterdir():
            link = tmp_path / file.relative_to(ROOT)
            if file.is_file() and not link.is_symlink():
                link.symlink_to(file)
    monkeypatch.setattr(assets, "_root", lambda: tmp_path)
    json_asset.cache_clear()
    yield tmp_path
    json_asset.cache_clear()


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", READ)
def test_damage_is_said_by_name(_copy: Path, name: str, damage: str) -> None:
    path = _copy / name
    path.unlink()
    shutil.copy(ROOT / name, path)
    DAMAGES[damage](path)
    with pytest.raises(AssetError, match=rf"asset '{name}' is damaged: .+; reinstall vgym"):
        READ[name]()


@pytest.mark.parametrize("name", READ)
def test_a_missing_one_is_said_by_name(_copy: Path, name: str) -> None:
    (_copy / name).unlink()
    with pytest.raises(FileNotFoundError, match=rf"asset '{name}' is missing .+; reinstall vgym"):
        READ[name]()


def test_whole_ones_are_read(_copy: Path) -> None:
    assert json_asset("rooms.json") is json_asset("rooms.json")
    assert "the" not in text_asset("sprites/kin.txt").split("\n")[-1]
    assert picture_asset("backgrounds/bricks.jpg", "RGB").mode == "RGB"
