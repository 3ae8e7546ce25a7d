"""Files: folders in folders, found, named, moved and deleted."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
