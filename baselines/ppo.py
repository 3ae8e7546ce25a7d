"""PPO in one file, on the native batch: every id, its action forms, teams, and memory.

    python -m vgym.baselines.ppo --env VGround-v0 --words-only --gamma 0 --num-envs 128 \\
        --rollout 4 --epochs 3 --lr 1e-3 --entropy 1e-3 \\
        --settings '{"image_size": 40, "difficulty": 0}'
    python -m vgym.baselines.ppo --env VMaze-v0 --memory --steps 2000000
    python -m vgym.baselines.ppo --env VNavTeam-v0 --settings '{"image_size": 64, "robots": 2}'
    python -m vgym.baselines.ppo --env VNavPoint-v0 --reward sparse --bonus rnd
    python -m vgym.baselines.ppo --resume --out runs/ppo            goes on, with its own settings

Under --out stand log.jsonl (a line an update), checkpoint.pt, policy.safetensors, and with --video
an episode as a moving picture; TensorBoard reads the folder where it is installed. Robots of a team
share one network, each with its own view.

Source: Schulman et al., Proximal policy optimization algorithms (2017); Huang et al., The 37
implementation details of PPO (2022); rewards of cut episodes are continued by the value of their
last observation (Pardo et al. 2018).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from torch import Tensor, nn
from torch.distributions import Beta, Categorical

from vgym.baselines.bonuses import BONUSES, wrapped
from vgym.baselines.tensor_files import write_tensors
from vgym.core.text import Vocabulary
from vgym.data.whole_files import write_whole
from vgym.number_options import count, number, seed
from vgym.registration import named, row_of

Observation = dict[str, Tensor]
_ARRAY = "array of numpy"
_WHICH = "robot"  # of a team: which of them, one-hot
_FLAGS = {
    "memory": "remember by a GRU",
    "words_only": "see of pictures only what the words look at (where they name all that counts)",
    "sized_boxes": "of four numbers that are a box draw its middle and its sides (see `Head`)",
}


@dataclass(frozen=True)
class Settings:
    """What a run is made by."""

    env: str = "VGroundPoint-v0"
    settings: dict[str, Any] = field(default_factory=dict)  # of the environment
    reward: str = "dense"
    steps: int = 200_000  # of rows, all together
    num_envs: int = 64
    rollout: int = 16  # steps of each row between updates
    epochs: int = 4
    minibatches: int = 4
    lr: float = 5e-4  # at the start
    gamma: float = 0.99
    lam: float = 0.95
    clip: float = 0.2
    entropy: float = 0.01
    width: int = 256  # of what is remembered
    memory: bool = False  # a GRU; minibatches are then of whole rows
    words_only: bool = False  # of pictures only what the words look at is seen
    sized_boxes: bool = False  # of a box its middle and sides are drawn, not two corners
    bonus: str = ""  # one of `bonuses.BONUSES`, around what is trained on; "" for none
    bonus_scale: float = 1.0  # times its usual amount
    seed: int = 0
    device: str = "cpu"
    save_every: int = 20  # updates


class Rows:
    """A batch of one agent each, or of teams, as rows of agents.

    Attributes:
        envs: the batch. rows: how many agents in all, R.
        observation_space, action_space: of one agent.
    """

    def __init__(self, made_by: Settings, split: str | None = None) -> None:
        id = made_by.env.removeprefix("vgym:")
        row = row_of(id)
        given = {"reward": made_by.reward, **made_by.settings, "device": made_by.device}
        given |= {"split": split or row.family.splits[0], "autoreset_mode": AutoresetMode.SAME_STEP}
        self.device = torch.device(made_by.device)
        if row.made_by:
            self.envs = named(f"{row.made_by}:vector_env", id)(made_by.num_envs, **given).envs
        else:
            self.envs = gymnasium.make_vec(f"vgym:{id}", num_envs=made_by.num_envs, **given)
        if made_by.bonus and split is None:  # what is judged has a split, and no bonus
            told = (made_by.bonus, made_by.bonus_scale, made_by.gamma, made_by.seed)
            self.envs = wrapped(self.envs, *told)
        self.team = bool(row.made_by)
        self.observation_space = self.envs.single_observation_space
        self.action_space = self.envs.single_action_space
        self.robots = len(self.envs.unwrapped.task.agents) if self.team else 1
        self.rows = made_by.num_envs * self.robots
        if self.team:
            self.observation_space, self.action_space = _of_one(self.envs, self.robots)
            self._which = torch.eye(self.robots, device=self.device).repeat(made_by.num_envs, 1)

    def reset(self, seed: int | None = None) -> Observation:
        """Start all rows."""
        return self._seen(self.envs.reset(seed=seed)[0])

    def step(self, actions: Tensor) -> tuple[Observation, Tensor, Tensor, Tensor, Any, Any]:
        """(R, ...) actions: observations, rewards (R,), terminated, truncated, the last
        observations of the rows that ended (None if none did), and the batch's info."""
        given: Any = actions if self.device.type == "cuda" else actions.cpu().numpy()
        if self.team:
            given = given.reshape(self.envs.num_envs, self.robots, *given.shape[1:])
        observation, reward, terminated, truncated, info = self.envs.step(given)
        last = self._seen(info["final_obs"]) if "final_obs" in info else None
        flags = [
            self._each(torch.as_tensor(flag, device=self.device))
            for flag in (terminated, truncated)
        ]
        paid = torch.as_tensor(reward, device=self.device, dtype=torch.float32).reshape(-1)
        return self._seen(observation), paid, *flags, last, info

    def _each(self, flag: Tensor) -> Tensor:
        return (
            flag.reshape(-1) if flag.numel() == self.rows else flag.repeat_interleave(self.robots)
        )

    def _seen(self, observation: Any) -> Observation:
        found = {}
        for name, space in self.observation_space.items():
            if name == _WHICH:
                found[name] = self._which
                continue
            value = torch.as_tensor(observation[name], device=self.device)
            shape = space.shape or ()
            if value.shape[0] != self.rows and value.shape[1:] == shape:  # one for all robots
                value = value.repeat_interleave(self.robots, 0)
            found[name] = value.reshape(self.rows, *shape)
        return found


