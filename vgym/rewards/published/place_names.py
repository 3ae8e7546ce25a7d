"""Published rewards for place names: which levels of country, province and city are right.

That a name is right is the task's to say; the facts hold the verdicts.
"""

import torch
from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.stated import FORMAT, stated


def hierarchy(facts: Facts) -> Tensor:
    """GeoVista's 4 for the city, else 2 for the province, else 1 for the country: `(B,)`."""
    country, region, city = (
        number(facts, f"{level}_correct") for level in ("country", "region", "city")
    )
    # A right city makes its province and country right, whatever was said of them.
    return torch.maximum(torch.maximum(4 * city, 2 * region), country)


def leak_penalty(facts: Facts) -> Tensor:
    """-0.5 for each search query that names the answer or a known guess, at least -2: `(B,)`."""
    return (-0.5 * number(facts, "leaked_queries")).clamp(-2.0, 0.0)


def alignment(facts: Facts) -> Tensor:
    """Whether a search result that names the city was used: 1, missed: -1, absent: 0. `(B,)`."""
    return number(facts, "gold_in_results") * (2 * number(facts, "city_correct") - 1)


_LEVELS = ("country_correct", "region_correct", "city_correct")
_HIERARCHY = Term(
    "hierarchy",
    hierarchy,
    _LEVELS,
    "4 if the city is right, else 2 if the province is, else 1 if the country is, else 0",
    range=(0.0, 4.0),
)
_HEDGE = "naming a large country or city for every picture earns its share of the levels"
_GEOVISTA = Reward(
    name="geovista",
    forms=(Form("levels", ((1.0, _HIERARCHY),)),),
    source="GeoVista, arXiv 2511.15705; code ekonwang/GeoVista at df32037, search_agent.py, data "
    "source google_map",
    doc="Country, province, city: the finest level that is right pays.",
    range=(0.0, 4.0),
    space="levels of place names",
    failure_modes=(_HEDGE, "a near miss across a border earns nothing"),
)
_LEAK_PENALTY = Term(
    "leak_penalty",
    leak_penalty,
    ("leaked_queries",),
    "-0.5 a search query that names the answer or a known place, at least -2",
    range=(-2.0, 0.0),
)
_ALIGNMENT = Term(
    "alignment",
    alignment,
    ("gold_in_results", "city_correct"),
    "1 if a search result names the city and the answer does, -1 if only the result does",
    range=(-1.0, 1.0),
)
_GEOVISTA_V1 = Reward(
    name="geovista-v1",
    forms=(Form("levels", ((1.0, _HIERARCHY), (1.0, _LEAK_PENALTY), (1.0, _ALIGNMENT))),),
    source="GeoVista, arXiv 2511.15705; code ekonwang/GeoVista at df32037, search_agent.py, data "
    "source google_map_v1",
    doc="GeoVista's levels, less what was fished for by search, and whether search was heeded.",
    range=(-3.0, 5.0),
    space="levels of place names",
    failure_modes=(_HEDGE, "an answer known without search cannot earn the last point"),
)
_GEOVISTA_V3 = Reward(
    name="geovista-v3",
    forms=(Form("levels", ((1.0, stated("country", "country_correct")),)),),
    source="GeoVista, arXiv 2511.15705; code ekonwang/GeoVista at df32037, search_agent.py, data "
    "source google_map_v3",
    doc="1 if the country is right, else 0.",
    space="levels of place names",
    failure_modes=(
        "no credit for other levels",
        "one country for every picture earns its share of them: naming China earns 0.29 where "
        "VGeo-v0 draws by population (split test); of geovista-sound it earns 0.07",
    ),
)
_GEOVISTA_V4 = Reward(
    name="geovista-v4",
    forms=(Form("levels", ((1.0, stated("city", "city_correct")),)),),
    source="GeoVista, arXiv 2511.15705; code ekonwang/GeoVista at df32037, search_agent.py, data "
    "source google_map_v4",
    doc="1 if the city is right, else 0.",
    space="levels of place names",
    failure_modes=("no credit for other levels", _HEDGE),
)


