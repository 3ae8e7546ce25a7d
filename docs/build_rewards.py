"""Makes rewards.md and its pictures from the recipes.

python docs/build_rewards.py            writes all
python docs/build_rewards.py --check    exits 1 if the text is out of date (not the pictures)
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PIL import Image

from vgym.evaluation.landscape import landscape
from vgym.evaluation.reward_distances import answer_distances
from vgym.evaluation.walk_distances import walk_distances
from vgym.rewards import Reward, recipe, recipes
from vgym.rewards.facts import FACTS, MASKS, glossary
from vgym.rewards.recipes import by_subject

DOCS = Path(__file__).parent
PAGE = DOCS / "rewards.md"
PICTURES = DOCS / "pictures" / "rewards"
DISTANCES = DOCS / "pictures" / "distances"
COMPARED = ("VGround-v0", "VGroundPoint-v0")
WALKED = ("VNav-v0",)

INTRODUCTION = """# Rewards

Made from the code by `docs/build_rewards.py`. {count} recipes: in an environment
`reward="NAME"`, on your own data `vgym.rewards.score("NAME", ...)`, in your trainer
[like this](your_trainer.md). A recipe named after a paper pays what its source says, flaws
included; where that can be gamed there is a repaired one beside it, `NAME-sound`, in which the
format is a gate and not a term: alone it pays nothing. An environment takes the recipes whose facts
it states: `vgym rewards --for VNav-v0` lists them. Or it takes
[a function of yours](your_trainer.md#a-reward-of-your-own).

The pictures show what a recipe pays around the right answer of one example
([its facts](../vgym/rewards/facts.toml)): a target of 80x40 in a picture of 320x240, a goal 8 m
away. One fact is moved; the others stay right. Recipes that nothing of the kind is moved in have
bars: all right, then one fact wrong at a time.
"""

DISTANCES_NOTE = """
## How unlike they are

EPIC distances of the recipes that fit an id, on 128 questions and 64 answers to each, from the
truth to anywhere: 0 where one is the other but for scale, shift and shaping, 1 where it is the
opposite. `vgym.evaluation.reward_distances` says what was chosen, and has STARC, which is the same
number where an episode is one answer.
"""

WALKS_NOTE = """
Of walks EPIC cannot be had: it asks what is paid between any two states, where a step may lead or
not, and an environment only says what the steps are paid that it can take. So here it is STARC's
distance: how much better an action is than the policy, from walks that are sampled, in which
potentials cancel. It is an approximation: 128 states of walks that know their way more or less,
four walks on from each for each action, by a policy that takes the oracle's action four times in
five, discount 0.99 (`vgym.evaluation.walk_distances`). With 128 other walks of VNav the distances
were 0.012 apart in the mean, 0.036 at most.
"""

FACTS_NOTE = """What recipes read, by name: a tensor with the batch first, its type or unit, what it
says. Axes of one letter have one length in all facts of an answer. A fact that may have a mask
is padded: `(B, M)` bool, True for the members that are there; all are without one.
"""


def page() -> str:
    """Contents, every recipe with its picture and its card, and the facts that they read."""
    subjects = by_subject()
    parts = [INTRODUCTION.format(count=len(recipes()))]
    for subject, rewards in subjects.items():
        links = ", ".join(f"[{reward.name}](#{reward.name})" for reward in rewards)
        parts.append(f"\n**{subject[0].upper()}{subject[1:]}**: {links}\n")
    for subject, rewards in subjects.items():
        parts.append(f"\n## {subject[0].upper()}{subject[1:]}\n")
        parts += map(section, rewards)
    parts.append(DISTANCES_NOTE)
    parts += (f"\n![EPIC distances on {id}](pictures/distances/{id}.png)\n" for id in COMPARED)
    parts.append(WALKS_NOTE)
    parts += (f"\n![STARC distances on {id}](pictures/distances/{id}.png)\n" for id in WALKED)
    told = glossary(name for name in FACTS if name not in MASKS.values())
    parts.append(f"\n## Facts\n\n{FACTS_NOTE}\n```text\n{told}\n```\n")
    return "".join(parts)


def section(reward: Reward) -> str:
    """One recipe."""
    picture = f"![what {reward.name} pays](pictures/rewards/{reward.name}.png)"
    return f"\n### {reward.name}\n\n{picture}\n\n```text\n{reward.card()}\n```\n"


def draw_all() -> None:
    """Every landscape as a PNG with a palette; pictures of recipes that are gone are removed."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path in PICTURES.glob("*.png"):
        if path.stem not in recipes():
            path.unlink()
    for name in recipes():
        image = Image.fromarray(landscape(recipe(name)))
        image.quantize(256).save(PICTURES / f"{name}.png", optimize=True)


def draw_distances() -> None:
    """The matrices of `COMPARED` and `WALKED`."""
    DISTANCES.mkdir(parents=True, exist_ok=True)
    found = [answer_distances(id, settings={"image_size": 64}) for id in COMPARED]
    found += [walk_distances(id, settings={"image_size": 64}) for id in WALKED]
    for distances in found:
        image = Image.fromarray(distances.picture())
        image.quantize(256).save(DISTANCES / f"{distances.id}.png", optimize=True)


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    text = page()
    if options.check:
        stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text
        if stale:
            print(f"{PAGE.name} is out of date; run python docs/build_rewards.py")
        return int(stale)
    PAGE.write_text(text, encoding="utf-8")
    draw_all()
    draw_distances()
    return 0


if __name__ == "__main__":
    sys.exit(main())
