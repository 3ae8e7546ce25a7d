"""How servers resize a picture before their model sees it, and the sizes that they leave alone.

A model that answers in pixels means pixels of the resized picture. So the client resizes first, to
a fixed point of the server's policy: a size that the server keeps. Limits are those of the
published configuration; a server may be started with others.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

from vgym.spelling import nearest

_MAX_RATIO = 200  # of the longer side to the shorter: qwen_vl_utils and transformers refuse more
_MOST_ROUNDS = 40


@dataclass(frozen=True)
class ResizePolicy:
    """A way to resize.

    Args:
        name: of the policy.
        way: which formula: a key of `WAYS`.
        factor: sides become multiples of it, pixels.
        min_pixels: the least area, pixels.
        max_pixels: the largest area, pixels.
        longest: the longest side, pixels; 0 for no limit.
        source: where it was read.
    """

    name: str
    way: str
    factor: int = 1
    min_pixels: int = 0
    max_pixels: int = 0
    longest: int = 0
    source: str = ""

    def resized(self, size_hw: tuple[int, int]) -> tuple[int, int]:
        """What the server makes of a picture of this size: (height, width), pixels.

        >>> policies()["qwen2.5-vl"].resized((800, 1280))
        (812, 1288)
        """
        return WAYS[self.way](self, *size_hw)

    def fixed_point(self, size_hw: tuple[int, int]) -> tuple[int, int]:
        """A size near this one's that the server keeps: (height, width), pixels.

        Raises:
            ValueError: the policy is unknown, or refuses so long a picture.
        """
        return _fixed_point(self, size_hw)


@functools.lru_cache(4096)
def _fixed_point(policy: ResizePolicy, size_hw: tuple[int, int]) -> tuple[int, int]:
    size = policy.resized(size_hw)
    for _ in range(_MOST_ROUNDS):
        again = policy.resized(size)
        if again == size:
            return size
        size = again
    raise ValueError(f"policy {policy.name!r} keeps no size near {size_hw}; give another one")


def policies() -> dict[str, ResizePolicy]:
    """The policies by name."""
    return {each.name: each for each in _POLICIES}


def policy(name: str) -> ResizePolicy:
    """The policy of this name.

    Raises:
        ValueError: there is none.

    >>> policy("qwen3-vl").factor
    32
    """
    found = policies().get(name)
    if found is None:
        near = nearest(name, policies())
        guess = f"; did you mean {near[0]!r}?" if near else ";"
        raise ValueError(f"unknown resize policy {name!r}{guess} valid are {', '.join(policies())}")
    return found


def _kept(policy: ResizePolicy, height: int, width: int) -> tuple[int, int]:
    return height, width


def _unknown(policy: ResizePolicy, height: int, width: int) -> tuple[int, int]:
    raise ValueError(
        "how the server resizes pictures is unknown, and the dialect is in pixels of what it "
        f"makes of them; give resize= as one of {', '.join(policies())}"
    )


def _to_multiples(policy: ResizePolicy, height: int, width: int, count: int = 1) -> tuple[int, int]:
    """Qwen's smart_resize: sides to the nearest multiple, the area between limits; ``count`` is how
    many times the server counts the picture against them."""
    if max(height, width) > _MAX_RATIO * min(height, width):
        raise ValueError(
            f"a picture of {width} by {height} is longer than {_MAX_RATIO} to 1, which the server "
            "refuses; crop it"
        )
    factor = policy.factor
    sides = [max(factor, round(side / factor) * factor) for side in (height, width)]
    area = count * sides[0] * sides[1]
    if area > policy.max_pixels:
        shrink = math.sqrt(count * height * width / policy.max_pixels)
        sides = [
            max(factor, math.floor(side / shrink / factor) * factor) for side in (height, width)
        ]
    elif area < policy.min_pixels:
        grow = math.sqrt(policy.min_pixels / (count * height * width))
        sides = [math.ceil(side * grow / factor) * factor for side in (height, width)]
    return sides[0], sides[1]


def _to_multiples_twice(policy: ResizePolicy, height: int, width: int) -> tuple[int, int]:
    """GLM's: a picture counts as two frames of a film, and small sides are first enlarged."""
    if min(height, width) < policy.factor:
        scale = max(policy.factor / height, policy.factor / width)
        height, width = int(height * scale), int(width * scale)
    return _to_multiples(policy, height, width, 2)


def _to_area(policy: ResizePolicy, height: int, width: int) -> tuple[int, int]:
    """Gemma 4's: the largest multiples within the area, small pictures enlarged."""
    scale = math.sqrt(policy.max_pixels / (height * width))
    factor = policy.factor
    longest = policy.max_pixels // factor
    high, wide = (math.floor(side * scale / factor) * factor for side in (height, width))
    if not high:
        return factor, min(width // height * factor, longest)
    if not wide:
        return min(height // width * factor, longest), factor
    return high, wide


def _within(policy: ResizePolicy, height: int, width: int) -> tuple[int, int]:
    """Shrunk, aspect kept, until it fits the longest side and the area; never enlarged."""
    scale = 1.0
    if policy.longest:
        scale = min(scale, policy.longest / max(height, width))
    if policy.max_pixels:
        scale = min(scale, math.sqrt(policy.max_pixels / (height * width)))
    if scale == 1.0:
        return height, width
    return max(1, int(height * scale)), max(1, int(width * scale))


WAYS: dict[str, Callable[[ResizePolicy, int, int], tuple[int, int]]] = {
    "kept": _kept,
    "unknown": _unknown,
    "multiples": _to_multiples,
    "multiples-twice": _to_multiples_twice,
    "area": _to_area,
    "within": _within,
}

_QWEN = "qwen-vl-utils 0.0.14, vision_process.py; preprocessor_config.json of the models"
_POLICIES = (
    ResizePolicy("none", "kept"),
    ResizePolicy("unknown", "unknown"),
    ResizePolicy("qwen2.5-vl", "multiples", 28, 56 * 56, 16384 * 28 * 28, source=_QWEN),
    ResizePolicy(
        "qwen2-vl-defaults",
        "multiples",
        28,
        56 * 56,
        1280 * 28 * 28,
        source="transformers 5.24, image_processing_qwen2_vl.py: defaults of the class",
    ),
    ResizePolicy("qwen3-vl", "multiples", 32, 4 * 32 * 32, 16384 * 32 * 32, source=_QWEN),
    ResizePolicy(
        "ui-tars",
        "multiples",
        28,
        100 * 28 * 28,
        16384 * 28 * 28,
        source="ui-tars 0.5.1, action_parser.py",
    ),
    ResizePolicy(
        "holo1.5",
        "multiples",
        28,
        56 * 56,
        2560 * 1440,
        source="ScreenSpot-Pro-GUI-Grounding, models/holo1_5.py",
    ),
    ResizePolicy(
        "glm-v",
        "multiples-twice",
        28,
        112 * 112,
        15000 * 28 * 28,
        source="transformers 5.24, image_processing_glm4v.py",
    ),
    ResizePolicy(
        "gemma-4",
        "area",
        48,
        max_pixels=280 * 48 * 48,
        source="transformers 5.24, image_processing_gemma4.py: 280 tokens",
    ),
    ResizePolicy(
        "anthropic",
        "within",
        max_pixels=1_150_000,
        longest=1568,
        source="platform.claude.com, docs/build-with-claude/vision",
    ),
    ResizePolicy(
        "openai",
        "within",
        max_pixels=10_240_000,
        source='OpenAI models 5.4 and later, detail "original"',
    ),
)
