"""Embodied navigation: one robot or a team, seen in first person and from above."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
