"""How models write places and calls of tools: a row of data each, a reader for each syntax."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
