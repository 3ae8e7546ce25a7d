"""Settings: a tree of pages of switches, choices and sliders."""
