"""How published rewards decide from text whether a place is named: the facts of `place_names`."""

import re
import unicodedata
from collections.abc import Iterable

_THEN_ANSWER = re.compile(r"</think>\s*<answer>")


def geovista_names(transcript: str, place: str) -> bool:
    """Whether GeoVista counts a place as named: all its words, in a row, in the last answer.

    Judged is what follows the last word "assistant". Both texts are reduced to ASCII, lower case,
    words and single blanks; that punctuation becomes a blank is vgym's reading.

    Args:
        transcript: the whole exchange, or the answer alone.
        place: the name of the city, province or country.

    Returns:
        False for a name without a Latin letter or digit, as published: it never matches.

    Source: code ekonwang/GeoVista at df32037, verl/utils/reward_score/search_agent.py.

    >>> geovista_names("assistant It is Zürich, Switzerland.", "Zurich")
    True
    >>> geovista_names("It is Yorkshire.", "York")
    False
    """
    name = _plain(place)
    answer = _plain(transcript.rsplit("assistant", 1)[-1])
    return bool(name) and f" {name} " in f" {answer} "


def globe_names_match(predicted: str, true: str) -> bool:
    """Whether GLOBE takes two names for one: the shorter is within the longer, and at least 0.7 of
    its length.

    Returns:
        False where either is empty.

    Source: code lingli1996/GLOBE at cfc439b, examples/train/grpo/globe/plugin.py.

    >>> globe_names_match("new york", "New York City"), globe_names_match("york", "New York")
    (False, False)
    >>> globe_names_match("Frankfurt", "Frankfurt am")
    True
    """
    shorter, longer = sorted((predicted.lower(), true.lower()), key=len)
    return bool(shorter) and shorter in longer and len(shorter) / len(longer) >= 0.7


def globe_format(completion: str) -> bool:
    """Whether a text is `<think>..</think>`, then `<answer>..</answer>`, and nothing else.

    Source: as `globe_names_match`.

    >>> globe_format("<think>Signs.</think> <answer>country: Peru</answer>")
    True
    """
    # The published pattern tries every end of a thought with every end of an answer.
    if not (completion.startswith("<think>") and completion.endswith("</answer>")):
        return False
    within = len("<think>"), len(completion) - len("</answer>")
    return _THEN_ANSWER.search(completion, *within) is not None


def globe_visual_match(reasoning: str, clues: Iterable[str]) -> float:
    """Share of the distinct true clues that occur in the reasoning, within longer words too.

    Args:
        reasoning: the text between the think tags.
        clues: what there is to see; upper and lower case are one.

    Returns:
        In [0, 1]; 0 without clues. Listing every object there is earns 1.

    Source: as `globe_names_match`.

    >>> globe_visual_match("A scarf near the palms.", ["car", "Palm", "palm", "sign"])
    0.6666666666666666
    """
    distinct = {clue.lower() for clue in clues}
    text = reasoning.lower()
    return sum(clue in text for clue in distinct) / len(distinct) if distinct else 0.0


def _plain(text: str) -> str:
    # Letter by letter: marks are dropped, and bringing many into order takes the square of them.
    plain = {ord(letter): unicodedata.normalize("NFKD", letter) for letter in set(text)}
    ascii_text = text.translate(plain).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^\w\s]", " ", ascii_text.lower()).split())
