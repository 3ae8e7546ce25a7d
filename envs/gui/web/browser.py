"""One Chromium for the process, which the environments share and count themselves in and out of.

The last one out closes it. Pages are kept apart all the same: each lives in a context, and so in a
renderer process, of its own, so that one which hangs or crashes takes no other with it.
"""

from __future__ import annotations

import atexit
import os
import threading

from vgym.data.capture.chromium import flags
from vgym.data.capture.driver import Browser

# On top of what every page is shown with, as each step of a page that is played is a picture.
_PLAYED = (
    "--disable-smooth-scrolling",  # a wheel step is over when it is acknowledged
    "--disable-frame-rate-limit",  # a picture need not wait for a screen's next frame
    "--disable-gpu-vsync",
    "--disable-checker-imaging",  # no picture before its images are decoded
    "--disable-partial-raster",  # edges come out the same whatever was drawn before
)

_browsers: dict[tuple[int, bool], Browser] = {}
_registry = threading.Lock()


def acquire(allow_remote: bool) -> Browser:
    """The process's browser, started at the first page; give it back with :func:`release`.

    Args:
        allow_remote: whether its pages may load from other machines.
    """
    with _registry:
        # A forked child has the browser's object without its thread, and starts one of its own.
        key = (os.getpid(), allow_remote)
        if key not in _browsers:
            _browsers[key] = Browser([*flags(allow_remote), *_PLAYED], allow_remote=allow_remote)
        _browsers[key].users += 1
        return _browsers[key]


def release(browser: Browser) -> None:
    """Count one user out; the last one closes it."""
    with _registry:
        browser.users -= 1
        if browser.users > 0:
            return
        for key in [key for key, known in _browsers.items() if known is browser]:
            del _browsers[key]
    browser.close()


@atexit.register
def _close_all() -> None:
    """No browser outlives the program, whether or not its environments were closed."""
    for (process, _), browser in list(_browsers.items()):
        if process == os.getpid():
            browser.close()
    _browsers.clear()
