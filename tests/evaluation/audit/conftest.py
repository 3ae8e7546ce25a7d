"""The small worlds as ids."""

from collections.abc import Iterator

import pytest

import vgym
from vgym.registration import unregister

WORLDS = {"VDots-v0": "DotsTask", "VRoom-v0": "RoomTask"}


@pytest.fixture(autouse=True)
def _worlds() -> Iterator[None]:
    for env_id, task in WORLDS.items():
        vgym.register(env_id, task=f"evaluation.audit.worlds:{task}")
    yield
    for env_id in WORLDS:
        unregister(env_id)
