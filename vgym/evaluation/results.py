"""Result rows, and their files: written after every row, so that what is done is never lost."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vgym.core.config import choice
from vgym.data.whole_files import write_whole
from vgym.evaluation.episode_table import EpisodeTable
from vgym.evaluation.episodes import Played, Shown, unread
from vgym.evaluation.machine import machine, versions
from vgym.evaluation.metrics import Estimate, estimate_mean, hits_by_size
from vgym.evaluation.pictures import PICTURES, SHOWN, player
from vgym.evaluation.places.answers import answers_in
from vgym.evaluation.places.summary import median_km

WHY_SHOWN = 200  # characters of a reason that a line has


@dataclass(frozen=True)
class Row:
    """One agent on one environment.

    Attributes:
        env: what it is called in tables, such as "VGround-v0 photos".
        id: the registered id. settings: the further keywords it was made with.
        success, returns, metrics: means with 95 % intervals; ``median_km`` of tasks that ask for a
            place on Earth is the median.
        steps_per_s: see :class:`vgym.evaluation.episode_table.Effort`.
        asked: how many episodes were asked for: ``episodes``, or more than there are records.
        played: every episode. gallery: the first ones, with their picture. Both are written to
            ``episodes.jsonl``, see :mod:`vgym.evaluation.saved`.
        pictures: as the agent saw them, see :mod:`vgym.evaluation.pictures`.
        agent_settings: keywords that the agent asked for beside.
        thought_s: seconds of the agent's own. usage: what it says that it used, by name.
    """

    env: str
    id: str
    agent: str
    episodes: int
    success: Estimate
    returns: Estimate
    metrics: dict[str, Estimate]
    steps_per_s: float
    seed: int
    split: str
    settings: dict[str, Any]
    versions: dict[str, str]
    asked: int
    played: tuple[Played, ...] = field(default=(), repr=False, compare=False)
    gallery: tuple[Shown, ...] = field(default=(), repr=False, compare=False)
    pictures: str = SHOWN
    agent_settings: dict[str, Any] = field(default_factory=dict)
    thought_s: float = 0.0
    usage: dict[str, float] = field(default_factory=dict)

    @property
    def player(self) -> str:
        """What tables call who played."""
        return player(self.agent, self.pictures)

    @property
    def cell(self) -> tuple[str, str]:
        """What tells a run's rows apart."""
        return self.env, self.player

    @property
    def whole(self) -> bool:
        """Whether all its episodes are there; a file of them that was damaged has lost some."""
        return len(self.played) == self.episodes

    @property
    def difficulty(self) -> float | None:
        """The difficulty that was asked for; None for the default."""
        found = self.settings.get("difficulty")
        return None if found is None else float(found)

    @property
    def unread_share(self) -> float:
        """Of how many episodes, as a share, the last answer could not be read."""
        return unread(self.played)[0] / max(1, len(self.played))

    @property
    def unread(self) -> str:
        """A line about missing and unreadable answers, with the commonest reason; "" for none.

        Of an episode of several steps the last answer counts.
        """
        count, why = unread(self.played)
        if not count:
            return ""
        # The words may be a model's: they stay in a line, and steer no terminal.
        line = " ".join("".join(c if c.isprintable() else " " for c in why).split())
        last = "last " if any(one.steps > 1 for one in self.played) else ""
        return (
            f"{self.player} on {self.env}: {count} of {len(self.played)} {last}answers are missing "
            f"or unreadable: {line if len(line) <= WHY_SHOWN else line[: WHY_SHOWN - 1] + '…'}"
        )

    def as_json(self) -> dict[str, Any]:
        """The row as it stands in ``results.json``."""
        return {
            "env": self.env,
            "id": self.id,
            "agent": self.agent,
            "pictures": self.pictures,
            "episodes": self.episodes,
            "asked": self.asked,
            "success": self.success.mean,
            "success_ci": self.success.ci,
            "return_mean": self.returns.mean,
            "return_ci": self.returns.ci,
            "metrics": {k: {"mean": m.mean, "ci": m.ci} for k, m in self.metrics.items()},
            "unread": unread(self.played)[0],
            "steps_per_s": round(self.steps_per_s, 1),
            "thought_s": round(self.thought_s, 3),
            "usage": self.usage,
            "seed": self.seed,
            "split": self.split,
            "settings": self.settings,
            "agent_settings": self.agent_settings,
            "versions": self.versions,
        }

    @classmethod
    def of_json(cls, saved: Mapping[str, Any]) -> Row:
        """The row that `as_json` wrote, without its episodes.

        Raises:
            ValueError: it is no such row.
        """
        try:
            choice("pictures", saved.get("pictures", SHOWN), PICTURES)
            return cls(
                env=str(saved["env"]),
                id=str(saved["id"]),
                agent=str(saved["agent"]),
                episodes=int(saved["episodes"]),
                success=_estimate(saved["success"], saved["success_ci"]),
                returns=_estimate(saved["return_mean"], saved["return_ci"]),
                metrics={
                    str(k): _estimate(m["mean"], m["ci"]) for k, m in saved["metrics"].items()
                },
                steps_per_s=float(saved["steps_per_s"]),
                seed=int(saved["seed"]),
                split=str(saved["split"]),
                settings=dict(saved["settings"]),
                versions=dict(saved["versions"]),
                asked=int(saved.get("asked", saved["episodes"])),
                pictures=str(saved.get("pictures", SHOWN)),
                agent_settings=dict(saved.get("agent_settings", {})),
                thought_s=float(saved.get("thought_s", 0.0)),
                usage={str(k): float(v) for k, v in saved.get("usage", {}).items()},
            )
        except (KeyError, TypeError, AttributeError) as error:
            why = f"{type(error).__name__} {error}"
            raise ValueError(f"no row of a benchmark: {why}") from None


