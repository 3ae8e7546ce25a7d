"""Made screens: windows, web pages and phones laid out by key, with every control's box known."""

from vgym.envs.gui.synthetic.pages import make_page
from vgym.on_demand import modules_on_demand

__all__ = ["make_page"]

modules_on_demand(__name__)