def nested_levels(facts: Facts) -> Tensor:
    """1 for the city, else 1/2 for the region, else 1/4 for the country, each only where those
    above it are right as well: `(B,)`."""
    country, region, city = (number(facts, level) for level in _LEVELS)
    return country * (1 + region * (1 + 2 * city)) / 4


def unleaked(facts: Facts) -> Tensor:
    """1, less 1/8 for each search query that names the answer or a known guess, at least 1/2."""
    return (1 - number(facts, "leaked_queries") / 8).clamp(0.5, 1.0)


_NESTED = Term(
    "levels",
    nested_levels,
    _LEVELS,
    "1/4 if the country is right, 1/2 if the province is too, 1 if the city is too",
)
_UNLEAKED = Term(
    "unleaked",
    unleaked,
    ("leaked_queries",),
    "1, less 1/8 a search query that names the answer or a known place, at least 1/2",
    range=(0.5, 1.0),
)
_GEOVISTA_SOUND = sound(
    _GEOVISTA,
    forms=(
        Form("searched levels", ((1.0, _NESTED),), (_UNLEAKED,)),
        Form("levels", ((1.0, _NESTED),)),
    ),
    doc="GeoVista's levels as shares, each only with those above it, so that names poured out earn "
    "nothing; and less of it for what was fished for by search.",
    range=(0.0, 1.0),
    failure_modes=(
        "a near miss across a border earns nothing: hierarchical pays for the distance too",
        "naming a large country for every picture earns a quarter of its share",
    ),
)


def globe_accuracy(facts: Facts) -> Tensor:
    """GLOBE's 1 for country and city, 0.2 for the country alone, else 0: `(B,)`."""
    country, city = number(facts, "country_correct"), number(facts, "city_correct")
    return country * (0.2 + 0.8 * city)


_ACCURACY = Term(
    "accuracy",
    globe_accuracy,
    ("country_correct", "city_correct"),
    "1 if country and city are right, 0.2 if only the country is, else 0",
)
_LOCALIZABILITY = stated("localizability", "localizability")
_VISUAL = stated("visual_match", "visual_match")
_GLOBE = Reward(
    name="globe",
    forms=(
        Form("levels", ((1.0, _ACCURACY), (0.5, _LOCALIZABILITY), (0.2, _VISUAL), (1.0, FORMAT))),
    ),
    source="GLOBE; code lingli1996/GLOBE at cfc439b, plugin.py and train_all_rewards.sh",
    doc="Country and city, a judge of the reasoning, clues named, and the format.",
    range=(0.0, 2.7),
    space="levels of place names",
    failure_modes=(
        "a wrong answer in good form that lists every object there is earns 1.7",
        "a right city with the wrong country earns nothing",
        _HEDGE,
    ),
)


def globe_sound(terms: dict[str, Tensor]) -> Tensor:
    """Format times accuracy, raised by judge and clues where the answer is right."""
    praise = 1 + 0.5 * terms["localizability"] + 0.2 * terms["visual_match"]
    return terms["format"] * terms["accuracy"] * praise / 1.7


_GLOBE_SOUND = sound(
    _GLOBE,
    forms=(
        Form("levels", ((1.0, _ACCURACY), (1.0, _LOCALIZABILITY), (1.0, _VISUAL), (1.0, FORMAT))),
    ),
    doc="GLOBE's four terms with the answer as a factor, so that nothing else pays alone.",
    range=(0.0, 1.0),
    combination=globe_sound,
    combination_text="format accuracy (1 + 0.5 localizability + 0.2 visual_match) / 1.7",
    failure_modes=("no slope before the country is right", _HEDGE),
)

register(
    *(_GEOVISTA, _GEOVISTA_V1, _GEOVISTA_V3, _GEOVISTA_V4, _GEOVISTA_SOUND, _GLOBE, _GLOBE_SOUND),
    subject="Earth",
)
