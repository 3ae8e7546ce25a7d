"""A key of a server, which shows itself nowhere but in the header that it is sent in.

It is known by the environment variable that holds it: that name is what is printed, pickled and
copied, and where the value is read again.
"""

from __future__ import annotations

import logging
import os

OURS = "OPENAI_API_KEY"  # where a key is looked for that nobody named
HIDDEN = "***"
_SHORTEST = 6  # characters from which on a key is told from ordinary text
# Loggers of what carries requests, by openai with httpx 2, and with httpx before it.
_CARRIERS = tuple(
    f"{name}{part}"
    for name in ("httpcore2", "httpcore")
    for part in (".connection", ".http11", ".http2", ".proxy", ".socks")
)
LOGGERS = ("openai", "openai._base_client", "httpx2", "httpx", *_CARRIERS)


class Key:
    """The value of an environment variable.

    Args:
        variable: its name.

    Raises:
        ValueError: it is not set, or holds what no header can.

    >>> os.environ["MY_KEY"] = "sk-1234567"
    >>> Key("MY_KEY"), Key("MY_KEY").hidden("your key sk-1234567 is wrong")
    (Key('MY_KEY'), 'your key *** is wrong')
    """

    __slots__ = ("_value", "variable")

    def __init__(self, variable: str) -> None:
        value = os.environ.get(variable, "").strip()
        if not value:
            raise ValueError(f"there is no key in {variable}; set it: export {variable}=...")
        if not (value.isascii() and value.isprintable()) or " " in value:
            raise ValueError(f"what {variable} holds is no key: it has characters no header can")
        self.variable, self._value = variable, value

    def reveal(self) -> str:
        """The key itself, for the header."""
        return self._value

    def hidden(self, text: str) -> str:
        """The text without the key."""
        return text.replace(self._value, HIDDEN) if len(self._value) >= _SHORTEST else text

    def __repr__(self) -> str:
        return f"Key({self.variable!r})"

    def __reduce__(self) -> tuple[type[Key], tuple[str]]:
        return Key, (self.variable,)


class Hiding(logging.Filter):
    """Takes a key out of what the loggers of requests say: a server may send it back.

    Args:
        key: the key.
    """

    def __init__(self, key: Key) -> None:
        super().__init__()
        self._key = key

    def filter(self, record: logging.LogRecord) -> bool:
        """Always passes the record, without the key."""
        said = record.getMessage()
        if (without := self._key.hidden(said)) != said:
            record.msg, record.args = without, ()
        return True

    def put_on(self) -> None:
        """Begin."""
        for name in LOGGERS:
            logging.getLogger(name).addFilter(self)

    def take_off(self) -> None:
        """End."""
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(self)
