"""Embodied navigation: one robot or a team, seen in first person and from above."""
