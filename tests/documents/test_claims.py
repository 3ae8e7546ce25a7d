"""Numbers and lists that the documents state are those of the code."""

import json
import re
from functools import cache

import gymnasium
import pytest
from documents.pages import PAGES, ROOT

from vgym.core.action_forms import FORMS
from vgym.core.config import INSTRUCTIONS, SPLITS
from vgym.core.place_types import PlaceConfig
from vgym.data import PHOTOS
from vgym.envs.gui.flow.types import NAMES as FLOWS
from vgym.envs.navigation.mazes.types import NAMES as PARADIGMS
from vgym.registration import named, registered
from vgym.rewards import recipes

if not (ROOT / "README.md").exists():
    pytest.skip("the installed package has no documents beside it", allow_module_level=True)


@cache
def _text(name: str) -> str:
    (page,) = (page for page in PAGES if page.name == name)
    return " ".join(page.read_text(encoding="utf-8").split())


def _spans(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_id_takes_what_the_readme_says() -> None:
    told = re.search(
        r"Every id that Gymnasium makes, `VGuiWeb-v0` apart, takes (.*?)\. Grounding",
        _text("README.md"),
    )
    assert told
    names = set(_spans(told[1])) - set(SPLITS) - set(INSTRUCTIONS)
    assert {"image_size", "reward", "source", "max_episode_steps"} <= names
    assert set(_spans(told[1])) >= {*SPLITS, *INSTRUCTIONS}
    made = [row for row in registered() if not row.made_by and row.task]
    assert {row.id for row in registered() if not row.made_by} - {row.id for row in made} == {
        "VGuiWeb-v0"
    }
    for row in made:
        assert names <= set(named(row.task, "task").config_class.__dataclass_fields__), row.id


def test_ids_answered_with_a_place_at_once_take_what_the_readme_says() -> None:
    said = r"Grounding, `VGui-v0` and `VGeoMatch-v0` take (.*?)\. `VNavTeam"
    told = re.search(said, _text("README.md"))
    assert told
    assert set(_spans(told[1])) == {"action", *FORMS, "attempts", "grid"}
    of_places = [
        (row.id, config)
        for row in registered()
        if row.task and issubclass(config := named(row.task, "task").config_class, PlaceConfig)
    ]
    others = {id for id, _ in of_places if not id.startswith("VGround")}
    assert len(of_places) == 5 and others == {"VGui-v0", "VGeoMatch-v0"}
    assert all({"attempts", "grid"} <= set(config.__dataclass_fields__) for _, config in of_places)


def test_the_team_is_made_by_what_the_readme_says() -> None:
    (row,) = (row for row in registered() if row.id == "VNavTeam-v0")
    assert f"`{row.made_by}` makes it" in _text("README.md")
    with pytest.raises(gymnasium.error.NameNotFound):
        gymnasium.make("VNavTeam-v0")


@pytest.mark.parametrize("page", ["README.md", "gui.md", "changelog.md"])
def test_screens_are_counted(page: str) -> None:
    lines = (ROOT / "assets/screens/screens.jsonl").read_text(encoding="utf-8").splitlines()
    screens = [json.loads(line) for line in lines]
    controls = sum(len(screen["elements"]) for screen in screens)
    of_test = {screen["page"] for screen in screens if screen.get("split") == "test"}
    facts = {
        r"(\d+) captured (?:ones|screens)": len(screens),
        r"([\d,]+) controls[;,.]": controls,
        r"screens of (\d+) pages": len({screen["page"] for screen in screens}),
        r"has (\d+) of the pages": len(of_test),
    }
    said = {pattern: re.findall(pattern, _text(page)) for pattern in facts}
    assert said[r"(\d+) captured (?:ones|screens)"]
    for pattern, found in said.items():
        assert {int(number.replace(",", "")) for number in found} <= {facts[pattern]}, pattern


def test_flows_paradigms_photographs_and_recipes_are_counted() -> None:
    assert f"{len(FLOWS)} templates" in _text("gui.md") and len(FLOWS) == 22
    assert len({name.split("-")[0] for name in FLOWS}) == 6  # "six applications"
    assert "simulates six applications" in _text("gui.md")
    assert "nine rodent paradigms" in _text("README.md") and len(PARADIGMS) == 9
    photographs = {json.loads(line)["image"] for line in PHOTOS.read_text("utf-8").splitlines()}
    assert "eleven photographs" in _text("README.md") and len(photographs) == 11
    assert f"{len(recipes())} recipes:" in _text("rewards.md")


def test_the_index_names_every_page() -> None:
    listed = set(re.findall(r"\]\(([\w_]+\.md)\)", _text("index.md")))
    assert listed == {page.name for page in PAGES} - {"README.md", "index.md"}
