"""VGui: one screen, one instruction, one click."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
