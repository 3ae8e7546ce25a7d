"""Interfaces as draw commands: canvas, themes, controls, frames, and the compiled painter."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
