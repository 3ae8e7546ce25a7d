"""Rewards as published: one module a field; importing them registers the recipes by name."""

import vgym.rewards.published.changes
import vgym.rewards.published.detection
import vgym.rewards.published.driving
import vgym.rewards.published.earth
import vgym.rewards.published.edits
import vgym.rewards.published.evidence
import vgym.rewards.published.grounded_text
import vgym.rewards.published.gui_actions
import vgym.rewards.published.gui_boxes
import vgym.rewards.published.gui_groups
import vgym.rewards.published.gui_points
import vgym.rewards.published.mazes
import vgym.rewards.published.named_objects
import vgym.rewards.published.navigation
import vgym.rewards.published.navigation_team
import vgym.rewards.published.place_cells
import vgym.rewards.published.place_names
import vgym.rewards.published.puzzles
import vgym.rewards.published.referring
import vgym.rewards.published.rodents
import vgym.rewards.published.salience
import vgym.rewards.published.segmentation
import vgym.rewards.published.spans
import vgym.rewards.published.transit
import vgym.rewards.published.tubes
import vgym.rewards.published.video_claims
import vgym.rewards.published.vision_r1
import vgym.rewards.published.zoom_bonus
import vgym.rewards.published.zoom_curiosity
import vgym.rewards.published.zoom_pages
import vgym.rewards.published.zoom_search  # noqa: F401
from vgym.on_demand import modules_on_demand

modules_on_demand(__name__)
