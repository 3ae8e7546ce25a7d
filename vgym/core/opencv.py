"""The one place that imports OpenCV, with help where a system library is missing."""

from __future__ import annotations

try:
    import cv2 as cv2
except ImportError as error:
    raise ImportError(
        f"OpenCV cannot be loaded ({error}). On Debian and Ubuntu `apt-get install libgl1 "
        "libglib2.0-0` brings what it needs; without root, replace the wheel by the headless one: "
        "`pip uninstall opencv-python && pip install opencv-python-headless`."
    ) from error

__all__ = ["cv2"]
