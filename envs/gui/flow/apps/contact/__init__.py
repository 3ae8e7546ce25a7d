"""Contact: forms of a web site, for a message and for a newsletter."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
