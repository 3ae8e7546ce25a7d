"""Stable-Baselines3's ``VecEnv`` over the native batch: no per-environment stepping."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode, VectorWrapper
from gymnasium.vector import VectorEnv as GymnasiumVectorEnv
from numpy.typing import NDArray

from vgym.core.extras import missing

try:
    from stable_baselines3.common.vec_env import VecEnv
except ImportError as error:
    raise missing("Stable-Baselines3", "sb3", error) from error

from vgym.core.info_rows import as_numpy, info_rows, row_of_batch
from vgym.core.wrappers.sb3_limits import check_spaces, registered_batch

# What a row means by these is the batch's under another name.
_SINGLE = {"observation_space": "single_observation_space", "action_space": "single_action_space"}
# Of these the batch has one for each row.
_BY_ROW = frozenset(
    {"action_masks", "convention_hints", "done", "facts", "instructions", "moments", "observe"}
    | {"oracle", "render"}
)


class Sb3VecEnv(VecEnv):
    """A batch as a Stable-Baselines3 ``VecEnv``.

    Every row's info is what its environment alone would say: ``success``, the metrics,
    ``reward_terms``, and ``is_success``, SB3's name for success; convention hints, which take long,
    are given by ``env_method("convention_hints")``. Rows that end also have
    ``terminal_observation``, ``TimeLimit.truncated`` and ``episode`` (return ``r``, length ``l``,
    time ``t``).

    Args:
        envs: a batch (wrapped or not) whose ``autoreset_mode`` is ``SAME_STEP``, or ``DISABLED``,
            which wrappers of observations ask for: rows that end are then reset at once.

    Raises:
        TypeError: no batch. ValueError: ``NEXT_STEP``, or a space that SB3 cannot take; with what
            to do.
    """

    def __init__(self, envs: GymnasiumVectorEnv[Any, Any, Any]) -> None:
        if not isinstance(envs, GymnasiumVectorEnv):
            raise TypeError(
                f"Sb3VecEnv takes a batch made with gymnasium.make_vec, got {envs!r:.100}; SB3 "
                "itself takes a single environment"
            )
        self.mode = envs.metadata.get("autoreset_mode")
        if self.mode not in (AutoresetMode.SAME_STEP, AutoresetMode.DISABLED):
            raise ValueError(
                f"SB3 needs autoreset_mode=SAME_STEP, or DISABLED under wrappers that refuse it; "
                f'got {self.mode}: make the batch with autoreset_mode="SameStep"'
            )
        check_spaces(envs)
        self.envs = envs
        self._of_rows: dict[str, dict[int, Any]] = {}
        self._started = False
        super().__init__(envs.num_envs, envs.single_observation_space, envs.single_action_space)
        self._returns = np.zeros(self.num_envs, np.float64)
        self._lengths = np.zeros(self.num_envs, np.int64)
        self._start = time.time()
        self._actions: NDArray[Any] | None = None

    def reset(self) -> Any:
        """Start over; what was given to ``seed()`` and ``set_options()`` is used once."""
        rows = list(range(self.num_envs))
        observation = self._begin(rows, self._seeds, _joined(self._options))
        self._reset_seeds()
        self._reset_options()
        return as_numpy(observation)

    def step_async(self, actions: NDArray[Any]) -> None:
        """Take note of the actions for ``step_wait``."""
        self._actions = actions

    def step_wait(
        self,
    ) -> tuple[Any, NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """Step the batch with the noted actions."""
        observation, reward, terminated, truncated, info = self.envs.step(self._actions)
        reward, terminated, truncated = map(as_numpy, (reward, terminated, truncated))
        self._returns += reward
        self._lengths += 1
        done = terminated | truncated
        final, ended = info.pop("final_obs", None), info.pop("final_info", {})
        infos = info_rows(info, self.num_envs)
        finals = info_rows(ended, self.num_envs) if done.any() else [{}] * self.num_envs
        elapsed = round(time.time() - self._start, 3)
        rows: list[int] = np.flatnonzero(done).tolist()
        for i in rows:
            if self.mode is AutoresetMode.SAME_STEP:
                # At the top level there is the next episode's beginning, too, and Gymnasium's
                # RecordEpisodeStatistics has the ended one's numbers there.
                if "episode" in infos[i]:
                    finals[i]["episode"] = infos[i]["episode"]
                begun = {name: v for name, v in infos[i].items() if name not in finals[i]}
                infos[i], self._begun[i] = finals[i], begun
                infos[i]["terminal_observation"] = _row(final, i)
            else:
                infos[i]["terminal_observation"] = _row(observation, i, copied=True)
            infos[i].setdefault(
                "episode",
                {"r": float(self._returns[i]), "l": int(self._lengths[i]), "t": elapsed},
            )
        for i, row in enumerate(infos):
            row["TimeLimit.truncated"] = bool(truncated[i] and not terminated[i])
            if "success" in row:
                row["is_success"] = bool(row["success"])
        if rows and self.mode is AutoresetMode.DISABLED:
            observation = self._begin(rows, [None] * self.num_envs, {})
        self._returns[done] = 0
        self._lengths[done] = 0
        return as_numpy(observation), reward.astype(np.float32, copy=False), done, infos

    def close(self) -> None:
        """Close the batch."""
        self.envs.close()

    def get_images(self) -> Sequence[NDArray[np.uint8] | None]:
        """A picture for people of every environment."""
        frames: Any = self.envs.render()
        return frames or [None] * self.num_envs

    @property
    def reset_infos(self) -> list[dict[str, Any]]:
        """What the resets of the present episodes said."""
        words = getattr(self.envs.unwrapped, "instructions", None)
        if words is None or not self._started:
            return self._begun
        pairs = zip(words(), self._begun, strict=True)
        return [{"instruction": said, **begun} for said, begun in pairs]

    @reset_infos.setter
    def reset_infos(self, infos: list[dict[str, Any]]) -> None:
        self._begun = infos

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """The attribute of each index: the row's own where rows have one, else the batch's.

        Raises:
            AttributeError: neither has it.
        """
        rows, noted = list(self._get_indices(indices)), self._of_rows.get(attr_name, {})
        if all(row in noted for row in rows):
            return [noted[row] for row in rows]
        name = _SINGLE.get(attr_name, attr_name)
        value = getattr(self._layer(name), name)
        by_row = attr_name in _BY_ROW and not callable(value)
        return [row_of_batch(value, row) if by_row else value for row in rows]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Set an attribute of the batch, or note for its rows one that it does not have.

        Raises:
            ValueError: the batch has one for all rows, and it was asked to differ between them.
        """
        rows = list(self._get_indices(indices))
        holder = next((layer for layer in self._layers() if hasattr(layer, attr_name)), None)
        if holder is None:
            self._of_rows.setdefault(attr_name, {}).update(dict.fromkeys(rows, value))
        elif set(rows) == set(range(self.num_envs)):
            setattr(holder, attr_name, value)
        else:
            raise ValueError(
                f"{attr_name!r} is the batch's, the same for all rows; set it without indices"
            )

    def env_method(
        self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any
    ) -> list[Any]:
        """Call a method as if each row were an environment of its own.

        Each row gets its own part of what the batch says by row (``instructions``, ``oracle``,
        ``render``, ``observe``, ``action_masks``, ...); ``reset`` starts the rows alone. What the
        batch says as a whole is given to each.

        Raises:
            ValueError: some rows were asked for what the whole batch does.
            AttributeError: there is no such method.
        """
        rows = list(self._get_indices(indices))
        if method_name == "reset":
            return self._reset_rows(rows, *method_args, **method_kwargs)
        method = getattr(self._layer(method_name), method_name)
        if method_name not in _BY_ROW and set(rows) != set(range(self.num_envs)):
            raise ValueError(
                f"{method_name!r} is the batch's, which has all rows at once; call it without "
                "indices"
            )
        if method_name == "step":
            raise ValueError("rows of a batch move together: call step of the VecEnv")
        result = method(*method_args, **method_kwargs)
        return [row_of_batch(result, i) if method_name in _BY_ROW else result for i in rows]

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """Whether the batch is; nothing wraps single rows."""
        wrapped = any(isinstance(layer, wrapper_class) for layer in self._layers())
        return [wrapped] * len(list(self._get_indices(indices)))

    def _begin(self, rows: list[int], seeds: Sequence[int | None], options: dict[str, Any]) -> Any:
        """Start the rows' next episodes, or the first of their seeds; what is seen then."""
        given: Any = list(seeds) if any(seed is not None for seed in seeds) else None
        mask = np.zeros(self.num_envs, np.bool_)
        mask[rows] = True
        if not mask.all():
            options = {**options, "reset_mask": mask}
        observation, info = self.envs.reset(seed=given, options=options or None)
        begun = info_rows(info, self.num_envs)
        self._started = True
        for row in rows:
            self._begun[row] = begun[row]
        self._returns[rows] = 0
        self._lengths[rows] = 0
        return observation

    def _reset_rows(
        self, rows: list[int], seed: int | None = None, options: dict[str, Any] | None = None
    ) -> list[tuple[Any, dict[str, Any]]]:
        seeds = [seed if row in rows else None for row in range(self.num_envs)]
        observation, infos = self._begin(rows, seeds, options or {}), self.reset_infos
        return [(_row(observation, row), infos[row]) for row in rows]

    def _layers(self) -> Iterator[Any]:
        """The batch, from its outermost wrapper inwards."""
        layer: Any = self.envs
        while isinstance(layer, VectorWrapper):
            yield layer
            layer = layer.env
        yield layer

    def _layer(self, name: str) -> Any:
        """The outermost one that has the attribute."""
        for layer in self._layers():
            if hasattr(layer, name):
                return layer
        raise AttributeError(f"{self.envs!r} has no attribute {name!r}")