def _of_one(envs: Any, robots: int) -> tuple[spaces.Dict, spaces.Space[Any]]:
    """A robot's spaces of a team's: its own part, the words that all share, and which it is."""
    found: dict[str, spaces.Space[Any]] = {}
    for name, space in envs.single_observation_space.items():
        shared = name == "instruction"
        found[name] = (
            space if shared else spaces.Box(space.low[0], space.high[0], dtype=space.dtype)
        )
    found[_WHICH] = spaces.Box(0, 1, (robots,), np.float32)
    return spaces.Dict(found), spaces.Discrete(int(envs.single_action_space.nvec[0]))


class Encoder(nn.Module):
    """Pictures as maps, on which the words choose where to look, beside the sensors.

    Words ask each map as by attention (Vaswani et al. 2017): what stands where they look, and where
    that is, are the features that an answer is made of, wherever on the picture it lies. A layer
    sees the maps whole besides, as who stands before a wall must; where words name all that counts
    that is so much noise, and learning takes twice as long.

    Args:
        space: of observations. words_only: maps are not seen whole, if there are words.

    Attributes:
        size: how many features there are.
    """

    def __init__(
        self, space: spaces.Dict, words_only: bool = False, channels: int = 32, width: int = 256
    ) -> None:
        super().__init__()
        self.pictures = [n for n, s in space.items() if len(s.shape or ()) == 3]
        self.depths = [n for n, s in space.items() if len(s.shape or ()) == 2]
        self.words = "instruction" if "instruction" in space.spaces else None
        taken = {*self.pictures, *self.depths, self.words}
        self.sensors = [n for n in space if n not in taken]
        self.eyes, self.looks = nn.ModuleDict(), nn.ModuleDict()
        self.sees_whole = not (words_only and self.words)
        size, whole = 0, 0
        if self.words:
            said = space[self.words]
            assert isinstance(said, spaces.Box)
            self.bagged = bool((said.high <= 1).all())
            self.vocabulary = said.shape[0] if self.bagged else int(said.high.max()) + 1
        for name in (*self.pictures, *self.depths):
            shape = space[name].shape or ()
            kinds = 3 if len(shape) == 3 else 1
            self.eyes[name] = _eye(kinds, channels, max(shape[:2]))
            with torch.no_grad():
                map = self.eyes[name](torch.zeros(1, kinds, *shape[:2]))
            whole += _coarse(map)[0].numel() if self.sees_whole else 0
            if self.words:
                look = Look(self.vocabulary, channels)
                size += look.size(map.shape[2], map.shape[3])
                self.looks[name] = look
        size += sum(spaces.flatdim(space[name]) for name in self.sensors)
        # Words alone would soon be answered by where things mostly are: they are given beside the
        # sensors only where there is no picture.
        self.alone = bool(self.words) and not self.eyes
        size += self.vocabulary if self.alone else 0
        self.whole = nn.Sequential(nn.Linear(size + whole, width), nn.ReLU())
        self.size = size + width
        for part in self.modules():
            if isinstance(part, nn.Conv2d | nn.Linear):
                nn.init.orthogonal_(part.weight, 2**0.5)
                if part.bias is not None:
                    nn.init.zeros_(part.bias)
        for part in self.modules():
            if isinstance(part, Look):  # else all words would look alike at first
                nn.init.normal_(part.asked.weight)

    def forward(self, seen: Observation) -> Tensor:
        """(N, size)."""
        parts, coarse = [], []
        bag = self._bag(seen[self.words]) if self.words else None
        for name in (*self.pictures, *self.depths):
            value = seen[name].float()
            shown = value.permute(0, 3, 1, 2) / 255 - 0.5 if value.ndim == 4 else value[:, None]
            map = self.eyes[name](shown)
            if self.sees_whole:
                coarse.append(_coarse(map))
            if bag is not None:
                parts.append(self.looks[name](map, bag))
        parts += [seen[name].float().flatten(1) for name in self.sensors]
        if bag is not None and self.alone:
            parts.append(bag)
        return torch.cat([self.whole(torch.cat([*parts, *coarse], 1)), *parts], 1)

    def _bag(self, said: Tensor) -> Tensor:
        """(N, V) which words there are."""
        if self.bagged:
            return said.float()
        bag = torch.zeros(len(said), self.vocabulary, device=said.device)
        bag.scatter_(1, said.long(), 1.0)
        bag[:, 0] = 0  # which stands for no word
        return bag


