"""What pages are filed under: names of files that tell every two pages apart.

A name holds letters of any script, digits and ``_ - .``, and ``+`` for the folders that a page lies
in. Where that is all that the page's own name holds, it is its name; else the rest is left out, and
a mark of the whole own name follows ``~``, which no other name holds. So a name depends on nothing
but its page, the same in every run.
"""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import PurePath
from urllib.parse import SplitResult, unquote

from vgym.data.capture.look import Look

_KEPT = "_-.+"
_MAX_BYTES = 150  # file systems take 255, and the look of the picture follows
_MARK = 10


def name_of(own: str) -> str:
    """The name for something with a name of its own.

    >>> name_of("docs/first page"), name_of("docs/first-page"), name_of("首页")
    ('docs+first-page~15ae83d969', 'docs+first-page', '首页')
    """
    text = unicodedata.normalize("NFC", own.replace("+", " ").replace("/", "+"))
    kept = (c if c in _KEPT or unicodedata.category(c)[0] in "LMN" else " " for c in text)
    plain = "-".join("".join(kept).split()).strip("-.")
    plain = plain.encode()[:_MAX_BYTES].decode(errors="ignore")
    if plain and plain.replace("+", "/") == own:
        return plain
    mark = hashlib.sha256(own.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK]
    return f"{plain or 'page'}~{mark}"


def check_name(name: str) -> None:
    """Refuse what cannot be a folder of pictures as it stands.

    Raises:
        ValueError: it is no name; offers one that is.
    """
    near = name_of(name)
    if near != name:
        near = near.partition("~")[0].replace("+", "-").strip("-.") or "page"
        raise ValueError(
            f"name={name!r:.80} is to hold letters, digits and _ - . alone, of at most "
            f"{_MAX_BYTES} bytes, as it names a folder; {near!r} would do"
        )


def page_in(file: PurePath, folder: PurePath) -> str:
    """What the HTML file of a folder is filed under: its path there, without ``.html``."""
    return name_of(file.relative_to(folder).as_posix().removesuffix(".html"))


def site_of(parts: SplitResult) -> str:
    """What the pages of a server are filed under: its host, and its port unless that is 80."""
    port = parts.port if parts.port is not None else 443 if parts.scheme == "https" else 80
    return name_of(parts.hostname or "page") + (f".{port}" if port != 80 else "")


def page_at(parts: SplitResult) -> str:
    """What the page at an address is filed under; the page of a folder is its ``index.html``."""
    path = unquote(parts.path).removeprefix("/")
    path += "index.html" if path == "" or path.endswith("/") else ""
    path += f"?{parts.query}" if parts.query else ""
    return name_of(path + (f"#{parts.fragment}" if parts.fragment else ""))


def picture_of(page: str, look: Look, scroll: int) -> str:
    """The file of a picture: of which page, how it was shown, and how many screens down."""
    end = "~" if page.endswith("-phone") else ""  # a phone shows page "a", and a desk "a-phone"
    return f"{page}{end}-{look}{f'-down{scroll}' if scroll else ''}.webp"
