"""Which Chromium is driven, with which flags, and what to say where there is none."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from pathlib import Path

from vgym.data.capture.lock import lock_flags

VARIABLE = "VGYM_CHROMIUM"
INSTALL = (
    'To install it:  pip install "vgym[web]"  and  apt install chromium  (or any Chromium or '
    f"Chrome; {VARIABLE}=/path/to/it names one that is not on the PATH)."
)
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_OPENERS = ("xdg-email", "xdg-open")
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)


class BrowserError(RuntimeError):
    """There is no browser, or it does not start, or a page cannot be brought to work in it."""


def find_chromium() -> str | None:
    """The browser to start: a path, or None for the one that Playwright downloaded, if it did.

    Raises:
        BrowserError: VGYM_CHROMIUM names no file that can be run.
    """
    named = os.environ.get(VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise BrowserError(f"{VARIABLE}={named!r} is no program that can be run. {INSTALL}")
        return found
    for name in _NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    return None


def check_installed(path: str | None, downloaded: str) -> None:
    """Refuse to start what is not there.

    Args:
        path: what ``find_chromium`` gave. downloaded: where Playwright keeps its own.

    Raises:
        BrowserError: neither is there; says how to install it.
    """
    if path is None and not Path(downloaded).exists():
        tried = ", ".join(_NAMES)
        raise BrowserError(f"no Chromium was found (looked for {tried} on the PATH). {INSTALL}")


def flags(allow_remote: bool) -> list[str]:
    """The command line of the browser, less what Playwright adds itself."""
    return [*_FLAGS, *lock_flags(allow_remote)]


def surroundings() -> dict[str, str]:
    """The browser's environment variables: ours, but its programs for other addresses do nothing.

    For an address that is a mail to somebody, a browser without a window starts a mail program and
    asks nobody. Where programs are not found by a ``PATH`` (macOS, Windows), that stays so.
    """
    if (folder := _idle_programs()) is None:
        return dict(os.environ)
    return {**os.environ, "PATH": os.pathsep.join((folder, os.environ.get("PATH", os.defpath)))}


@functools.cache
def _idle_programs() -> str | None:
    idle = shutil.which("true")
    if idle is None:
        return None
    folder, owner = tempfile.mkdtemp(prefix="vgym-idle-"), os.getpid()
    for name in _OPENERS:
        os.symlink(idle, os.path.join(folder, name))

    @atexit.register
    def _tidy() -> None:
        if os.getpid() == owner:  # a forked child that ends takes it from nobody
            shutil.rmtree(folder, ignore_errors=True)

    return folder


def may_sandbox() -> bool:
    """Chromium refuses to sandbox what root starts."""
    return not (hasattr(os, "geteuid") and os.geteuid() == 0)
