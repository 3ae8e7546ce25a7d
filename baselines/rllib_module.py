"""What RLlib's PPO trains in `train_rllib`: the encoder of pictures and words of `ppo.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from gymnasium import spaces
from ray.rllib.core.columns import Columns
from ray.rllib.core.distribution.torch.torch_distribution import (
    TorchCategorical,
    TorchDiagGaussian,
    TorchMultiCategorical,
)
from ray.rllib.core.rl_module.apis.value_function_api import ValueFunctionAPI
from ray.rllib.core.rl_module.torch.torch_rl_module import TorchRLModule
from torch import Tensor, nn

from vgym.baselines.ppo import Encoder

Batch = Mapping[str, Any]


class Seer(TorchRLModule, ValueFunctionAPI):  # type: ignore[misc]  # Ray carries no types here
    """`ppo.Encoder`, a layer of actions and a value, as RLlib asks for them."""

    def setup(self) -> None:
        """What is learnt, by the spaces."""
        space = self.action_space
        self.encoder = Encoder(self.observation_space)
        size = self.encoder.size
        if isinstance(space, spaces.Discrete):
            self.action_dist_cls, outs = TorchCategorical, int(space.n)
        elif isinstance(space, spaces.MultiDiscrete):
            lens = space.nvec.reshape(-1).tolist()
            self.action_dist_cls = TorchMultiCategorical.get_partial_dist_cls(
                space=space, input_lens=lens
            )
            outs = sum(lens)
        else:
            self.action_dist_cls = TorchDiagGaussian
            outs = 2 * int(np.prod(space.shape))
        self.head = nn.Linear(size, outs)
        nn.init.orthogonal_(self.head.weight, 0.01)
        nn.init.zeros_(self.head.bias)
        self.value = nn.Sequential(nn.Linear(size, 64), nn.Tanh(), nn.Linear(64, 1))

    def _forward(self, batch: Batch, **_: Any) -> dict[str, Any]:
        return {Columns.ACTION_DIST_INPUTS: self.head(self.encoder(batch[Columns.OBS]))}

    def _forward_train(self, batch: Batch, **_: Any) -> dict[str, Any]:
        features = self.encoder(batch[Columns.OBS])
        return {Columns.EMBEDDINGS: features, Columns.ACTION_DIST_INPUTS: self.head(features)}

    def compute_values(self, batch: Batch, embeddings: Tensor | None = None) -> Tensor:
        """(N,) what is still to be earned."""
        features = self.encoder(batch[Columns.OBS]) if embeddings is None else embeddings
        values: Tensor = self.value(features)
        return values.squeeze(-1)