def _estimate(mean: Any, ci: Any) -> Estimate:
    low, high = ci
    return Estimate(float(mean), float(low), float(high))


def summarise(
    table: EpisodeTable,
    *,
    env: str,
    id: str,
    agent: str,
    seed: int,
    split: str,
    settings: Mapping[str, Any],
    asked: int | None = None,
    pictures: str = SHOWN,
    agent_settings: Mapping[str, Any] | None = None,
) -> Row:
    """The row that an episode table comes to.

    Args:
        table: what the episodes earned.
        env: what it is called in tables.
        id: its registered id.
        agent: who played.
        seed: of the episodes, and of the bootstrap.
        split: of the episodes.
        settings: keywords that the environment was made with.
        asked: how many episodes were asked for, if not as many as there are.
        pictures: as the agent saw them.
        agent_settings: keywords that the agent asked for beside.
    """
    answers = answers_in(table.played)
    further = {} if answers is None else {"median_km": median_km(answers, seed=seed)}
    return Row(
        env=env,
        id=id,
        agent=agent,
        episodes=len(table.played),
        success=estimate_mean(table.success, seed),
        returns=estimate_mean(table.returns, seed),
        metrics={
            name: estimate_mean(column, seed)
            for name, column in {**table.metrics, **hits_by_size(table.metrics)}.items()
        }
        | further,
        steps_per_s=table.steps_per_s,
        seed=seed,
        split=split,
        settings=dict(settings),
        versions={"python": str(machine()["python"]), **versions()},
        asked=len(table.played) if asked is None else asked,
        pictures=pictures,
        agent_settings=dict(agent_settings or {}),
        thought_s=table.effort.thought_s,
        usage=dict(table.effort.usage),
        played=table.played,
        gallery=table.gallery,
    )


def write_json(path: Path, rows: list[Row], *, partial: bool, command: str) -> None:
    """Write ``results.json``; see :mod:`vgym.data.whole_files`.

    Raises:
        OSError: the file could not be written; an earlier one is still there, whole.
    """
    document = {"command": command, "partial": partial, "rows": [row.as_json() for row in rows]}
    write_whole(path, json.dumps(document, indent=1, allow_nan=False) + "\n")


def write_csv(path: Path, rows: list[Row]) -> None:
    """Write ``results.csv``: one line a row, a column for each metric that any row has.

    Raises:
        OSError: as above.
    """
    names = list(dict.fromkeys(name for row in rows for name in row.metrics))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    head = ["env", "agent", "pictures", "episodes", "success", "success_low", "success_high"]
    head += ["return_mean", "return_low", "return_high"]
    used = list(dict.fromkeys(name for row in rows for name in row.usage))
    rest = ["unread", "thought_s", *used, "steps_per_s", "seed", "split", "settings"]
    writer.writerow([*head, *names, *rest])
    for row in rows:
        estimates = [row.success, row.returns]
        cells = [f"{v:.6g}" for e in estimates for v in (e.mean, e.low, e.high)]
        cells += [f"{row.metrics[n].mean:.6g}" if n in row.metrics else "" for n in names]
        cells += [str(unread(row.played)[0]), f"{row.thought_s:.3f}"]
        cells += [f"{row.usage[n]:.6g}" if n in row.usage else "" for n in used]
        where = [f"{row.steps_per_s:.1f}", row.seed, row.split, json.dumps(row.settings)]
        who = [_inert(row.env), _inert(row.agent), row.pictures]
        writer.writerow([*who, row.episodes, *cells, *where])
    write_whole(path, file.getvalue())


def _inert(text: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
