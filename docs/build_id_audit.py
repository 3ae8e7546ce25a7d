"""Makes id_audit.md of what `audit_ids` and `audit_before_after` of vgym.baselines have measured.

python docs/build_id_audit.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vgym.baselines import audit_before_after
from vgym.baselines.audit_ids import THRESHOLDS, audited_ids, key_of, records

PAGE = Path(__file__).parent / "id_audit.md"
NONE = "\N{EN DASH}"
RECIPE = "recipe"  # of these shares are of a recipe alone; they have a page of their own

# What is above the threshold and stays: id, attack -> why.
_SINGLED = (
    "What is asked for lies whole in the frame, which cuts off one in six of the others, and is "
    "what words can name. How many they are tells what sort it may be: a function is said in 3 "
    "words, mostly of icons, a relation in 10, of wider controls. What looks alone earn, the "
    "detector that does not read says."
)
_TRIALS = (
    "In the shuttle box, one paradigm of nine (11 % of episodes), a light tells, as its protocol "
    "has it, and nothing has to be remembered; in others guesses make short streaks, of which "
    "`dense` pays a part. No more than 8 % of episodes are solved."
)
_COUNTS = (
    "Words say how much is to be done, as they should, and what is longer is said in more of them: "
    "{} Which, the picture tells; what models of words earn stands below."
)
_PRIORS = (
    "the best constant",
    "first words",
    "the same words",
    "a model of words",
    "answers that know nothing",
)
KNOWN: dict[tuple[str, str], str] = {
    ("VGui-v0", "target and distractors"): _SINGLED,
    ("VMaze-v0", "no memory"): _TRIALS,
    ("VNavPoint-v0", "sensors and info"): (
        "Where the goal lies is sensed, which the task is about; what that earns without the "
        "picture stands below."
    ),
    ("VNavTeam-v0", "sensors and info"): (
        "Robots sense where their target lies, which the task is about; what that earns without "
        "the picture stands below."
    ),
    ("VZoomPages-v0", "sensors and info"): (
        "What a search found is told as numbers, and who has found something opens it. A search "
        "names the words of the question by their places, of which a longer one has others."
    ),
    ("VGroundMany-v0", "sensors and info"): _COUNTS.format(
        "a bare noun means more things than one with a colour and a place."
    ),
    ("VNavActivate-v0", "sensors and info"): _COUNTS.format(
        "a plank takes two robots, and a longer sentence."
    ),
    ("VNavPlan-v0", "sensors and info"): _COUNTS.format("more jobs make a longer plan."),
    ("VGeoPhoto-v0", "sensors and info"): (
        "What is told is the shape of the photograph, which its borders show as well; there are "
        "72, and the attack has learnt from the same ones."
    ),
    ("VGeo-v0", "answers that know nothing"): (
        "What `dense` pays for a place 500 km off, to who knows the country: it takes a look."
    ),
    **dict.fromkeys(
        (("VGeoPhoto-v0", attack) for attack in _PRIORS),
        "The 72 photographs that ship are of a few countries, the first of them France: 11 % were "
        "taken within 200 km of Paris, which this prior solves. They are a test split, of which "
        "nothing may be learnt, and `dense` pays a place 500 km off a quarter.",
    ),
    ("VNavTeam-v0", "sensors without the picture"): (
        "Robots sense the direction of their target: who moves by that alone gets 0.44 of the way "
        "nearer, which `dense` pays, and solves 6 % of episodes (12 % at 0)."
    ),
}

# What no attack is told any more, and who looks can still do.
BY_HEART = """
The screens of VGui are few: who has the 7,600 questions of `train` by heart and knows where the
window lies earned 64.1 ± 2.9 of `train`, 5.4 ± 1.2 of `val`, whose words are others, and 2.5 ± 0.8
of `test`, whose screens are others (at eec2af1, where `info["view"]` told it at the reset). That is
to be seen in the picture now, and told at the end; scores of `train` show what was learnt by heart.
"""

INTRODUCTION = """# The audit of every id

Made by `docs/build_id_audit.py` of what `python -m vgym.baselines.audit_ids --json` measured: each
id as by `vgym audit ID`, `--quick`, at the default difficulty and at 0. A share is of what the
oracle earns over uniform answers, in %, with its standard error; the largest of an attack and of
its splits stands here, each of 256 episodes a split (64 where an episode takes many steps). In bold
is what surely exceeds the threshold: 10 % at the default difficulty, 25 % at 0, where a toy policy
is meant to do well. [The audit](audit.md) says what is tried; the command prints programs that show
it. What recipes pay in random scenes of their own has [its page](recipe_audit.md).
"""

BEFORE_AND_AFTER = """
## Before and after

What the first audits found, in %, of what the oracle earns over uniform answers where nothing else
is said, split by split (train / val / test); before its mend, at the commit that is named, and now.
Before was measured mostly by attacks written for it, now by the audit's own, which
`python -m vgym.baselines.audit_before_after --json --again` plays anew (`--quick` in effort). With
`--checkouts ../before` it makes a work tree of every commit of before, and plays what the audit of
that commit has: "anew" are those that were played.

| fault | what | before | anew | at | now | at | by |
|---:|---|---|---|---|---|---|---|
"""


def page() -> str:
    """Ids at a glance, what is above the threshold, every attack on every id."""
    found = records()
    parts = [*_glance(found), *_above(found), BY_HEART, *_before_and_after(), *_attacks(found)]
    return "".join([INTRODUCTION, *parts])


def above(found: dict[str, Any]) -> Iterator[tuple[str, Any, list[Any]]]:
    """What is above the threshold: its record's key, the attack and its findings."""
    for key in keys(found):
        for attack in found[key]["attacks"]:
            some = [each for each in attack["findings"] if each["above"]]
            if some:
                yield key, attack, some


