"""Pages of music on a desk, with a box for every sign."""

from vgym.envs.zoom.sources.scores.source import ScoresSource as ScoresSource
