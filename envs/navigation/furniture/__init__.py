"""Every kind of furniture: what it is called, where it belongs, and its models to be drawn."""

from vgym.envs.navigation.furniture.catalogue import KIND_NUMBER, KINDS, Model, build
from vgym.envs.navigation.furniture.piece import Kind
from vgym.on_demand import modules_on_demand

__all__ = ["KINDS", "KIND_NUMBER", "Kind", "Model", "build"]

modules_on_demand(__name__)
