"""First-person pictures of worlds, equal on CPU and CUDA."""

from vgym.envs.navigation.render.drawing import render
from vgym.envs.navigation.render.scenes import (
    Scenes,
    Views,
    gap_of,
    scene_arrays,
    stack_worlds,
)
from vgym.on_demand import modules_on_demand

__all__ = ["Scenes", "Views", "gap_of", "render", "scene_arrays", "stack_worlds"]

modules_on_demand(__name__)