def keys(found: dict[str, Any]) -> list[str]:
    """Of the records that the page shows."""
    return [key for id in measured_ids(found) for key in _both(id)]


def measured_ids(found: dict[str, Any]) -> list[str]:
    """The ids that have been audited at both difficulties."""
    return [id for id in audited_ids() if {*_both(id)} <= {*found}]


def _both(id: str) -> list[str]:
    return [key_of(id, {"difficulty": difficulty}) for difficulty in THRESHOLDS]


def _glance(found: dict[str, Any]) -> Iterator[str]:
    yield "\n| id | difficulty | uniform | oracle | solved | the largest share | measured at |\n"
    yield "|---|---:|---:|---:|---:|---|---|\n"
    for key in keys(found):
        record = found[key]
        best, attack = max(
            (
                (_worst(each), attack)
                for attack in record["attacks"]
                for each in attack["findings"]
                if each["shares"] and attack["kind"] != RECIPE and each["measure"] == "return"
            ),
            key=lambda pair: pair[0]["mean"],
        )
        cells = [
            f"`{record['id']}`",
            f"{record['settings']['difficulty']:g}",
            f"{record['floor']['return']:.3f}",
            f"{record['ceiling']['return']:.3f}",
            f"{record['ceiling']['success']:.0%}",
            f"{attack['attack']}, {_percent(best)}",
            ", ".join(dict.fromkeys([record["commit"], *_later(record)])),
        ]
        yield f"| {' | '.join(cells)} |\n"


def _later(record: dict[str, Any]) -> list[str]:
    """The commits at which some attacks were tried beside what was there."""
    return [attack["commit"] for attack in record["attacks"] if "commit" in attack]


def _above(found: dict[str, Any]) -> Iterator[str]:
    yield "\n## What is above the threshold\n\n"
    listed = list(above(found))
    if not listed:
        yield "Nothing.\n"
    for key, attack, some in listed:
        finding = _best(some)
        shares = ", ".join(f"{split} {_percent(s)}" for split, s in finding["shares"].items())
        what = ". ".join(filter(None, (finding["fault"] or _by(finding), shares)))
        what += f"; {len(some) - 1} more by this attack" if len(some) > 1 else ""
        why = KNOWN[found[key]["id"], attack["attack"]]
        yield f"- `{key.replace(' ', '`, ')}, {attack['attack']}: {what}. {why}\n"


def _before_and_after() -> Iterator[str]:
    now = audit_before_after.records()
    yield BEFORE_AND_AFTER
    for row in audit_before_after.ROWS:
        after = now.get(row.key, {"after": "not yet measured", "commit": NONE})
        after = {"after": f"`{row.test}`", "commit": NONE} if row.test else after
        by = [f"`{row.id}`"] if row.id else ["a test" if row.test else "recipes alone"]
        by += [row.attack] if row.attack else []
        said = key_of("", row.settings).replace(" ", ", ")
        anew = after.get("before_anew") or NONE
        cells = [str(row.number), row.what, row.before, anew, row.commit, after["after"]]
        yield f"| {' | '.join([*cells, after['commit'], ', '.join(by) + said])} |\n"


def _attacks(found: dict[str, Any]) -> Iterator[str]:
    for id in measured_ids(found):
        both = [found[key] for key in _both(id)]
        yield f"\n## {id}\n\n| attack | {' | '.join(f'difficulty {d:g}' for d in THRESHOLDS)} "
        yield f"| the best at {next(iter(THRESHOLDS)):g} |\n|---|---:|---:|---|\n"
        for attack in both[0]["attacks"]:
            name = attack["attack"]
            tried = [_findings(record, name) for record in both]
            if attack["kind"] != RECIPE and any(tried):
                best = _best(next(filter(None, tried)))
                yield f"| {name} | {' | '.join(map(_cell, tried))} | {_by(best)} |\n"
        untried = [a for a in both[0]["attacks"] if a["unfit"]]
        if untried:
            reasons = dict.fromkeys(attack["unfit"] for attack in untried)
            named = (
                f"{', '.join(a['attack'] for a in untried if a['unfit'] == why)} ({why})"
                for why in reasons
            )
            yield f"\nNot tried: {'; '.join(named)}.\n"


def _findings(record: dict[str, Any], name: str) -> list[Any]:
    """Of an attack; none of one that was not tried, or not yet there."""
    return [f for a in record["attacks"] if a["attack"] == name for f in a["findings"]]


def _cell(findings: list[Any]) -> str:
    if not findings:
        return NONE
    finding = _best(findings)
    if finding["fault"]:
        return f"**{finding['fault']}**"
    if not finding["shares"]:
        return "nothing"
    text = _percent(_worst(finding))
    text += " (2 AUC \N{MINUS SIGN} 1)" if finding["measure"] != "return" else ""
    return f"**{text}**" if finding["above"] else text


def _best(findings: list[Any]) -> Any:
    """That which is worst for the id: faults, what is above, the largest share."""
    return max(
        findings,
        key=lambda f: (bool(f["fault"]), f["above"], _worst(f)["mean"] if f["shares"] else -9.0),
    )


def _worst(finding: Any) -> Any:
    return max(finding["shares"].values(), key=lambda share: share["mean"])


def _percent(share: Any) -> str:
    return f"{100 * share['mean']:.1f} ± {100 * share['error']:.1f}"


def _by(finding: Any) -> str:
    text: str = finding["by"]
    return text.partition("\n")[0].replace("|", "/")


def main() -> int:
    """Write."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
