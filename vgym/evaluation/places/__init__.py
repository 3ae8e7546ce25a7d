"""Metrics of many answered places: distances, levels, sets of regions, wordings, groups."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
