"""vgym: Gymnasium environments that tie words to places, paid by batched spatial rewards.

Importing it registers every id; torch and numba load at the first ``make``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vgym.on_demand import modules_on_demand
from vgym.registration import Family, register, register_all, unregister
from vgym.row_threads import threads

if TYPE_CHECKING:
    from vgym import baselines as baselines
    from vgym import chat as chat
    from vgym import core as core
    from vgym import data as data
    from vgym import envs as envs
    from vgym import evaluation as evaluation
    from vgym import geometry as geometry
    from vgym import rewards as rewards
    from vgym.core.action_check import NoAnswer as NoAnswer
    from vgym.core.wrappers.sb3_policy import sb3_policy_kwargs as sb3_policy_kwargs
    from vgym.core.wrappers.sb3_vec_env import sb3_vec_env as sb3_vec_env

__version__ = "0.1.0"
__all__ = [
    "Family",
    "NoAnswer",
    "__version__",
    "baselines",
    "chat",
    "core",
    "data",
    "envs",
    "evaluation",
    "geometry",
    "register",
    "rewards",
    "sb3_policy_kwargs",
    "sb3_vec_env",
    "threads",
    "unregister",
]

# Names that pull in torch (or an extra), and every module: imported when first touched.
modules_on_demand(
    __name__,
    (
        "vgym.core.action_check:NoAnswer",
        "vgym.core.wrappers.sb3_policy:sb3_policy_kwargs",
        "vgym.core.wrappers.sb3_vec_env:sb3_vec_env",
    ),
)
register_all()