class Look(nn.Module):
    """Where words look on a map, several places at once, and what is there."""

    places, depth = 4, 16

    def __init__(self, vocabulary: int, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.asked = nn.Linear(vocabulary, self.places * self.depth, bias=False)
        self.keys = nn.Conv2d(channels, self.places * self.depth, 1)

    def size(self, height: int, width: int) -> int:
        """Features of a map of so many cells."""
        return self.places * (self.channels + 2 + height + width)

    def forward(self, map: Tensor, bag: Tensor) -> Tensor:
        """(N, size) of (N, C, H, W) maps and (N, V) words: what is where they look, its place from
        -1 to 1, and the shares of columns and rows."""
        n, _, height, width = map.shape
        asked = self.asked(bag) / bag.sum(1, keepdim=True).clamp(min=1).sqrt()
        keys = self.keys(map).reshape(n, self.places, self.depth, -1)
        fit = torch.einsum("npk,npkc->npc", asked.reshape(n, self.places, self.depth), keys)
        share = (fit / self.depth**0.5).softmax(2)
        across = torch.linspace(-1, 1, width, device=map.device)
        down = torch.linspace(-1, 1, height, device=map.device)
        there = torch.stack(torch.meshgrid(across, down, indexing="xy")).expand(n, -1, -1, -1)
        found = torch.einsum("npc,nfc->npf", share, torch.cat([map, there], 1).flatten(2))
        shares = share.reshape(n, self.places, height, width)
        return torch.cat([p.flatten(1) for p in (found, shares.sum(2), shares.sum(3))], 1)


def _coarse(map: Tensor) -> Tensor:
    """(N, C * 25 at most) a map's means in five parts a side."""
    sides = (min(map.shape[2], 5), min(map.shape[3], 5))
    return nn.functional.adaptive_avg_pool2d(map, sides).flatten(1)


class Head(nn.Module):
    """A distribution of actions over a space: one choice, several, or bounded numbers.

    Any two corners are a box, in either order. A policy that draws corners settles on one order for
    some words and on the other for some, and no small step leads from one to the other: of five
    seeds two stayed so. Of a box that is drawn by its middle and its sides there is one order.

    Args:
        space: of actions. width: of the features.
        sized_boxes: the four numbers of a `Box` are corners of a box, drawn as middle and sides.

    Raises:
        ValueError: no head for such a space.
    """

    low: Tensor
    high: Tensor

    def __init__(self, space: spaces.Space[Any], width: int, sized_boxes: bool = False) -> None:
        super().__init__()
        self.sized = sized_boxes
        if sized_boxes and not (isinstance(space, spaces.Box) and space.shape == (4,)):
            raise ValueError(f"sized_boxes is for actions of four numbers, a box; not for {space}")
        if isinstance(space, spaces.Discrete):
            self.sizes, self.start = [int(space.n)], int(space.start)
        elif isinstance(space, spaces.MultiDiscrete):
            self.sizes, self.start = space.nvec.reshape(-1).tolist(), 0
        elif isinstance(space, spaces.Box) and space.is_bounded():
            self.sizes, self.start = [], 0
            self.register_buffer("low", torch.as_tensor(space.low, dtype=torch.float32).reshape(-1))
            self.register_buffer(
                "high", torch.as_tensor(space.high, dtype=torch.float32).reshape(-1)
            )
        else:
            raise ValueError(f"no head for actions of {space}; choose another action form")
        self.space = space
        outs = sum(self.sizes) or 2 * int(np.prod(space.shape or (1,)))
        self.linear = nn.Linear(width, outs)
        nn.init.orthogonal_(self.linear.weight, 0.01)
        nn.init.zeros_(self.linear.bias)

    def distributions(self, features: Tensor) -> list[Any]:
        """One for each part of an action."""
        out = self.linear(features)
        if self.sizes:
            return [Categorical(logits=part) for part in out.split(self.sizes, 1)]
        mode, sureness = out.chunk(2, 1)  # Beta(2, 2) at the start: wide, never at an edge alone
        mode, sureness = mode.sigmoid(), 2 * sureness.clamp(max=8).exp()
        a, b = 1 + mode * sureness, 1 + (1 - mode) * sureness
        return [Beta(a, b, validate_args=False)]

    def sample(self, features: Tensor, greedy: bool = False) -> Tensor:
        """(N, K) raw draws: numbers of choices, or shares of ranges; greedy the likeliest ones, or
        the means."""
        held = self.distributions(features)
        if self.sizes:
            drawn = [d.probs.argmax(1) if greedy else d.sample() for d in held]
            return torch.stack(drawn, 1)
        share: Tensor = held[0].mean if greedy else held[0].sample()
        return share.clamp(1e-5, 1 - 1e-5)

    def judge(self, features: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """(N,) log probabilities of draws, and entropies."""
        held = self.distributions(features)
        if self.sizes:
            logs = [d.log_prob(raw[:, k]) for k, d in enumerate(held)]
            return torch.stack(logs).sum(0), torch.stack([d.entropy() for d in held]).sum(0)
        return held[0].log_prob(raw).sum(1), held[0].entropy().sum(1)

    def action(self, raw: Tensor) -> Tensor:
        """Draws as actions of the space."""
        shape = self.space.shape or ()
        if isinstance(self.space, spaces.Discrete):
            return raw[:, 0] + self.start
        if self.sizes:
            return raw.reshape(-1, *shape)
        if self.sized:
            middle, half = raw[:, :2], raw[:, 2:] / 2
            raw = torch.cat([middle - half, middle + half], 1).clamp(0, 1)
        placed = self.low + raw * (self.high - self.low)
        return placed.reshape(-1, *shape).to(torch.float32)


class Policy(nn.Module):
    """An encoder, memory if there shall be any, a head and a value."""

    def __init__(
        self, observation: spaces.Dict, action: spaces.Space[Any], made_by: Settings
    ) -> None:
        super().__init__()
        self.encoder = Encoder(observation, made_by.words_only)
        size, self.width = self.encoder.size, made_by.width
        self.memory = None
        if made_by.memory:
            self.narrow = nn.Sequential(nn.Linear(size, self.width), nn.ReLU())
            self.memory = nn.GRUCell(self.width, self.width)
            size += self.width
        self.head = Head(action, size, made_by.sized_boxes)
        self.value = nn.Sequential(nn.Linear(size, 64), nn.Tanh(), nn.Linear(64, 1))

    def start(self, rows: int, device: torch.device) -> Tensor:
        """(N, width) what is remembered at the start of an episode: nothing."""
        return torch.zeros(rows, self.width, device=device)

    def forward(self, seen: Observation, held: Tensor) -> tuple[Tensor, Tensor]:
        """(N, F) features, and what is remembered after."""
        features: Tensor = self.encoder(seen)
        if self.memory is None:
            return features, held
        held = self.memory(self.narrow(features), held)
        return torch.cat([features, held], 1), held


def _eye(channels_in: int, channels: int, side: int) -> nn.Sequential:
    """Convolutions that end in a map of at most ten cells a side."""
    layers: list[nn.Module] = [nn.Conv2d(channels_in, 32, 4, stride=4, padding=1), nn.ReLU()]
    side, into = side // 4, 32
    while side > 10:
        layers += [nn.Conv2d(into, channels, 3, stride=2, padding=1), nn.ReLU()]
        side, into = -(-side // 2), channels
    for _ in range(2):
        layers += [nn.Conv2d(into, channels, 3, padding=1), nn.ReLU()]
        into = channels
    return nn.Sequential(*layers)


class Trainer:
    """A run: what it is made by, its batch, network, optimiser, and how far it is.

    Args:
        made_by: its settings.
    """

    def __init__(self, made_by: Settings) -> None:
        torch.manual_seed(made_by.seed)
        self.made_by, self.rows = made_by, Rows(made_by)
        device = self.rows.device
        space = self.rows.observation_space
        assert isinstance(space, spaces.Dict)
        self.policy = Policy(space, self.rows.action_space, made_by).to(device)
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=made_by.lr, eps=1e-5)
        # Rows of one seed are seed + i: those of other runs stay num_envs apart.
        self.seen = self.rows.reset(made_by.seed * made_by.num_envs)
        self.held = self.policy.start(self.rows.rows, device)
        self.done = torch.zeros(self.rows.rows, device=device)
        self.steps, self.updates = 0, 0
        self._earned = torch.zeros(self.rows.rows, device=device)

    def update(self) -> dict[str, float]:
        """One rollout and what is learnt of it; what came of it, by name."""
        made_by = self.made_by
        for group in self.optimizer.param_groups:  # falls to nothing, else the end would be noise
            group["lr"] = made_by.lr * max(1 - self.steps / made_by.steps, 0)
        kept, ended = self._roll()
        returns, advantages = self._credit(kept)
        told = self._learn(kept, returns, advantages)
        self.updates += 1
        self.steps += made_by.rollout * made_by.num_envs
        return {"steps": self.steps, **ended, **told}

    def run(self, out: Path | None = None) -> Iterator[dict[str, float]]:
        """Update until all steps are made; what came of each."""
        began, before = time.perf_counter(), self.steps
        while self.steps < self.made_by.steps:
            told = self.update()
            told["steps_per_second"] = (self.steps - before) / (time.perf_counter() - began)
            last = self.steps >= self.made_by.steps
            if out is not None and (last or self.updates % self.made_by.save_every == 0):
                self.save(out / "checkpoint.pt")
            yield told

    def save(self, path: Path) -> None:
        """All that a run goes on from, to the bit on one machine."""
        held = {
            "settings": asdict(self.made_by),
            "policy": self.policy.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "envs": _as_tensors(self.rows.envs.unwrapped.state_dict()),
            "seen": self.seen,
            "held": self.held,
            "done": self.done,
            "earned": self._earned,
            "bonus": self.rows.envs.state_dict() if self.made_by.bonus else None,
            "counts": [self.steps, self.updates],
            "random": torch.get_rng_state(),
        }
        part = path.with_name(f".{path.name}.part")
        torch.save(held, part)
        part.replace(path)

    @classmethod
    def load(cls, path: Path, steps: int | None = None) -> Trainer:
        """A run as it was saved.

        Args:
            path: of its file. steps: to go on to, if others.
        """
        held = torch.load(path, weights_only=True)
        made_by = Settings(**held["settings"])
        found = cls(made_by if steps is None else replace(made_by, steps=steps))
        found.policy.load_state_dict(held["policy"])
        found.optimizer.load_state_dict(held["optimizer"])
        found.rows.envs.unwrapped.load_state_dict(_as_arrays(held["envs"]))
        found.seen, found.held, found.done = held["seen"], held["held"], held["done"]
        if made_by.bonus:
            found.rows.envs.load_state_dict(held["bonus"])
        found._earned = held["earned"]
        found.steps, found.updates = held["counts"]
        torch.set_rng_state(held["random"])
        return found

    # -- parts ------------------------------------------------------------------------------

    @torch.no_grad()
    def _roll(self) -> tuple[dict[str, Any], dict[str, float]]:
        made_by, rows = self.made_by, self.rows
        kept: dict[str, list[Any]] = {
            n: [] for n in ("seen", "raw", "log", "value", "paid", "done")
        }
        first, ends = self.held, []
        for _ in range(made_by.rollout):
            self.held = self.held * (1 - self.done)[:, None]
            features, after = self.policy(self.seen, self.held)
            raw = self.policy.head.sample(features)
            log, _ = self.policy.head.judge(features, raw)
            kept["seen"].append(self.seen)
            kept["done"].append(self.done)
            kept["raw"].append(raw)
            kept["log"].append(log)
            kept["value"].append(self.policy.value(features)[:, 0])
            seen, paid, terminated, truncated, last, info = rows.step(self.policy.head.action(raw))
            self._earned += paid
            over = terminated | truncated
            if over.any():
                success = torch.as_tensor(info["success"], device=rows.device).reshape(-1)
                success = rows._each(success)
                ends.append(torch.stack([success[over].float(), self._earned[over]], 1))
                self._earned[over] = 0
            if last is not None and truncated.any():
                features, _ = self.policy(last, after)
                paid = paid + made_by.gamma * self.policy.value(features)[:, 0] * truncated
            kept["paid"].append(paid)
            self.seen, self.held, self.done = seen, after, over.float()
        held = self.held * (1 - self.done)[:, None]
        features, _ = self.policy(self.seen, held)
        following = self.policy.value(features)[:, 0]
        found: dict[str, Any] = {n: torch.stack(v) for n, v in kept.items() if n != "seen"}
        found["seen"] = {n: torch.stack([s[n] for s in kept["seen"]]) for n in self.seen}
        found |= {"first": first, "following": following, "last_done": self.done}
        if not ends:
            return found, {}
        came = torch.cat(ends).mean(0).tolist()
        return found, {
            "success": came[0],
            "return": came[1],
            "episodes": float(sum(map(len, ends))),
        }

    def _credit(self, kept: dict[str, Any]) -> tuple[Tensor, Tensor]:
        """(T, R) returns and advantages: GAE (Schulman et al. 2016)."""
        made_by = self.made_by
        advantages = torch.zeros_like(kept["paid"])
        gathered = torch.zeros_like(kept["following"])
        value, done = kept["following"], kept["last_done"]
        for t in reversed(range(made_by.rollout)):
            delta = kept["paid"][t] + made_by.gamma * value * (1 - done) - kept["value"][t]
            gathered = delta + made_by.gamma * made_by.lam * (1 - done) * gathered
            advantages[t], value, done = gathered, kept["value"][t], kept["done"][t]
        return advantages + kept["value"], advantages

    def _learn(self, kept: dict[str, Any], returns: Tensor, advantages: Tensor) -> dict[str, float]:
        made_by, told = self.made_by, []
        for _ in range(made_by.epochs):
            for part in self._parts():
                features = self._features(kept, part)
                raw = _of(kept["raw"], part)
                log, entropy = self.policy.head.judge(features, raw)
                value = self.policy.value(features)[:, 0]
                gain = _of(advantages, part)
                gain = (gain - gain.mean()) / (gain.std() + 1e-8)
                # A sure policy that moved far would be infinitely likelier, and its loss no number.
                ratio = (log - _of(kept["log"], part)).clamp(max=10).exp()
                clipped = ratio.clamp(1 - made_by.clip, 1 + made_by.clip)
                policy_loss = -torch.minimum(ratio * gain, clipped * gain).mean()
                value_loss = (value - _of(returns, part)).square().mean()
                loss = policy_loss + 0.5 * value_loss - made_by.entropy * entropy.mean()
                self.optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
                self.optimizer.step()
                told.append([policy_loss.item(), value_loss.item(), entropy.mean().item()])
        means = np.mean(told, 0).tolist()
        return dict(zip(("policy_loss", "value_loss", "entropy"), means, strict=True))

    def _parts(self) -> Iterator[tuple[Tensor | None, Tensor]]:
        """Minibatches: (times, rows) each; with memory whole rows, times None."""
        made_by, rows = self.made_by, self.rows.rows
        total = rows if made_by.memory else rows * made_by.rollout
        for part in torch.randperm(total).tensor_split(made_by.minibatches):
            if len(part):
                yield (None, part) if made_by.memory else (part // rows, part % rows)

    def _features(self, kept: dict[str, Any], part: tuple[Tensor | None, Tensor]) -> Tensor:
        times, rows = part
        if times is not None:
            seen = {name: value[times, rows] for name, value in kept["seen"].items()}
            features: Tensor = self.policy(seen, self.held[rows])[0]
            return features
        held, found = kept["first"][rows], []
        for t in range(self.made_by.rollout):
            held = held * (1 - kept["done"][t][rows])[:, None]
            features, held = self.policy({n: v[t, rows] for n, v in kept["seen"].items()}, held)
            found.append(features)
        return torch.cat(found)


def _as_tensors(held: Any) -> Any:
    """A state whose arrays are tensors, marked: a file of tensors is read without running any of
    it."""
    if isinstance(held, np.ndarray):
        return {_ARRAY: torch.from_numpy(held.copy())}
    if isinstance(held, dict):
        return {name: _as_tensors(value) for name, value in held.items()}
    if isinstance(held, list | tuple):
        return type(held)(map(_as_tensors, held))
    return held


def _as_arrays(held: Any) -> Any:
    """What `_as_tensors` was given."""
    if isinstance(held, dict):
        if set(held) == {_ARRAY}:
            return held[_ARRAY].numpy()
        return {name: _as_arrays(value) for name, value in held.items()}
    if isinstance(held, list | tuple):
        return type(held)(map(_as_arrays, held))
    return held


def _of(values: Tensor, part: tuple[Tensor | None, Tensor]) -> Tensor:
    """Of (T, R, ...) those of a minibatch."""
    times, rows = part
    return values[:, rows].flatten(0, 1) if times is None else values[times, rows]


@torch.no_grad()
def evaluate(
    trainer: Trainer, split: str, episodes: int = 256, seed: int = 1_000_000, greedy: bool = False
) -> float:
    """Share of solved episodes of a split, as many of each row: else those that end soon would
    count more often.

    Args:
        episodes: at least so many. greedy: the likeliest actions, or drawn ones, as in training.
    """
    rows, policy = Rows(trainer.made_by, split), trainer.policy
    each = -(-episodes // rows.rows)
    seen, held = rows.reset(seed), policy.start(rows.rows, rows.device)
    ended = torch.zeros(rows.rows, device=rows.device)
    solved = torch.zeros_like(ended)
    while (ended < each).any():
        features, held = policy(seen, held)
        raw = policy.head.sample(features, greedy)
        seen, _, terminated, truncated, _, info = rows.step(policy.head.action(raw))
        over = terminated | truncated
        counts = over & (ended < each)
        success = torch.as_tensor(info["success"], device=rows.device).reshape(-1)
        solved += counts & rows._each(success)
        ended += counts
        held = held * (~over).float()[:, None]
    rows.envs.close()
    return float(solved.sum() / ended.sum())


def film(trainer: Trainer, path: Path, most: int = 64) -> None:
    """An episode of the first row as a moving picture, what the agent sees."""
    from PIL import Image

    rows = Rows(replace(trainer.made_by, num_envs=1, bonus=""), None)
    policy, frames = trainer.policy, []
    with torch.no_grad():
        seen, held = rows.reset(trainer.made_by.seed), policy.start(rows.rows, rows.device)
        name = policy.encoder.pictures[0]
        for _ in range(most):
            frames.append(Image.fromarray(seen[name][0].cpu().numpy()).resize((256, 256)))
            features, held = policy(seen, held)
            raw = policy.head.sample(features, greedy=True)
            seen, _, terminated, truncated, _, _ = rows.step(policy.head.action(raw))
            if bool((terminated | truncated)[0]):
                break
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=200, loop=0)
    rows.envs.close()


def options_of(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line: every field of `Settings`, and what is done with a run."""
    first, _, examples = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="ppo",
        description=first,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for each in fields(Settings):
        flag, default = f"--{each.name.replace('_', '-')}", getattr(Settings(), each.name)
        if each.name == "settings":
            parser.add_argument(flag, type=json.loads, default={}, help="of the id, in JSON")
        elif each.name == "bonus":
            parser.add_argument(flag, choices=["", *BONUSES], default="", help="added to rewards")
        elif isinstance(default, bool):
            parser.add_argument(flag, action="store_true", help=_FLAGS[each.name])
        else:
            read: Any = {int: count, float: number, str: str}[type(default)]
            read = seed if each.name == "seed" else read
            parser.add_argument(flag, type=read, default=default, help=f"({default})")
    parser.add_argument("--out", type=Path, default=Path("runs/ppo"), help="a folder (runs/ppo)")
    parser.add_argument("--resume", action="store_true", help="from --out's checkpoint.pt")
    parser.add_argument("--video", action="store_true", help="write episode.webp at the end")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, tell of it, and keep the policy."""
    options = options_of(arguments)
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    if options.resume:
        trainer = Trainer.load(out / "checkpoint.pt", options.steps)
    else:
        trainer = Trainer(Settings(**{f.name: getattr(options, f.name) for f in fields(Settings)}))
    board = _board(out)
    with (out / "log.jsonl").open("a", encoding="utf-8") as log:
        for told in trainer.run(out):
            log.write(json.dumps(told) + "\n")
            for name, value in told.items() if board else ():
                board.add_scalar(name, value, trainer.steps)
            shown = " ".join(f"{n} {told[n]:.3g}" for n in ("success", "return") if n in told)
            print(f"\r{trainer.steps:>10,} {shown:<40}", end="", flush=True)
    print()
    splits = row_of(trainer.made_by.env.removeprefix("vgym:")).family.splits
    scores = {split: evaluate(trainer, split, 1024, greedy=True) for split in splits}
    print("solved:", ", ".join(f"{split} {share:.1%}" for split, share in scores.items()))
    kept = {"settings": asdict(trainer.made_by), "steps": trainer.steps, "solved": scores}
    write_whole(out / "scores.json", json.dumps(kept, indent=1) + "\n")
    _keep(trainer, kept, out)
    if options.video:
        film(trainer, out / "episode.webp")


def _board(out: Path) -> Any:
    """TensorBoard's writer, where it is installed."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(str(out))


def words_of(vocabulary: Vocabulary) -> str:
    """A mark of the words and their numbers: under others what was learnt means nothing."""
    return sha256("\n".join(vocabulary.words).encode()).hexdigest()[:16]


def _keep(trainer: Trainer, scores: dict[str, Any], out: Path) -> None:
    """The policy as safetensors, and beside it what it was made by and solves."""
    said = {**scores, "words": words_of(trainer.rows.envs.unwrapped.task.vocabulary)}
    held = {name: tensor.half() for name, tensor in trainer.policy.state_dict().items()}
    write_tensors(out / "policy.safetensors", held, {"vgym": json.dumps(said)})


if __name__ == "__main__":
    main()
