"""Names in plain letters, as instructions spell them."""

from __future__ import annotations

import unicodedata

# What Unicode does not take apart.
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "\u0131": "i", "đ": "d", "Đ": "D", "ð": "d", "þ": "th"}
    | {"ß": "ss", "æ": "ae", "Æ": "Ae", "\u2019": "'", "\u2018": "'", "\u02bb": "'", "\u2013": "-"}
)


def plain_letters(text: str) -> str:
    """Text without accents.

    >>> plain_letters("Tromsø, São Luís")
    'Tromso, Sao Luis'
    """
    letters = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in letters if not unicodedata.combining(c))
