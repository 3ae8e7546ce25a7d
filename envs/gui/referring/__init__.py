"""Referring expressions: instructions that mean one control of a page."""