def sb3_vec_env(
    id: str | GymnasiumVectorEnv[Any, Any, Any], num_envs: int | None = None, **settings: Any
) -> Sb3VecEnv:
    """A native batch for Stable-Baselines3.

    Args:
        id: a vgym id, of one's own too; or a batch made with ``gymnasium.make_vec``, wrapped in
            ``gymnasium.wrappers.vector`` or not.
        num_envs: how many environments of the id.
        **settings: keywords of the id's environments.

    Raises:
        ValueError: an id or a space that SB3 cannot take; with what to do.
        TypeError: ``num_envs`` is missing, or given with a batch.

    >>> vec_env = sb3_vec_env("VGroundPoint-v0", num_envs=4, image_size=64, difficulty=0)
    >>> vec_env.reset()["image"].shape
    (4, 64, 64, 3)
    """
    if not isinstance(id, str):
        if num_envs is not None or settings:
            raise TypeError(f"num_envs and settings are for an id, not for the batch {id!r:.100}")
        return Sb3VecEnv(id)
    if num_envs is None:
        raise TypeError(f"how many environments? sb3_vec_env({id!r}, num_envs=64)")
    return Sb3VecEnv(gymnasium.make_vec(registered_batch(id), num_envs=num_envs, **settings))


def _joined(options: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The rows' options as those of the batch."""
    for row, given in enumerate(options):
        if given.keys() != options[0].keys():
            raise ValueError(
                f"row {row} was given the options {list(given)}, row 0 {list(options[0])}; rows of "
                "a batch take the same ones, of whatever value"
            )
    return {name: np.array([given[name] for given in options]) for name in options[0]}


def _row(observation: Any, row: int, *, copied: bool = False) -> Any:
    """One row's observation; a copy where the batch's memory may be written to again."""
    if isinstance(observation, np.ndarray) and observation.dtype == object:
        return observation[row]
    own = row_of_batch(observation, row)
    if not copied:
        return own
    if isinstance(own, dict):
        return {name: np.array(value) for name, value in own.items()}
    return np.array(own)
