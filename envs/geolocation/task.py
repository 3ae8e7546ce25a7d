"""VGeo: a view of the Earth, and where its marked place is."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.config import Config
from vgym.core.row_pictures import put_pictures
from vgym.core.speech import Speech
from vgym.core.task import Facts, Limit, Outcome, Task
from vgym.data import earth
from vgym.data.earth.regions import CONTINENTS
from vgym.envs.geolocation import viewer
from vgym.envs.geolocation.answers import FORMS as ANSWER_FORMS
from vgym.envs.geolocation.answers import AnswerForm
from vgym.envs.geolocation.camera import MOST_TILT_DEG, PROJECTIONS, WIDTH_KM
from vgym.envs.geolocation.cross import draw_crosses
from vgym.envs.geolocation.facts import GEO_FACTS, place_facts
from vgym.envs.geolocation.looking import look, seen_at
from vgym.envs.geolocation.lookups import leaked_queries, look_up, results
from vgym.envs.geolocation.metrics import place_metrics, set_metrics
from vgym.envs.geolocation.moves import FORMS as MOVE_FORMS
from vgym.envs.geolocation.moves import GUESS, Move, MoveForm, guessed
from vgym.envs.geolocation.places import LENGTH, VOCABULARY, first_states
from vgym.envs.geolocation.speech import one_guess, turns_speech
from vgym.envs.geolocation.types import FOUND, GeoConfig, State
from vgym.envs.geolocation.views import paint
from vgym.envs.geolocation.words import latitude_first, place_words
from vgym.rewards import Score

_FAR = 2.0**53
TURN_FACTS = frozenset({"episode_over", "steps", "max_steps"})


class GeoTask(Task[State]):
    """## Description
    A view of the Earth from above, turned, tilted and without names, with a cross on one place. Say
    where on Earth that is. With several turns, look elsewhere, change the map and look places up
    first.

    ## Action Space
    With `max_episode_steps=1` an answer, `action="lonlat"`: `Box([-180, -90], [180, 90], (2,),
    float64)`, longitude and latitude in degrees. Other forms of an answer, each of which ends the
    episode: `"square"`, `Box(0, 1, (2,), float32)`, a point of the equal-area square, eastwards
    from 180 W and northwards from the pole (as uniform as the sphere: for learners); `"cell"`,
    `Discrete(12 * 4**level)`, an equal-area cell of HEALPix in nested order (`level=6`: 102 km a
    side); `"scores"`, `Box(0, 1, (12 * 4**level,), float32)`, how likely each cell is (`level=5`:
    204 km a side; the place is the middle of the best); `"text"`, words: coordinates such as "48.86
    N, 2.35 E", or the name of a place. At level 5 one place in 30,000 is further than
    `success_km=200` from the middle of its cell, at level 4 one in four.

    With more turns `action="moves"`: `Box(0, 1, (5,), float32)`, a move of four equal parts of [0,
    1] and four numbers. `look`: a point of the view becomes its middle; up to 4 times nearer or
    further (the third number; 0.5 is as before); turned by up to half a turn either way (likewise).
    A view is never more than 4 times as wide as the first. `layer`: the first number is day, relief
    or night. `lookup`: the first number is the place of a name in the gazetteer, the most populous
    first. `guess`: the first two are a point of the square. `"moves-cells"`: the same as
    `MultiDiscrete([4, g, g, g, g])` with `grid=32`; see `envs/geolocation/moves.py`.

    ## Observation Space
    A `Dict` of `image` (`Box(0, 255, (H, W, 3), uint8)`), `layer` (which of day, relief, night and
    political it is, of 0 and 1), `instruction`, with `compass=True` `compass` (sine and cosine of
    the bearing that the picture's upper edge faces); with moves also `turns` (what share of them
    is left) and `found`, `Box((15,), float32)`: longitude, latitude and 1 for each place that the
    last lookup found, else 0.

    ## Rewards
    `dense` by default, in [0, 1]: by the distance, about as much for each halving of it. Recipes
    are paid at the end of the episode; without a guess that could be read they pay their least.

    ## Starting State
    A function of (draw, split, difficulty, layer, projection, upright, question, shape of the
    picture, seed, number of the episode). Places are drawn by `draw`: by
    `"population"` (towns as often as they have people, then up to 20 km away), by `"area"` of land,
    or by `"country"`, each as often, and in it by population. Splits share no region: each of 3,072
    equal cells (407 km a side) is of one, eight in ten of `train`. The width of the view falls from
    5,000 km at difficulty 0 to 100 km at 1; more clouds come with it.

    ## Episode End
    Terminates with the guess. Truncates after `max_episode_steps` turns. An answer that could not
    be read takes a turn and changes nothing.

    ## Arguments
    `image_size=224`, `reward="dense"`, `difficulty=0.5`, `split="train"`, `instruction`,
    `action="auto"`, `device="cpu"`, `max_episode_steps=6`, `expose="end"`, `draw="population"`,
    `layer="any"` (of the first three; or `"day"`, `"relief"`, `"night"`, `"political"`),
    `projection="any"` (`"orthographic"`, `"gnomonic"`), `compass=True`, `upright=False`
    (views begin turned and tilted; True: north at the top, from straight above), `level=None`,
    `grid=None` (32; of `moves-cells` alone), `question=None` (which of eight wordings asks, 0 to
    7; else it is drawn), `success_km=200`.

    ## Metrics
    At every step `success` (within `success_km` of the place, 200 included), `turns`, `lookups` and
    `reward_flagged`. At the end, or at every step with `expose="truth"`: `distance_km`,
    `distance_wgs84_km`, `acc_at_1km`, `acc_at_25km`, `acc_at_200km`, `acc_at_750km`,
    `acc_at_2500km`, `geo_score`, `continent_correct`, `country_correct`, `region_correct`,
    `city_correct`, `answer_read`, `leaked_queries` (names looked up that tell the answer's country,
    region or town); of scores `area_to_truth_km2` (of the cells that are searched, the best first,
    until one holds the place) and `recall_area` (see `vgym.geometry.region_sets`). In words, at the
    end: `country` (of the place; None at sea), `truth` and `guess`, each with `lonlat` and `chain`
    (continent, country, region, city).

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "geo"
    config_class: ClassVar[type[Config]] = GeoConfig
    config: GeoConfig
    told = frozenset({"turns", "lookups"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        config = self.config
        self.form: AnswerForm | MoveForm
        if config.one_shot:
            self.form = ANSWER_FORMS[config.action](config.cell_level)
        else:
            self.form = MOVE_FORMS[config.action](config.parts, len(earth.gazetteer()))
        self.action_space = self.form.space()
        self.vocabulary, self.instruction_length = VOCABULARY, LENGTH
        self.sensors = MappingProxyType(_sensors(config))

    @property
    def default_reward(self) -> str:
        """What `dense` stands for here."""
        return "dense-earth"

    @property
    def stated(self) -> frozenset[str]:
        """The place and the answer, the turns, and what was looked up."""
        return super().stated | GEO_FACTS | TURN_FACTS | {"leaked_queries"}

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """New episodes, one for each key."""
        return states.to(first_states(keys, self.config), self.device)

    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        """Look, look up, or guess."""
        move = self._move(action)
        acts = ~state.answered if unread is None else ~state.answered & ~unread
        changed = look(state, move, acts, self.config)
        look_up(state, move, acts)
        guesses = acts & (move.kind == GUESS)
        state.answer = torch.where(guesses[:, None], move.lonlat, state.answer)
        state.answered = state.answered | guesses
        state.turns = state.turns + 1
        facts = self._facts(state)
        metrics = self._metrics(state, action, facts)
        # What is asked of a turn is that it could be read; of the last, that there is a guess.
        facts["format_ok"] = state.answered | ~facts["episode_over"]
        if unread is not None:
            facts["format_ok"] &= ~unread
        return self.outcome(
            facts, terminated=state.answered.clone(), metrics=metrics, picture_changed=changed
        )

    def pay(self, facts: Facts) -> Score:
        """Recipes judge the answer: they are paid at the end, but for those that say when."""
        score, over = super().pay(facts), facts["episode_over"]
        if self.reads("episode_over"):
            return score
        return dataclasses.replace(
            score,
            value=torch.where(over, score.value, 0.0),
            terms={name: torch.where(over, term, 0.0) for name, term in score.terms.items()},
            flagged=score.flagged & over,
        )

    def in_words(self, facts: Facts) -> dict[str, Any]:
        """The country of the place, and the chains of the truth and of the guess."""
        return place_words(facts)

    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        """What the camera sees, and the cross."""
        if rows is None:
            rows = torch.arange(len(images), device=images.device)
        if not len(rows):
            return
        shown = states.to(states.take(state, rows), torch.device("cpu"))
        painted = np.empty((len(rows), *self.config.size_hw, 3), np.uint8)
        paint(shown.view, painted)
        xy, visible = seen_at(shown, self.config)
        draw_crosses(painted, xy.numpy(), visible.numpy())
        put_pictures(images, rows, painted)

    def sense(self, state: State) -> dict[str, Tensor]:
        """Which layer, where north is, how many turns are left, and what was found."""
        layer = torch.nn.functional.one_hot(state.view.layer, len(earth.LAYERS)).float()
        read = {"layer": layer}
        if self.config.compass:
            heading = state.view.heading_deg * (torch.pi / 180)
            read["compass"] = torch.stack((heading.sin(), heading.cos()), 1).float()
        if not self.config.one_shot:
            left = 1 - state.turns / self.config.max_episode_steps
            read |= {"turns": left.clamp(0, 1)[:, None].float(), "found": results(state).flatten(1)}
        return read

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        """What is asked, in words."""
        return [VOCABULARY.decode(row) for row in state.tokens[rows].cpu().numpy()]

    def oracle(self, state: State) -> Tensor:
        """The guess that is nearest to the truth."""
        return self.saying(state.place)

    def saying(self, lonlat: Tensor) -> Tensor:
        """The guesses that are read as the nearest to places (B, 2)."""
        if isinstance(self.form, MoveForm):
            return self.form.guessing(lonlat)
        return self.form.encode(lonlat)

    def speech(self) -> Speech:
        """One guess, or turns."""
        if isinstance(self.form, MoveForm):
            return turns_speech(self.form, self.config)
        return one_guess(self.form, self.config)

    def hints(self, facts: Facts) -> list[str]:
        """Whether an answer would have been right with its two numbers swapped."""
        if self.config.action != "lonlat":
            return []
        return latitude_first(facts, self.config.success_km)

    def portrait(self, state: State) -> NDArray[np.uint8]:
        """The view, and the world with the place, the guess and the way between them."""
        images = torch.zeros(1, *self.picture_hw, 3, dtype=torch.uint8, device=self.device)
        self.draw(state, images)
        words, turn = self.instructions(state, [0])[0], f"turn {int(state.turns[0])}"
        guess = state.answer[0] if state.answered[0] else None
        return viewer.portrait(images[0].cpu().numpy(), words, state.place[0], guess, turn)

    def limits(self, state: State) -> Iterator[Limit]:
        """Of the place, the view, and what was done."""
        highest = torch.tensor([180.0, 90.0], device=self.device)
        for name in ("place", "answer"):
            yield Limit(name, -highest, highest)
        yield Limit("view.lon", -180, 180)
        yield Limit("view.lat", -90, 90)
        yield Limit("view.heading_deg", 0, 360)
        yield Limit("view.tilt_deg", 0, MOST_TILT_DEG)
        yield Limit("view.width_km", *WIDTH_KM)
        yield Limit("widest_km", *WIDTH_KM)
        yield Limit("view.projection", 0, len(PROJECTIONS) - 1)
        yield Limit("view.layer", 0, len(earth.LAYERS) - 1)
        yield Limit("view.days", -1e6, 1e6)
        yield Limit("view.clouds", 0, 1)
        yield Limit("chain", -1, torch.tensor(_highest_numbers(), device=self.device))
        yield Limit("tokens", 0, self.vocabulary_size - 1)
        known = len(earth.gazetteer()) - 1 if not self.config.one_shot else -1
        yield Limit("found", -1, known)
        yield Limit("queries", -1, known)
        yield Limit("turns", 0, _FAR)
        yield Limit("lookups", 0, _FAR)

    def _move(self, action: Tensor) -> Move:
        if isinstance(self.form, MoveForm):
            return self.form.decode(action)
        return guessed(self.form.decode(action))

    def _facts(self, state: State) -> Facts:
        """What happened."""
        config = self.config
        limit = torch.full_like(state.turns, config.max_episode_steps)
        over = state.answered | (state.turns >= limit)
        facts = place_facts(
            state.answer,
            state.place,
            state.answered,
            state.chain,
            success_km=config.success_km,
            reads=self.reads,
        )
        return facts | {
            "episode_over": over,
            "steps": torch.minimum(state.turns, limit),
            "max_steps": limit,
            "leaked_queries": leaked_queries(state),
        }

    def _metrics(self, state: State, action: Tensor, facts: Facts) -> dict[str, Tensor]:
        metrics = {
            "turns": state.turns.clone(),
            "lookups": state.lookups.clone(),
            "leaked_queries": facts["leaked_queries"],
            **place_metrics(facts),
        }
        if isinstance(self.form, AnswerForm):
            shares = self.form.shares(action)
            if shares is not None:
                level = self.config.cell_level
                metrics |= set_metrics(shares, state.place, state.answered, level)
        return metrics


def _highest_numbers() -> list[int]:
    """Of continents, countries, regions and towns."""
    borders = earth.borders()
    sizes = (CONTINENTS, borders.countries, borders.regions, earth.towns())
    return [len(level) - 1 for level in sizes]


def _sensors(config: GeoConfig) -> dict[str, spaces.Box]:
    sensors: dict[str, spaces.Box] = {
        "layer": spaces.Box(0.0, 1.0, (len(earth.LAYERS),), np.float32)
    }
    if config.compass:
        sensors["compass"] = spaces.Box(-1.0, 1.0, (2,), np.float32)
    if not config.one_shot:
        low = np.tile(np.array([-180.0, -90.0, 0.0], np.float32), FOUND)
        sensors["turns"] = spaces.Box(0.0, 1.0, (1,), np.float32)
        sensors["found"] = spaces.Box(low, np.abs(low).clip(1), dtype=np.float32)
    return sensors
