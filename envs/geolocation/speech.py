"""What a language model is told of places on Earth, and how its calls become actions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vgym.core.speech import Call, Moment, Parameter, Speech, Tool, Unusable
from vgym.core.spoken import Spoken
from vgym.data import earth
from vgym.envs.geolocation.answers import AnswerForm, read_answer
from vgym.envs.geolocation.moves import GUESS, LAYER, LOOK, LOOKUP, MOVES, ZOOM, Move, MoveForm
from vgym.envs.geolocation.types import FOUND, LOOKS, GeoConfig

PHOTOGRAPH = (
    "You will be shown a photograph and asked where on Earth it was taken. Answer with latitude "
    "and longitude in degrees, as exactly as you can: the nearer, the better. A guess is better "
    "than no answer."
)
_VIEW = (
    "You will be shown a view of the Earth from above, turned and tilted, without any names, and "
    "with a cross on one place. Say where on Earth the cross is, as latitude and longitude in "
    "degrees, as exactly as you can: the nearer, the better. "
)
_ONCE = "You have one guess, and a guess is better than no answer."
_TURNS = (
    "Before you guess you may look around, change the map, and look places up by their names to "
    "learn where they lie. The guess ends the task; if you run out of turns without one, you earn "
    "nothing."
)
_DEGREES = {
    "latitude": Parameter("number", "degrees, north is positive", low=-90, high=90),
    "longitude": Parameter("number", "degrees, east is positive", low=-180, high=180),
}
_SIDES = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")

Encode = Callable[[Tensor], Any]


def answer_speech(form: AnswerForm, brief: str, told: Callable[[Moment], str]) -> Speech:
    """One guess.

    Args:
        form: of answers. brief: what is shown. told: what is told beside it.
    """
    space = form.space()

    def action(lonlat: Tensor) -> Any:
        said = form.encode(lonlat)[0].numpy()
        return space.written(said) if isinstance(space, Spoken) else said

    def said(action: Any, moment: Moment) -> Call:
        read = space.heard(action) if isinstance(space, Spoken) else action
        lonlat = form.decode(torch.as_tensor(np.asarray(read))[None])
        return _guess_call(lonlat)

    return Speech(brief, (_guess(action),), said, told=told, words=_in_words(action), turns=1)


def one_guess(form: AnswerForm, config: GeoConfig) -> Speech:
    """VGeo in one turn."""
    return answer_speech(form, _VIEW + _ONCE, lambda moment: _seen(moment, config))


def turns_speech(form: MoveForm, config: GeoConfig) -> Speech:
    """VGeo in several turns."""

    def guess(lonlat: Tensor) -> Any:
        return form.guessing(lonlat)[0].numpy()

    def look(given: Mapping[str, Any], moment: Moment) -> Any:
        wide = 1 / given["zoom"]
        return form.looking(given["point"], wide, given["turn"])

    def layer(given: Mapping[str, Any], moment: Moment) -> Any:
        return form.numbered(LAYER, LOOKS.index(given["map"]), len(LOOKS))

    def lookup(given: Mapping[str, Any], moment: Moment) -> Any:
        number = int(earth.gazetteer().named(given["name"])[0])
        if number < 0:
            raise Unusable(f"no place is called {given['name']!r:.60}")
        return form.numbered(LOOKUP, number, form.names)

    def said(action: Any, moment: Moment) -> Call:
        return _call(form.decode(torch.as_tensor(np.asarray(action))[None]))

    tools = (
        Tool(
            "look",
            "Moves the view so that a point of it becomes the middle, perhaps closer, or turned.",
            look,
            {
                "point": Parameter("point", "the new middle"),
                "zoom": Parameter(
                    "number",
                    "how many times closer; below 1 means further away",
                    low=1 / ZOOM,
                    high=ZOOM,
                    default=1.0,
                ),
                "turn": Parameter(
                    "number", "degrees to turn clockwise", low=-180, high=180, default=0.0
                ),
            },
        ),
        Tool(
            "change_map",
            "Shows the same view in another map.",
            layer,
            {"map": Parameter("choice", "which map", choices=tuple(LOOKS))},
        ),
        Tool(
            "lookup",
            f"Looks a name up in the gazetteer and tells where up to {FOUND} places of that name "
            "lie, the most populous first.",
            lookup,
            {
                "name": Parameter(
                    "text", 'of a town, region, country, river, ..., as "Lyon, France"'
                )
            },
        ),
        _guess(guess),
    )
    return Speech(
        _VIEW + _TURNS, tools, said, told=lambda m: _seen(m, config), words=_in_words(guess)
    )


def _guess(action: Encode) -> Tool:
    def act(given: Mapping[str, Any], moment: Moment) -> Any:
        return action(torch.tensor([[given["longitude"], given["latitude"]]], dtype=torch.float64))

    return Tool("guess", "Says where the place is, and ends the task.", act, _DEGREES)


def _in_words(action: Encode) -> Callable[[str, Moment], Any]:
    """Coordinates in words, or a name, for a guess."""

    def words(text: str, moment: Moment) -> Any:
        read = read_answer(text)
        if isinstance(read, str):
            raise Unusable(read)
        return action(torch.from_numpy(read)[None])

    return words


def _guess_call(lonlat: Tensor) -> Call:
    longitude, latitude = lonlat[0].tolist()
    return Call("guess", {"latitude": latitude, "longitude": longitude})


def _call(move: Move) -> Call:
    """A move of one row as a call."""
    kind = int(move.kind[0])
    if kind == GUESS:
        return _guess_call(move.lonlat)
    if kind == LAYER:
        return Call("change_map", {"map": LOOKS[int(move.layer[0])]})
    if kind == LOOKUP:
        return Call("lookup", {"name": str(earth.gazetteer().name[int(move.name[0])])})
    assert MOVES[kind] == MOVES[LOOK]
    point = tuple(move.point[0].tolist())
    zoom, turn = 1 / float(move.zoom[0]), float(move.turn_deg[0])
    return Call("look", {"point": point, "zoom": zoom, "turn": turn})


def _seen(moment: Moment, config: GeoConfig) -> str:
    """Which map it is, where north is, how many turns are left, and what was found."""
    seen = moment.observation
    lines = [f"The map shows {_MAPS[earth.LAYERS[int(np.argmax(seen['layer']))]]}."]
    if "compass" in seen:
        sine, cosine = seen["compass"].tolist()
        bearing = math.degrees(math.atan2(sine, cosine)) % 360
        side = _SIDES[round(bearing / 45) % 8]
        lines[0] += f" Its upper edge faces {side} (a bearing of {bearing:.0f} degrees)."
    if "turns" in seen:
        left = round(float(seen["turns"][0]) * config.max_episode_steps)
        turns = "turn is" if left == 1 else "turns are"
        lines.append(f"{left} {turns} left, the guess included.")
        found = np.asarray(seen["found"]).reshape(FOUND, 3)
        places = [f"{lat:.3f}, {lon:.3f}" for lon, lat, there in found.tolist() if there]
        if places:
            lines.append(f"The last lookup found, as latitude, longitude: {'; '.join(places)}.")
    return "\n".join(lines)


_MAPS = {
    "day": "the land by daylight, with clouds",
    "relief": "heights and depths",
    "night": "the lights of the night",
    "political": "countries",
}
