"""Zoom-in search: find the small thing in a picture far larger than any eye of a model."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
