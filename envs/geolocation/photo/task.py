"""VGeoPhoto: where a photograph was taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.config import Config
from vgym.core.speech import Speech, nothing_more
from vgym.core.task import Facts, Limit, Outcome, Task
from vgym.data import Summary
from vgym.envs.geolocation import viewer
from vgym.envs.geolocation.answers import FORMS, HIGHEST, LOWEST
from vgym.envs.geolocation.facts import GEO_FACTS, place_facts
from vgym.envs.geolocation.metrics import place_metrics, set_metrics
from vgym.envs.geolocation.photo.source import LENGTH, VOCABULARY, shown_photographs
from vgym.envs.geolocation.photo.types import GeoPhotoConfig, State
from vgym.envs.geolocation.speech import PHOTOGRAPH, answer_speech
from vgym.envs.geolocation.words import latitude_first, place_words


class GeoPhotoTask(Task[State]):
    """## Description
    One photograph. Where on Earth was it taken?

    | `source` | photographs |
    | --- | --- |
    | `"places"` | 72 that ship: landmarks, a few landscapes, four from above |
    | a path | Im2GPS3k, YFCC4k, OSV-5M, a CSV, a JSONL, JPEGs with GPS (docs/data.md) |

    Those that ship are few, and a test split: `split="test"` is the default, and any other is
    refused. To learn, name photographs of your own; a single file of them is one split, and whole.

    ## Action Space
    `action="lonlat"`: `Box([-180, -90], [180, 90], (2,), float64)`, longitude and latitude in
    degrees. Other forms as in VGeo: `"square"`, `Box(0, 1, (2,), float32)`; `"cell"`,
    `Discrete(12 * 4**level)`; `"scores"`, `Box(0, 1, (12 * 4**level,), float32)`; `"text"`, words.

    ## Observation Space
    A `Dict` of `image` (`Box(0, 255, (H, W, 3), uint8)`: the photograph, scaled to fit and padded,
    never stretched; nothing else of its file, such as its GPS) and `instruction`: a question in one
    of eight wordings that ask the same, as tokens; `"bag"` or `"text"` if asked.

    ## Rewards
    `dense` by default, in [0, 1]: by the distance, about as much for each halving of it. `geo-r`,
    `geoguessr`, `pigeon`, `hierarchical`, `osv5m-geoscore` and others by name, or a callable of the
    facts. An answer that could not be read is paid the least.

    ## Starting State
    A function of (source, split, question, seed, number of the episode). Photographs are drawn at
    random, the wording apart from them; benchmarks play each photograph once, and the wordings take
    turns.

    ## Episode End
    Terminates with the answer, the first one. Never truncates.

    ## Arguments
    `image_size=448`, `reward="dense"`, `split="test"`, `source="places"`, `instruction`,
    `action="lonlat"`, `device="cpu"`, `max_episode_steps`, `expose="end"`, `level=None` (of cells:
    6, of scores 5), `question=None` (0 to 7: which wording), `success_km=200`. `difficulty` is
    taken and changes nothing: a photograph is as hard as it is.

    ## Metrics
    `success` (within `success_km` of the place, 200 included), `distance_km`, `distance_wgs84_km`,
    `acc_at_1km`, `acc_at_25km`, `acc_at_200km`, `acc_at_750km`, `acc_at_2500km`, `geo_score`,
    `continent_correct`, `country_correct`, `region_correct`, `city_correct`, `answer_read`,
    `precision_km` (how exactly the place is known, 0 where nothing is said of it: an accuracy
    within less says little), `reward_flagged`; of scores `area_to_truth_km2` and `recall_area`, as
    in VGeo. In words: `country` (of the place; None at sea), `truth` and `guess`, each with
    `lonlat` and `chain` (continent, country, region, city).

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "geo-photo"
    config_class: ClassVar[type[Config]] = GeoPhotoConfig
    config: GeoPhotoConfig

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.form = FORMS[self.config.action](self.config.cell_level)
        self.action_space = self.form.space()
        self.vocabulary, self.instruction_length = VOCABULARY, LENGTH
        self.source = shown_photographs(self.config)

    @property
    def default_reward(self) -> str:
        """What `dense` stands for here."""
        return "dense-earth"

    @property
    def stated(self) -> frozenset[str]:
        """The place and the answer."""
        return super().stated | GEO_FACTS

    @property
    def summary(self) -> Summary:
        """What was read of the photographs, and what was left out and why."""
        return self.source.summary

    @property
    def records(self) -> Sequence[str]:
        """Where each photograph stands."""
        return self.source.records

    def playable(self, records: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(k,) whether those photographs can be read."""
        return self.source.playable(records)

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """New episodes, one for each key."""
        return states.to(self.source.reset(keys, self.config.question), self.device)

    def reset_records(self, records: NDArray[np.int64]) -> State:
        """New episodes about those photographs."""
        asked = self.source.reset_records(records, self.config.question)
        return states.to(asked, self.device)

    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        """Answer."""
        read = torch.ones_like(state.answered) if unread is None else ~unread
        state.answer = torch.where(read[:, None], self.form.decode(action), state.answer)
        state.answered = torch.ones_like(state.answered)
        facts = place_facts(
            state.answer,
            state.place,
            read,
            state.chain,
            success_km=self.config.success_km,
            reads=self.reads,
        )
        return self.outcome(
            facts,
            terminated=state.answered.clone(),
            metrics=self._metrics(state, action, facts),
            picture_changed=torch.zeros_like(state.answered),
        )

    def in_words(self, facts: Facts) -> dict[str, Any]:
        """The country of the place, and the chains of the truth and of the guess."""
        return place_words(facts)

    def speech(self) -> Speech:
        """One guess."""
        return answer_speech(self.form, PHOTOGRAPH, nothing_more)

    def hints(self, facts: Facts) -> list[str]:
        """Whether an answer would have been right with its two numbers swapped."""
        if self.config.action != "lonlat":
            return []
        return latitude_first(facts, self.config.success_km)

    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        """The photograph."""
        if rows is None:
            rows = torch.arange(len(images), device=images.device)
        self.source.draw(state, images, rows)

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        """What is asked, in words."""
        return [VOCABULARY.decode(row) for row in state.tokens[rows].cpu().numpy()]

    def portrait(self, state: State) -> NDArray[np.uint8]:
        """The photograph, and the world with the place, the guess and the way between them."""
        images = torch.zeros(1, *self.picture_hw, 3, dtype=torch.uint8, device=self.device)
        self.draw(state, images)
        words = self.instructions(state, [0])[0]
        guess = state.answer[0] if state.answered[0] else None
        return viewer.portrait(images[0].cpu().numpy(), words, state.place[0], guess)

    def oracle(self, state: State) -> Tensor:
        """The answer that is nearest to the place."""
        return self.saying(state.place)

    def saying(self, lonlat: Tensor) -> Tensor:
        """The answers that are read as the nearest to places (B, 2)."""
        return self.form.encode(lonlat)

    def limits(self, state: State) -> Iterator[Limit]:
        """Of the photograph, the question and the answer."""
        yield from self.source.limits(state)
        yield Limit("tokens", 0, self.vocabulary_size - 1)
        low, high = (torch.tensor(bounds, device=self.device) for bounds in (LOWEST, HIGHEST))
        yield Limit("answer", low, high)

    def _metrics(self, state: State, action: Tensor, facts: Facts) -> dict[str, Tensor]:
        precision = self.source.precision_km.to(self.device)[state.photograph]
        metrics = {**place_metrics(facts), "precision_km": precision}
        shares = self.form.shares(action)
        if shares is not None:
            level = self.config.cell_level
            metrics |= set_metrics(shares, state.place, facts["format_ok"], level)
        return metrics
