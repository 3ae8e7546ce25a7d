"""A stack of pages of documentation: search, open a page, look closer, answer."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
