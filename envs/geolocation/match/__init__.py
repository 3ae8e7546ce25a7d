"""A picture from above and a map in which it is to be found, to metres."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
