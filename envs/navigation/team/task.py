"""The team task: several robots, one team a row, on the loop that every task runs on."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.config import Config
from vgym.core.keys import stream
from vgym.core.speech import Speech
from vgym.core.task import Facts, Limit, Outcome, Picture, Task
from vgym.core.text import Vocabulary
from vgym.envs.navigation.limits import (
    counts,
    in_place,
    lengths,
    pose_limits,
    refuse_unless_standing,
)
from vgym.envs.navigation.render.texture_bank import texels_on
from vgym.envs.navigation.team.credit import Leg, credit
from vgym.envs.navigation.team.drawing import Parts, draw_views, from_above
from vgym.envs.navigation.team.episodes import Episodes, targets
from vgym.envs.navigation.team.oracle import next_actions
from vgym.envs.navigation.team.robots import Team
from vgym.envs.navigation.team.rules import held_at, move, open_doors, standing, take
from vgym.envs.navigation.team.speech import team_speech
from vgym.envs.navigation.team.types import (
    ACTIONS,
    INTERACT,
    TASKS,
    WAIT,
    TeamConfig,
    TeamState,
)
from vgym.rewards import Score

_LENGTH = 12  # tokens
_FAR = np.float32(1e4)
_ROUNDING = 1e-4  # of a sum of shares

# What every step of a robot states, beside `success` and `format_ok`; where its target stays the
# same all along, its distances too.
ROBOT_FACTS = frozenset(
    {"invalid_action", "actions_executed", "steps", "max_steps", "collisions", "robot_progress"}
    | {"episode_over", "had_part"}
)
WAY_FACTS = frozenset(
    {"distance_before_m", "distance_after_m", "best_distance_m", "start_distance_m"}
    | {"path_length_m", "shortest_path_m"}
)


class TeamTask(Task[TeamState]):
    """## Description
    Two to eight robots of different kinds in one home, with one task. By PettingZoo:
    `vgym.envs.navigation.team_v0` makes it, one team or a native batch.

    | task | what the team does |
    | --- | --- |
    | `meet` | all come to one pole |
    | `cover` | one robot at each of as many poles |
    | `carry` | two take a plank by `interact`, and bring it to the pole without letting go |
    | `open` | every door is closed, and only some can open: all come to the pole |
    | `fetch` | find the teddy, take it by `interact`, bring it to the pole |

    The kinds are wheeled, small, tall and drone: they differ in size, speed, height and width of
    view, and in whether they can open doors and carry. Robots that would overlap stay where they
    are.

    ## Action Space
    Of each robot `Discrete(5)`: 0 wait, 1 forward, 2 turn left, 3 turn right, 4 interact.

    ## Observation Space
    Of each robot a `Dict` of `image`, its own picture, in which it sees the others, the poles and
    the thing; `instruction`; and `goal`: metres to its target as the crow flies, cosine and sine of
    its direction (in `fetch` zeros until the teddy has been taken).

    ## Rewards
    `1 - team_share` of what a robot earns itself, and `team_share` of the team's mean. `dense` by
    default: half for the work that it does, half for the team's success, if that needed it; at
    most 1 an episode. In `meet`, `cover` and `open` all are needed, and the work of each is its
    own way to within reach of its pole. In `carry` and `fetch` the work is the team's: half that
    those it takes come to the thing, half that they bring it. Each metre is paid once, to who goes
    it beyond the nearest so far, so that the work of all robots adds up to at most 1, and success
    needs those who have the thing in hand. Any recipe pays each robot that reads what each states:
    `sparse`, and where the target stays the same (`meet`, `cover`, `open`) `habitat`, `spl` and
    others of walks.

    ## Starting State
    A function of (task, robots, kinds, difficulty, rooms, worlds, split, seed, number of the
    episode). Robots start beyond the reach of a common pole, where the place has such a point.

    ## Episode End
    Terminates, for all at once, with success. Truncates after `max_cycles`.

    ## Arguments
    `robots=4`, `task="meet"`, `kinds` (of each robot; by default what suits the task),
    `image_size=64`, `reward="dense"`, `team_share=0.5`, `difficulty=0.5`, `rooms`, `worlds=64`,
    `split="train"`, `instruction`, `device="cpu"`, `max_cycles=400`, `expose="end"`.

    ## Metrics
    `success`; of each robot `progress` (work done), `collisions`, `distance` (metres to its
    target along the shortest path), `reward_flagged`. `progress` and `distance` come with the end
    of the episode, or at every step with `expose="truth"`; the others at every step.

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "team"
    config_class: ClassVar[type[Config]] = TeamConfig
    config: TeamConfig
    told = frozenset({"collisions"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        config = self.config
        self.team = Team(config.team, self.device)
        self.agents = self.team.names
        robots = len(self.team)
        self.action_space = spaces.MultiDiscrete([ACTIONS] * robots)
        self.sensors = MappingProxyType(
            {
                "goal": spaces.Box(
                    np.tile(np.array([0, -1, -1], np.float32), (robots, 1)),
                    np.tile(np.array([_FAR, 1, 1], np.float32), (robots, 1)),
                )
            }
        )
        self.episodes = Episodes(config, self.team, self.device)
        self.pool = self.episodes.pool
        self.parts = Parts(config.rules, self.team, self.device)
        self._texels = texels_on(self.device, config.split)
        words = {w for r in TASKS.values() for w in r.words.replace(".", " .").split()}
        self.vocabulary = Vocabulary(sorted(words))
        self.instruction_length = _LENGTH
        tokens = self.vocabulary.encode(config.rules.words, _LENGTH)
        self._tokens = torch.from_numpy(tokens).to(self.device)

    @property
    def default_reward(self) -> str:
        """What `dense` stands for here."""
        return "dense-team"

    @property
    def stated(self) -> frozenset[str]:
        """Of each robot; `success` is the team's."""
        ways = frozenset() if self.config.rules.hands else WAY_FACTS
        return super().stated | ROBOT_FACTS | ways

    @property
    def salt(self) -> np.uint64:
        """Its task, split and kinds of robots."""
        config = self.config
        return stream(f"team/{config.mission}/{config.split}/{config.team}")

    @property
    def pictures(self) -> dict[str, Picture]:
        """One of each robot."""
        return {"image": Picture((len(self.team), *self.picture_hw, 3), self.draw)}

    def reset(self, keys: NDArray[np.uint64]) -> TeamState:
        """New episodes, one for each key."""
        return self.episodes.sample(keys)

    def place(self, state: TeamState, pose: Tensor) -> Tensor:
        """Put the robots elsewhere and begin their ways there, in place; where one cannot stand,
        nothing changes.

        Args:
            state: of B rows. pose: (B, R, 3) float32 x, y in metres, and yaw.

        Returns:
            (B, R) bool: who can stand there.
        """
        before, state.pose = state.pose, pose.to(self.device)
        fits = standing(self.pool, self.episodes.slots_of(state), self.team, state)
        if fits.all():
            self.episodes.measure(state)
        else:
            state.pose = before
        return fits

    def step(self, state: TeamState, action: Tensor, unread: Tensor | None = None) -> Outcome:
        """Move all robots at once; who has no answer waits."""
        if unread is not None:
            action = torch.where(unread, WAIT, action)
        rules, pool = self.config.rules, self.pool
        pose, closed, collisions = state.pose, state.closed, state.collisions
        slot, pressed = self.episodes.slots_of(state), action == INTERACT
        moved = move(pool, slot, self.team, state, action)
        open_doors(pool.door_xy[slot], self.team, state, pressed)
        state.steps = state.steps + 1
        before, best, leg = state.distance, state.best, state.leg
        state.distance = torch.where(moved, self._distance(state), before)
        begun = Leg(best, state.worker, state.phase)
        state.best = torch.minimum(best, state.distance)
        taken = torch.zeros_like(state.steps, dtype=torch.bool)
        if rules.hands:
            lying = self.episodes.xy_of(state, state.thing)
            taken = take(rules, self.team, state, lying, pressed)
        if taken.any():
            state.distance = torch.where(taken[:, None], self._distance(state), state.distance)
        success, limit = self._solved(state), self.config.max_episode_steps
        share = credit(rules, state, begun, taken, success)
        state.progress = state.progress + share
        state.best = torch.where(taken[:, None], state.distance, state.best)
        state.leg = torch.where(taken[:, None], state.distance, state.leg)
        missing = torch.zeros_like(moved) if unread is None else unread
        facts = {
            "success": success,
            "episode_over": success | (state.steps >= limit),
            "format_ok": ~missing,
            "invalid_action": missing.clone(),
            "actions_executed": (~missing & (state.collisions == collisions)).long(),
            "steps": state.steps.clone(),
            "max_steps": torch.full_like(state.steps, limit),
            "collisions": state.collisions.clone(),
            "robot_progress": share,
            "had_part": self._had_part(state),
        }
        if not rules.hands:
            facts |= {
                "distance_before_m": before,
                "distance_after_m": state.distance.clone(),
                "best_distance_m": best,
                "start_distance_m": leg.clone(),
                "path_length_m": state.path_length.clone(),
                "shortest_path_m": leg.clone(),
            }
        seen = (state.pose != pose).any(2).any(1) | (state.closed != closed).any(1) | taken
        return self.outcome(
            facts,
            terminated=success,
            metrics={
                "progress": state.progress.clone(),
                "collisions": state.collisions.float(),
                "distance": state.distance.clone(),
            },
            picture_changed=seen,
        )

    def pay(self, facts: Facts) -> Score:
        """The recipe pays every robot as if it were a row; then the team shares."""
        shape = facts["robot_progress"].shape
        rows = {
            name: (fact if fact.dim() == 2 else fact[:, None].expand(shape)).reshape(-1)
            for name, fact in facts.items()
        }
        rows["success"] = rows["success"] & rows["had_part"]
        score = self.reward(rows)
        own, mixed = score.value.reshape(shape), self.config.team_share
        return Score(
            (1 - mixed) * own + mixed * own.mean(1, keepdim=True),
            {name: term.reshape(shape) for name, term in score.terms.items()},
            score.flagged.reshape(shape),
        )

    def limits(self, state: TeamState) -> Iterator[Limit]:
        """Of the place and its points, and of where the robots are."""
        yield Limit("world", 0, self.pool.count - 1)
        slot = self.episodes.slots_of(state)
        last = [len(self.episodes.points(s)) - 1 for s in slot.tolist()]
        points = torch.tensor(last, device=self.device)
        yield Limit("goals", 0, points[:, None])
        yield Limit("thing", 0, points)
        yield pose_limits("pose", in_place(self.pool, slot)[:, None])
        batch, robots = state.pose.shape[:2]
        refuse_unless_standing(
            "pose",
            self.pool,
            slot.repeat_interleave(robots),
            state.pose[..., :2].reshape(-1, 2),
            self.team.radius_index.repeat(batch),
        )
        yield Limit("phase", 0, 1)
        yield Limit("progress", 0, 1 + _ROUNDING)
        yield from counts("blocked", "collisions", "steps")
        yield from lengths("distance", "best", "leg", "path_length")

    def draw(self, state: TeamState, images: Tensor, rows: Tensor | None = None) -> None:
        """What each robot sees: ``images`` (B, R, H, W, 3)."""
        geometry = self.parts.geometry(state, self._poles(state), self._thing(state))
        slot = self.episodes.slots_of(state)
        draw_views(
            self.pool, self._texels, self.team, self.parts, state, slot, geometry, images, rows
        )

    def sense(self, state: TeamState) -> dict[str, Tensor]:
        """`goal`: metres to the target as the crow flies, cosine and sine of its direction; zeros
        while nobody is told where the thing lies."""
        apart = self.episodes.xy_of(state, targets(state)) - state.pose[..., :2]
        gap = apart.square().sum(-1).sqrt()
        angle = torch.atan2(apart[..., 1], apart[..., 0]) - state.pose[..., 2]
        sensed = torch.stack((gap, angle.cos(), angle.sin()), -1)
        if not self.config.rules.told:
            sensed = torch.where((state.phase > 0)[:, None, None], sensed, 0.0)
        return {"goal": sensed}

    def tokens(self, state: TeamState) -> Tensor:
        """(B, L) int32, the same for all."""
        return self._tokens.expand(len(state.steps), -1)

    def instructions(self, state: TeamState, rows: list[int]) -> list[str]:
        """What the team is to do."""
        return [self.config.rules.words] * len(rows)

    def oracle(self, state: TeamState) -> Tensor:
        """(B, R): the next actions of a team that knows where everything is."""
        return next_actions(self.episodes, state, self._thing(state))

    def speech(self) -> Speech:
        """The mission, to each robot."""
        return team_speech(self.config)

    def portrait(self, state: TeamState) -> NDArray[np.uint8]:
        """From above, with robots, poles and the thing to bring."""
        world = self.pool.worlds[int(self.episodes.slots_of(state)[0])]
        texels = self._texels.cpu().numpy()
        return from_above(world, texels, state.pose[0], self._poles(state)[0], self._thing(state))

    def _distance(self, state: TeamState) -> Tensor:
        return self.episodes.way(state, targets(state))

    def _solved(self, state: TeamState) -> Tensor:
        """(B,) bool: all are there who should be, with what they are to bring."""
        rules = self.config.rules
        near = state.distance <= rules.reach_m
        if rules.hands:  # once it has been taken, everybody's target is the pole
            return (near | ~state.worker).all(1) & (state.phase > 0)
        return near.all(1)

    def _had_part(self, state: TeamState) -> Tensor:
        """(B, R) bool: who is needed; of those who bring something, who have it in hand."""
        if self.config.rules.hands:
            return state.holding & (state.phase > 0)[:, None]
        return torch.ones_like(state.holding)

    def _poles(self, state: TeamState) -> Tensor:
        """(B, R, 2) metres: where each robot's pole stands."""
        return self.episodes.xy_of(state, state.goals)

    def _thing(self, state: TeamState) -> Tensor | None:
        """(B, 2) metres: where plank or teddy is: on the floor, or with those who hold it."""
        if not self.config.rules.hands:
            return None
        lying = self.episodes.xy_of(state, state.thing)
        return torch.where((state.phase > 0)[:, None], held_at(state), lying)
