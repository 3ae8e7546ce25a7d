"""Metrics of many answered places: distances, levels, sets of regions, wordings, groups."""
