"""VGuiWeb: pages in a real Chromium, one browser, one page for each environment."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
