"""Screens and their controls, captured from web pages in Chromium."""

from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
