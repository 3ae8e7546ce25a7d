"""vgym: Gymnasium environments that tie words to places, paid by batched spatial rewards.

Importing it registers every id; torch and numba load at the first ``make``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from vgym.registration import Family, register, register_all, unregister

if TYPE_CHECKING:
    from vgym import geometry as geometry
    from vgym import rewards as rewards
    from vgym.core.action_check import NoAnswer as NoAnswer
    from vgym.core.wrappers.sb3_vec_env import sb3_vec_env as sb3_vec_env

__version__ = "0.1.0"
__all__ = [
    "Family",
    "NoAnswer",
    "__version__",
    "geometry",
    "register",
    "rewards",
    "sb3_vec_env",
    "unregister",
]

# Names that pull in torch (or an extra): imported when first touched.
_LAZY = {
    "NoAnswer": ("vgym.core.action_check", "NoAnswer"),
    "geometry": ("vgym.geometry", None),
    "rewards": ("vgym.rewards", None),
    "sb3_vec_env": ("vgym.core.wrappers.sb3_vec_env", "sb3_vec_env"),
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'vgym' has no attribute {name!r}")
    module, attribute = _LAZY[name]
    value = importlib.import_module(module)
    return value if attribute is None else getattr(value, attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})


register_all()
