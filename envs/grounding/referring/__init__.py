"""Referring expressions: what a query denotes, which is asked of a scene, how it is put."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
