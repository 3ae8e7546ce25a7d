"""Settings: a tree of pages of switches, choices and sliders."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
