"""Made screens: windows, web pages and phones laid out by key, with every control's box known."""

from vgym.envs.gui.synthetic.pages import make_page

__all__ = ["make_page"]
