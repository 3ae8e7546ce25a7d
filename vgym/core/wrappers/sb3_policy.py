"""What Stable-Baselines3's policies see with: a small network in which words gate the picture.

``MultiInputPolicy`` alone puts picture and words side by side, where a policy of a few layers
cannot tie them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from gymnasium import Env, spaces
from gymnasium.vector import VectorEnv as GymnasiumVectorEnv
from torch import Tensor, nn

from vgym.core.extras import missing

try:
    from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
    from stable_baselines3.common.vec_env import VecEnv, VecEnvWrapper, VecNormalize
except ImportError as error:
    raise missing("Stable-Baselines3", "sb3", error) from error

_MOST_CELLS = 10  # a side of the last map of features
_WIDTH = 24  # channels of the first


class WordsOverPixels(BaseFeaturesExtractor):
    """The words gate the channels of every picture (FiLM, Perez et al. 2018); sensors go beside.

    Words are tokens, a bag of words, or several frames' of either, as ``VecFrameStack`` makes them;
    order is not read. Pictures are reduced to maps of at most ten cells a side. The features are
    the gated maps, how well each cell fits the words, and what is neither picture nor words.

    Args:
        observation_space: a flat Dict of pictures with their channels first or last, depths
            (H, W) of the same size, ``instruction`` in numbers, and vectors of numbers.
        channels: of the last convolution.

    Raises:
        ValueError: there is no picture, or no instruction in numbers.
    """

    def __init__(self, observation_space: spaces.Dict, channels: int = 32) -> None:
        pictures, words = _parts(observation_space)
        maps: dict[str, nn.Sequential] = {}
        sizes = 0
        for name in pictures:
            blank = _channels_first(torch.zeros(1, *(observation_space[name].shape or ())))
            maps[name] = _convolutions(blank.shape[1:], channels)
            with torch.no_grad():
                sizes += (channels + 1) * maps[name](blank)[0, 0].numel()
        self.sensors = [name for name in observation_space if name not in (*pictures, words)]
        sizes += sum(spaces.flatdim(observation_space[name]) for name in self.sensors)
        super().__init__(observation_space, features_dim=sizes)
        self.pictures, self.words = pictures, words
        self.maps = nn.ModuleDict(maps)
        said = observation_space[words]
        assert isinstance(said, spaces.Box)  # as `_parts` has seen to
        self.bagged = bool((said.high <= 1).all())
        self.count = said.shape[0] if self.bagged else int(said.high.max()) + 1
        # The default is scaled for a thousand inputs at once; a phrase has a handful.
        self.gates = nn.ModuleDict(
            {name: nn.Linear(self.count, 2 * channels, bias=False) for name in pictures}
        )
        for weight in self.gates.parameters():
            nn.init.normal_(weight, std=0.3)

    def forward(self, observations: dict[str, Tensor]) -> Tensor:
        """(B, features) of a batch of observations."""
        bag = self._bag(observations[self.words])
        seen = []
        for name in self.pictures:
            features = self.maps[name](_channels_first(observations[name]))
            gain, bias = self.gates[name](bag)[..., None, None].chunk(2, dim=1)
            gated = torch.relu(features * gain + bias)
            fit = (features * gain).mean(1, keepdim=True)
            seen.append(torch.cat([gated, fit], dim=1).flatten(1))
        sensed = [observations[name].flatten(1) for name in self.sensors]
        return torch.cat([*seen, *sensed], dim=1)

    def _bag(self, said: Tensor) -> Tensor:
        """(B, words): how often each occurs."""
        if self.bagged:
            return said
        bag = said.new_zeros((len(said), self.count))
        bag.scatter_add_(1, said.long(), torch.ones_like(said))
        bag[:, 0] = 0  # padding
        return bag


def sb3_policy_kwargs(env: Env[Any, Any] | VecEnv, *, channels: int = 32) -> dict[str, Any]:
    """``policy_kwargs`` for ``MultiInputPolicy`` and ``MultiInputLstmPolicy`` of any algorithm.

    Args:
        env: what is trained on: a single environment, a ``VecEnv``, stacked frames too.
        channels: of the maps of features.

    Returns:
        the features extractor and its settings; add ``net_arch`` and others as you like.

    Raises:
        ValueError: the observation has no picture, or no words in numbers as they are.
        TypeError: an id, a batch of Gymnasium's, or no environment; with what to pass.

    >>> from vgym.core.wrappers.sb3_vec_env import sb3_vec_env
    >>> envs = sb3_vec_env("VGroundPoint-v0", num_envs=2, image_size=64, instruction="bag")
    >>> sb3_policy_kwargs(envs)["features_extractor_kwargs"]
    {'channels': 32}
    """
    if not isinstance(env, Env | VecEnv):
        raise TypeError(
            f"sb3_policy_kwargs takes the environments that SB3 trains on, got {env!r:.100}: pass "
            f"envs = {_cure(env)}"
        )
    _parts(env.observation_space)
    layer: Any = env
    while isinstance(layer, VecEnvWrapper):
        if isinstance(layer, VecNormalize) and layer.norm_obs:
            keys: list[str] = layer.norm_obs_keys or []
            if "instruction" in keys:
                others = [name for name in keys if name != "instruction"]
                raise ValueError(
                    "'instruction' is normalised, so that its words cannot be told apart; name "
                    f"other keys, of {others}: VecNormalize(envs, norm_obs_keys=[...])"
                )
        layer = layer.venv
    return {
        "features_extractor_class": WordsOverPixels,
        "features_extractor_kwargs": {"channels": channels},
    }


def _cure(given: object) -> str:
    """The call that makes of what was given what SB3 trains on."""
    if isinstance(given, GymnasiumVectorEnv):
        return 'vgym.sb3_vec_env(BATCH), of a batch with autoreset_mode="SameStep"'
    id = given if isinstance(given, str) else "VGroundPoint-v0"
    return f"vgym.sb3_vec_env({id!r:.100}, num_envs=64)"


def _parts(space: spaces.Space[Any]) -> tuple[list[str], str]:
    """The names of the pictures, and of the words."""
    parts = space.spaces if isinstance(space, spaces.Dict) else {}
    shapes = {name: part.shape or () for name, part in parts.items()}
    pictures = [name for name, shape in shapes.items() if len(shape) == 3]
    sizes = [set(shapes[name]) for name in pictures]
    pictures += [
        name
        for name, shape in shapes.items()
        if len(shape) == 2 and any(set(shape) <= size for size in sizes)
    ]
    if not pictures:
        raise ValueError(f"there is no picture in {space}, for words to gate")
    said = parts.get("instruction")
    if not isinstance(said, spaces.Box):
        raise ValueError(
            f"'instruction' must be numbers, and is {said}; make the environment with "
            'instruction="bag" or "tokens"'
        )
    return pictures, "instruction"


def _channels_first(pictures: Tensor) -> Tensor:
    """(B, C, H, W): channels are fewer than pixels, and a depth has one."""
    if pictures.dim() == 3:
        return pictures[:, None]
    return pictures.permute(0, 3, 1, 2) if pictures.shape[3] < pictures.shape[1] else pictures


def _convolutions(shape: Sequence[int], channels: int) -> nn.Sequential:
    """From (C, H, W) down to a map of at most ten cells a side."""
    layers: list[nn.Module] = [
        nn.Conv2d(shape[0], _WIDTH, 4, stride=4),
        nn.ReLU(),
        nn.Conv2d(_WIDTH, channels, 3, stride=2, padding=1),
    ]
    side = -(-(max(shape[1:]) // 4) // 2)
    while side > _MOST_CELLS:
        layers += [nn.ReLU(), nn.Conv2d(channels, channels, 3, stride=2, padding=1)]
        side = -(-side // 2)
    layers += [nn.ReLU(), nn.Conv2d(channels, channels, 3, padding=1)]
    return nn.Sequential(*layers)
