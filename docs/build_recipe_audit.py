"""Makes recipe_audit.md: what the audit finds of every recipe alone. It takes a minute.

python docs/build_recipe_audit.py
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from vgym.evaluation.audit import THRESHOLD, Finding
from vgym.evaluation.audit.recipes import findings
from vgym.rewards import recipe
from vgym.rewards.recipes import by_subject

PAGE = Path(__file__).parent / "recipe_audit.md"

INTRODUCTION = """# The audit of recipes alone

Made by `docs/build_recipe_audit.py`; `vgym audit --recipe NAME` prints a recipe's in full. In
random scenes without an environment, shares of what the truth earns over answers that are all
wrong, in bad form and at random places: of good form with nothing right, and of the best answer
that knows nothing of the truth. Beside them from how many uniform answers a small step towards
the truth pays, and what else is wrong. In bold is what exceeds a quarter; "\N{EN DASH}" is what
cannot be tried on a recipe, "nothing" what was tried and found nothing. A recipe named after a
paper keeps its flaws; where one of ours stands out, what its card says of it stands beside. [The
audit](audit.md) says what is tried.
"""
NONE, CLEAN = "\N{EN DASH}", "nothing"
HEAD = "| recipe | good form alone | the best that knows nothing | slope | what else is wrong |"


def page() -> str:
    """A table for every subject."""
    parts = [INTRODUCTION]
    for subject, rewards in by_subject().items():
        parts.append(f"\n## {subject[0].upper()}{subject[1:]}\n\n{HEAD}\n|---|---:|---|---:|---|\n")
        parts += (row(reward.name) for reward in rewards)
    return "".join(parts)


def row(name: str) -> str:
    """One recipe."""
    found = findings(recipe(name))
    known = found["answers that know nothing"]
    form = [share(each) for each in known if each.by.startswith("good form")]
    best = max((each for each in known if each.share), key=share, default=None)
    told = NONE if best is None else f"{without_form(best.by)}, {percent(share(best))}"
    slopes = [
        float(match[1]) for each in found["slope"] if (match := re.search(r"(\d+)%", each.by))
    ]
    faults = sorted({without_form(f.fault) for fs in found.values() for f in fs if f.fault})
    above = best is not None and best.above(THRESHOLD)
    mark = "**" if above else ""
    if (above or faults) and recipe(name).source.startswith("vgym"):
        faults += [f"its card: {mode}" for mode in recipe(name).failure_modes]
    cells = [
        f"[{name}](rewards.md#{name})",
        percent(max(form)) if form else NONE,
        f"{mark}{told}{mark}",
        f"{min(slopes):.0f}%" if slopes else NONE,
        "; ".join(faults) or CLEAN,
    ]
    return f"| {' | '.join(cells)} |\n"


def share(finding: Finding) -> float:
    """Its share; 0 if it has none."""
    return 0.0 if finding.share is None else finding.share.mean


def percent(value: float) -> str:
    """Whole percent, without the sign of nothing."""
    return f"{round(value, 2) + 0.0:.0%}"


def without_form(text: str) -> str:
    """Without the name of the form in brackets."""
    return re.sub(r" \([^()]*\)", "", text)


def main() -> int:
    """Write."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
