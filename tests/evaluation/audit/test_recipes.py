"""The audit of a recipe alone finds the exploits that are known of published rewards, and what
mends them passes."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import torch

from vgym.evaluation.audit import EFFORTS, THRESHOLD, Subject
from vgym.evaluation.audit.attack import Finding
from vgym.evaluation.audit.recipes import FINDERS, RECIPE, findings
from vgym.evaluation.audit.recipes.answers import CHEATS
from vgym.evaluation.audit.recipes.scenes import scene
from vgym.evaluation.audit.recipes.search import without_slope
from vgym.rewards import recipe, recipes

ROOT = Path(__file__).parents[3]
BLIND, SPOILT, ABOVE = "answers that know nothing", "the truth spoilt", "above the truth"
UNITS, EMPTY, STEPS = "units and sizes", "nothing to find", "steps in circles"

# Exploit: the published recipe, the search that finds it, how the finding begins, the recipes that
# must pass (none where the facts cannot tell).
EXPLOITS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "a tiny box": ("gui-rcpo", SPOILT, "a dot", ("gui-rcpo-sound", "gui-g2-sound")),
    "a box that grows": ("surds-centre", SPOILT, "twice as large", ("surds-centre-sound",)),
    "a box over all": ("surds-centre", BLIND, "a box over", ("surds-centre-sound",)),
    "a flood of boxes": ("vision-r1", SPOILT, "the right box after", ("vision-r1-sound",)),
    "repeats": ("treevgr", SPOILT, "a wrong box beside", ("treevgr-sound",)),
    "confidence 0": ("visual-rft", BLIND, "wrong without", ("visual-rft-sound",)),
    "confidence 1000": ("visual-rft", SPOILT, "a confidence", ("visual-rft-sound",)),
    "inverted corners": ("gui-g2", SPOILT, "inverted", ("gui-g2-sound",)),
    "another scale": ("gui-g2", UNITS, "the truth in fractions", ("gui-g2-sound",)),
    "out of the image": ("gui-g1", ABOVE, "a climb", ("gui-g1-sound",)),
    "many misses": ("infigui-g1", BLIND, "sixteen points", ("infigui-g1-sound",)),
    "a line a little off": ("infigui-g1", BLIND, "a line", ("infigui-g1-sound",)),
    "the image's centre": ("se-gui", BLIND, "the best fixed", ("se-gui-sound", "lpo-sound")),
    "a textured place": ("lpo", BLIND, "a textured", ("lpo-sound",)),
    "texture beside the target": ("lpo", ABOVE, "a climb", ("lpo-sound",)),
    "one frame": ("stvg-o1", SPOILT, "one frame", ("stvg-o1-sound",)),
    "points in the thoughts": ("vigorl", BLIND, "fillers", ("vigorl-sound",)),
    "boxes in the thoughts": ("grit", BLIND, "good form", ("grit-sound",)),
    "zooms for nothing": ("vigorl-zoom", SPOILT, "zooms", ("vigorl-zoom-sound",)),
    "zooms before a wrong answer": ("vigorl-zoom", BLIND, "fillers", ("vigorl-zoom-sound",)),
    "bad form where nothing is": ("vision-r1", EMPTY, "nothing said", ("vision-r1-sound",)),
    "a wrong box where nothing is": ("visual-rft", EMPTY, "nothing said", ("visual-rft-sound",)),
    "a group of one mind": ("gui-rcpo", BLIND, "a group", ()),
    "a constant order": ("ssl4rl", BLIND, "one value", ("ssl4rl-sound",)),
    "moved too far": ("talk2move", SPOILT, "four times", ("talk2move-sound",)),
    "nothing done": ("talk2move", BLIND, "nothing done", ("talk2move-sound",)),
    "no finite value": ("gui-g2", UNITS, "truth and answer of no", ("gui-g2-sound",)),
    "any zoom before a right answer": ("deepeyes", SPOILT, "zooms", ("deepeyes-sound",)),
    "calls that few make": ("pixel-reasoner", BLIND, "fillers", ("pixel-reasoner-sound",)),
    "precision above 1": ("unidoc", SPOILT, "one box for two", ("unidoc-sound",)),
    "an empty answer is in any": ("zoom-zero", SPOILT, "an empty", ("zoom-zero-sound",)),
    "praise for wrong answers": ("globe", BLIND, "good form", ("globe-sound",)),
    "a safe country": (
        "geovista-v3",
        BLIND,
        "the country",
        ("vlm-gym-sound", "globe-sound", "geovista-sound"),
    ),
    "fields left out": ("vlm-gym", BLIND, "the country", ("vlm-gym-sound",)),
    "a country's middle": ("geo-r", BLIND, "a safe place", ("geo-r-sound", "dense-earth")),
    "beyond the pole": ("geo-r", SPOILT, "a latitude", ("geo-r-sound", "dense-earth")),
    "back and forth": ("seenav", STEPS, "a step away", ("seenav-sound", "dense-walk")),
    "an early end": ("habitat", STEPS, "a step on the spot", ("seenav-sound", "dense-walk")),
    "format alone": ("vlm-r1", BLIND, "good form", ("vlm-r1-sound",)),
}


@cache
def found(name: str, search: str) -> list[Finding]:
    return list(FINDERS[search][1](recipe(name)))


def above(name: str, search: str, begins: str = "") -> list[str]:
    kept = (f for f in found(name, search) if f.by.startswith(begins))
    return [f"{f.by} {f.fault}" for f in kept if f.above(THRESHOLD)]


@pytest.mark.parametrize("exploit", EXPLOITS)
def test_exploits_are_found_and_what_mends_them_passes(exploit: str) -> None:
    published, search, begins, mended = EXPLOITS[exploit]
    assert above(published, search, begins)
    for name in mended:
        assert not above(name, search, begins)


# What a mended recipe cannot help, as its card says.
KNOWN = {
    ("gui-rcpo-sound", BLIND): ["a group that agrees on a wrong box (boxes)"],
    ("gui-rcpo-sound", ABOVE): ["a climb from the truth (boxes)"],
    ("pixel-reasoner-sound", SPOILT): ["zooms all over the picture (answer)"],
}
OURS = ("dense", "iou", "sparse", "dense-walk", "dense-flow", "dense-earth", "hierarchical")


@pytest.mark.parametrize("name", [*OURS, *(n for n in recipes() if n.endswith("-sound"))])
def test_mended_recipes_and_our_own_pass(name: str) -> None:
    for search in FINDERS:
        if search != "values out of range":  # tests/rewards/test_domains.py searches longer
            known = KNOWN.get((name, search), [])
            rest = [f for f in above(name, search) if not any(f.startswith(k) for k in known)]
            assert not rest and len(above(name, search)) == len(known)


def test_format_alone_earns_nothing_of_mended_recipes() -> None:
    for name in recipes():
        if name.endswith("-sound"):
            for finding in found(name, BLIND):
                if finding.by.startswith("good form") and finding.share is not None:
                    assert finding.share.mean < 0.15, (name, finding)


@pytest.mark.parametrize("form", recipe("dense").forms, ids=lambda form: form.name)
def test_dense_has_a_slope_and_pays_no_blind_answer(form) -> None:
    """Both at once: a slope is easily bought with pay for guesses, and the other way round."""
    here = scene(form)
    flat = without_slope(recipe("dense"), here)
    assert flat is not None and flat < 0.01
    shares = {f.by: f.share for f in found("dense", BLIND) if f.by.endswith(f"({form.name})")}
    assert len(shares) >= 4
    for by, share in shares.items():
        assert share is not None and share.mean < 0.1, by
    assert float(recipe("dense")(here.wrong).value.mean()) < 0.1


def test_a_range_that_is_not_kept_is_a_fault() -> None:
    narrow = replace(recipe("iou"), range=(0.1, 0.9))
    assert [f.fault for f in FINDERS["values out of range"][1](narrow)] != [""]
    assert [f.fault for f in FINDERS["values out of range"][1](recipe("iou"))] == [""]


def test_an_id_is_asked_for_the_forms_that_it_states() -> None:
    subject = Subject("VDots-v0", {"answer": "point"}, EFFORTS["brief"])
    (slope,) = [attack for attack in RECIPE if attack.name == "slope"]
    assert [finding.by[-8:] for finding in slope.run(subject)] == ["(points)"]
    assert len(list(FINDERS["slope"][1](recipe("dense")))) == 2


def test_a_function_declares_no_facts() -> None:
    from vgym.rewards.recipes import as_reward

    with pytest.raises(ValueError, match="cannot be audited alone: a function declares no facts"):
        findings(as_reward(lambda facts: torch.zeros(1)))


def test_the_page_has_every_recipe() -> None:
    text = (ROOT / "docs" / "recipe_audit.md").read_text(encoding="utf-8")
    assert {name for name in recipes() if f"\n| [{name}](" in text} == {*recipes()}
    assert text.count("\n| [") == len(recipes()), "python docs/build_recipe_audit.py"


def test_the_page_says_of_each_known_exploit_what_finds_it() -> None:
    page = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    table = page.partition("| what is done | recipe | found by |")[2].partition("\n\n")[0]
    rows = [row.strip("| ").split(" | ") for row in table.splitlines()[2:]]
    known = {what: tuple(cell.strip("`") for cell in cells) for what, *cells in rows}
    assert len(rows) == len(known) == 27
    assert sum(what in EXPLOITS for what in known) == 22
    for what, cells in known.items():
        if what in EXPLOITS:
            assert cells == EXPLOITS[what][:2]
        else:
            ((file, test),) = re.findall(r"`([\w/]+\.py)::(\w+)`", rows[[*known].index(what)][2])
            text = (ROOT / "tests" / file).read_text(encoding="utf-8")
            assert f"def {test}(" in text, test


def test_every_cheat_is_tried_on_some_recipe() -> None:
    names = {published for published, *_ in EXPLOITS.values()}
    by = [f.by for name in names for search in (BLIND, SPOILT) for f in found(name, search)]
    tried = {told.partition(" (")[0] for told in by}
    assert {cheat.name for cheat in CHEATS} == tried
