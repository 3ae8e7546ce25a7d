"""Words alone do not tell where to click: learners that see no picture, on every split."""

from typing import Any

import pytest

from vgym.evaluation.audit.blind.answering import ANSWERING
from vgym.evaluation.audit.blind.programs import PROGRAMS
from vgym.evaluation.audit.subject import BRIEF, Subject


@pytest.mark.slow
@pytest.mark.parametrize(
    ("env_id", "settings", "most"),
    [
        ("VGui-v0", {}, 0.10),
        ("VGui-v0", {"source": "synthetic", "difficulty": 0.0}, 0.25),
        ("VGuiFlow-v0", {"difficulty": 0.0}, 0.25),
    ],
    ids=["screens", "synthetic", "flow"],
)
def test_words_alone_are_paid_little(env_id: str, settings: dict[str, Any], most: float) -> None:
    """At most so much of what the truth earns over chance."""
    subject = Subject(env_id, settings, wanted=BRIEF.scaled(96))
    attacks = [attack for attack in (*ANSWERING, *PROGRAMS) if not attack.unfit(subject)]
    assert attacks
    for attack in attacks:
        for found in attack.run(subject):
            assert set(found.shares) == {"train", "val", "test"}
            assert not found.above(most), (attack.name, found.shares)
