"""Writes the table of docs/consumers.md from what `baselines/consumers.py` found.

python docs/build_consumers.py
"""

import json
from pathlib import Path

from vgym.baselines.consumers import RESULT, table

PAGE = Path(__file__).with_name("consumers.md")

HEAD = """# Consumers

Trainers that take vgym's environments, and the versions with which each was run (on CPU) by
`python -m vgym.baselines.consumers`; a few steps each, to see that the ends fit, not to learn.

"""

TAIL = """
- SB3, sb3-contrib, TorchRL, skrl and SuperSuit install beside vgym (`pip install vgym[consumers]`,
  pinned in `constraints.txt`) and run in CI, the slow tests of `tests/baselines/test_consumers.py`.
- RLlib pins gymnasium 1.2.2, and Tianshou 2 wants virtualenv below 21, where `constraints.txt` pins
  a later one: each was run in a virtual environment of its own. Neither replaces torch 2.13.0.
- Tianshou and RLlib were given `gymnasium.wrappers.FlattenObservation`: their default networks read
  one vector. SB3 and TorchRL take the `Dict` as it is, and skrl flattens it by itself.
- SuperSuit's wrapper for the dead is for `Box` spaces and refuses the `Dict` that a robot sees; its
  vectors of teams take it, and need none, as a team ends at once.
- SB3 takes no text (`instruction="text"`, VGuiWeb) and no teams; `vgym.sb3_vec_env` says so.
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(HEAD + table(json.loads(RESULT.read_text())) + TAIL, encoding="utf-8")


if __name__ == "__main__":
    main()
