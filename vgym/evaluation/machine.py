"""On what a number was measured."""

from __future__ import annotations

import os
import platform
from functools import lru_cache
from importlib import metadata
from pathlib import Path

_OPENCV = ("opencv-python", "opencv-python-headless")  # either will do
_PACKAGES = ("vgym", "gymnasium", "numpy", "torch", "numba", "pillow", *_OPENCV)


@lru_cache(maxsize=1)
def machine() -> dict[str, str | int]:
    """Processor, cores and system; no names of hosts or users."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Versions of the packages that decide results and speed."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"
