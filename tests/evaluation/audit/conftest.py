"""The small worlds as ids."""

from collections.abc import Callable, Iterator

import pytest

import vgym
from vgym.evaluation.audit.subject import Effort, Subject
from vgym.registration import unregister

WORLDS = {
    "VDots-v0": "worlds:DotsTask",
    "VRoom-v0": "worlds:RoomTask",
    "VCrew-v0": "worlds:CrewTask",
    "VTiles-v0": "tiles:TileTask",
    "VBoard-v0": "board:BoardTask",
}

Faulty = Callable[[str], Subject]


@pytest.fixture(autouse=True)
def _worlds() -> Iterator[None]:
    for env_id, task in WORLDS.items():
        vgym.register(env_id, task=f"evaluation.audit.{task}")
    yield
    for env_id in WORLDS:
        unregister(env_id)


@pytest.fixture
def tiles() -> Faulty:
    """The tiles with a fault, or with none."""
    effort = Effort("brief", judged=256, chosen=64, fitted=768)
    return lambda fault: Subject("VTiles-v0", {"fault": fault}, effort)


@pytest.fixture
def boards() -> Faulty:
    """The board with a fault, or with none."""
    effort = Effort("brief", judged=128, chosen=64, fitted=144, walked=1.0)
    return lambda fault: Subject("VBoard-v0", {"fault": fault}, effort)
