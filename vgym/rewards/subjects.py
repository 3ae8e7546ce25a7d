"""What a recipe is about, told from the facts it reads: the headings of every list of recipes."""

from functools import partial

from vgym.rewards.recipes import recipe, recipes
from vgym.rewards.reward import PairTerm, Reward, Term

# Tried in order; a recipe belongs to the first subject of which it reads a fact.
SUBJECTS: dict[str, frozenset[str]] = {
    "screens": frozenset({"action_matches", "group_boxes", "plan_done_after"}),
    "Earth": frozenset(
        {"target_lonlat", "country_correct", "city_correct", "cell_distances_m"}
        | {"field_distances_m", "distance_m"}
    ),
    "video": frozenset({"target_span", "target_spans", "target_tube"}),
    "edits, maps and puzzles": frozenset(
        {"target_changes", "box_after", "map_difficulty", "target_order", "task_kind"}
    ),
    "zoom and pages": frozenset({"zoom_boxes", "zoom_points", "tool_calls", "gold_pages"}),
    "navigation": frozenset(
        {"success", "distance_after_m", "path_length_m", "steps", "plan_steps", "plan_correct"}
        | {"trajectory_rmse", "route_progress_percent"}
    ),
}
GROUNDING = "grounding"
# Rewards for screens that read what rewards for pictures read are told by where they are written.
_SCREENS = "vgym.rewards.published.gui_"


def subject_of(reward: Reward) -> str:
    """A key of `SUBJECTS`, or `"grounding"`.

    >>> subject_of(recipe("geoguessr"))
    'Earth'
    """
    if any(_written_in(part).startswith(_SCREENS) for f in reward.forms for part in f.parts):
        return "screens"
    needed = {name for form in reward.forms for name in form.needs}
    return next((title for title, facts in SUBJECTS.items() if facts & needed), GROUNDING)


def by_subject() -> dict[str, list[Reward]]:
    """All recipes by subject, grounding first; sorted by name in each."""
    grouped: dict[str, list[Reward]] = {title: [] for title in (GROUNDING, *SUBJECTS)}
    for name in recipes():
        grouped[subject_of(recipe(name))].append(recipe(name))
    return {title: rewards for title, rewards in grouped.items() if rewards}


def _written_in(part: Term | PairTerm) -> str:
    function = part.function if isinstance(part, Term) else part.similarity
    if isinstance(function, partial):
        function = function.func
    return str(getattr(function, "__module__", ""))
