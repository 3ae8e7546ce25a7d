"""VGui: one screen, one instruction, one click."""
