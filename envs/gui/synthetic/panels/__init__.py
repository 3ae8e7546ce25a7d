"""What fills a page: lists, forms, grids, keys; each draws itself in a box."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
