"""Geolocation: where on Earth is this?"""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
