"""No reader takes more than 2.5 times the time for twice of anything that a file can repeat.

Held of what was measured, from n to 4n, since a clock is noisy: less than 2.5 times 2.5. What is
measured anew is judged by who measures, on a machine that does nothing else.
"""

import json

import pytest

from vgym.baselines.benchmark_growth import READERS, RESULTS, Reader, seconds

NAMES = [f"{reader.name}: {reader.repeats}" for reader in READERS]
MOST = 2.5
# Whether an outline crosses itself takes the square of its edges where their frames overlap, which
# those of a real room do not; the cap on positions keeps it short.
_SQUARE = {"floor plan: teeth of a room": 5.0}
_BRIEF = 0.005  # seconds, in which a clock tells nothing of growth


def _most(name: str) -> float:
    """How many times as long four times as much may take."""
    return _SQUARE.get(name, MOST) ** 2


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS, ids=NAMES)
def test_every_reader_takes_what_is_measured(reader: Reader) -> None:
    """A tenth of it: what it costs is held to by the table, here it has to be read."""
    assert seconds(reader, min(reader.n, max(10, reader.n // 10)), rounds=1) >= 0


def test_published_growth_is_in_proportion() -> None:
    told = json.loads(RESULTS.read_text("utf-8"))["readers"]
    assert [f"{row['reader']}: {row['repeats']}" for row in told] == NAMES
    assert [row["n"] for row in told] == [reader.n for reader in READERS]
    for row, name in zip(told, NAMES, strict=True):
        assert row["seconds"][2] < max(_most(name) * row["seconds"][0], _BRIEF), row
