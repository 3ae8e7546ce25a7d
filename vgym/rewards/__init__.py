"""Floor 2: from facts about an answer to a value and its named terms; the recipes by name."""

import vgym.rewards.own
import vgym.rewards.published  # noqa: F401
from vgym.on_demand import modules_on_demand
from vgym.rewards.recipes import as_reward, recipe, recipes, recipes_for
from vgym.rewards.reward import Reward, Score
from vgym.rewards.score import score

__all__ = ["Reward", "Score", "as_reward", "recipe", "recipes", "recipes_for", "score"]

modules_on_demand(__name__)
