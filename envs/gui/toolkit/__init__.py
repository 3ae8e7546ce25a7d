"""Interfaces as draw commands: canvas, themes, controls, frames, and the compiled painter."""
