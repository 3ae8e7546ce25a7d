"""Grounding: a phrase names something in a picture; answer with its box, a point or boxes."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
