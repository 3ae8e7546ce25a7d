"""Two results side by side: shared episodes alone, right differences, and what is not shared."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evaluation.sample_rows import played

from vgym import cli
from vgym.evaluation.compare import compare, mcnemar
from vgym.evaluation.episodes import Played
from vgym.evaluation.metrics import bootstrap_mean
from vgym.evaluation.results import Row, write_json
from vgym.evaluation.saved import Saved, write_episodes


def made(
    episodes: list[Played],
    agent: str = "mine",
    env: str = "VGround-v0",
    split: str = "val",
    **settings: Any,
) -> Row:
    success = bootstrap_mean([e.success for e in episodes])
    returns = bootstrap_mean([e.value for e in episodes])
    row = Row(env, env.split()[0], agent, len(episodes), success, returns, {}, 1.0, 0, split,
              settings, {"vgym": "1"}, len(episodes), tuple(episodes))  # fmt: skip
    return row


def saved(name: str, *rows: Row) -> Saved:
    return Saved(Path(name), "vgym bench", False, rows)


def outcomes(successes: str, first: int = 0) -> list[Played]:
    return [played(first + j, s == "1", float(s)) for j, s in enumerate(successes)]


def test_the_difference_is_that_of_the_shared_episodes() -> None:
    a, b = made(outcomes("1100110011")), made(outcomes("1111110000", first=2))
    (pair,) = compare(saved("a", a), saved("b", b)).pairs
    ours, theirs = np.array([0, 0, 1, 1, 0, 0, 1, 1]), np.array([1, 1, 1, 1, 1, 1, 0, 0])
    assert pair.episodes == 8 and pair.unshared == (2, 2)
    assert pair.success.means == (ours.mean(), theirs.mean())
    assert pair.success.change == bootstrap_mean(theirs - ours)
    assert pair.returns == pair.success
    assert pair.alone == (2, 4) and pair.p == pytest.approx(mcnemar(2, 4))


def test_pairing_cancels_what_is_hard_for_both() -> None:
    hard = np.random.default_rng(0).normal(0, 10, 200)
    a = made([played(j, False, float(v)) for j, v in enumerate(hard)])
    b = made([played(j, False, float(v) + 0.5) for j, v in enumerate(hard)])
    (pair,) = compare(saved("a", a), saved("b", b)).pairs
    assert pair.returns.change.mean == pytest.approx(0.5)
    assert pair.returns.change.high - pair.returns.change.low < 1e-9
    assert pair.p == 1


@pytest.mark.parametrize("one", range(13))
@pytest.mark.parametrize("other", [0, 3, 11, 400])
def test_mcnemar_is_exact(one: int, other: int) -> None:
    n, fewer = one + other, min(one, other)
    tail = 2 * sum(Fraction(math.comb(n, k), 2**n) for k in range(fewer + 1))
    assert mcnemar(one, other) == pytest.approx(float(min(tail, Fraction(1))), rel=1e-9)
    assert mcnemar(other, one) == mcnemar(one, other)


def test_records_are_matched_wherever_the_file_lies_and_whatever_the_seed() -> None:
    def about(lines: list[int], seed: int) -> list[Played]:
        return [
            replace(
                played(seed + j, k % 2 == 0), record=f"mine.jsonl:{k}", instruction=f"thing {k}"
            )
            for j, k in enumerate(lines)
        ]

    a = made(about([1, 2, 3, 3, 5], 0), source="data/mine.jsonl")
    b = made(about([2, 3, 3, 4, 5], 9), source="/far/mine.jsonl")
    found = compare(saved("a", a), saved("b", b))
    (pair,) = found.pairs
    assert pair.episodes == 4 and pair.unshared == (1, 1) and pair.alone == (0, 0)
    assert found.unshared == ("VGround-v0 mine: 1 episodes of A and 1 of B are not shared",)
    changed = made([replace(e, instruction="another") for e in about([1, 2], 0)] + about([5], 7),
                   source="mine.jsonl")  # fmt: skip
    found = compare(saved("a", a), saved("b", changed))
    assert found.pairs[0].episodes == 1
    assert "2 records of one place that ask for different things" in found.unshared[0]


def test_agents_are_paired_by_name_or_as_asked() -> None:
    ten = outcomes("1010101010")
    a = saved("a", made(ten, "random"), made(ten, "mine"), made(ten, "old"))
    b = saved("b", made(ten, "random"), made(ten, "mine"), made(ten, "new"))
    found = compare(a, b)
    assert [pair.agents for pair in found.pairs] == [("random", "random"), ("mine", "mine")]
    assert found.unshared == ("VGround-v0 old: only A has it", "VGround-v0 new: only B has it")
    assert compare(a, b, ("old", "new")).pairs[0].agents == ("old", "new")
    assert compare(a, a, ("old", "mine")).pairs[0].agents == ("old", "mine")
    alone = compare(saved("a", made(ten, "old")), saved("b", made(ten, "new")))
    assert alone.pairs[0].agents == ("old", "new")
    with pytest.raises(ValueError, match="are both a; name two of its agents by --agents: mine"):
        compare(a, a)
    with pytest.raises(ValueError, match="B, b, has no agent 'old'"):
        compare(a, b, ("old", "old"))


def test_what_is_not_shared_is_said() -> None:
    ten = outcomes("1010101010")
    common = made(ten)
    a = saved("a", common, made(ten, env="VGui-v0", difficulty=0.5), made(ten, env="VNav-v0"))
    b = saved("b", common, made(ten, env="VGui-v0", split="test"), made(ten, env="VMaze-v0"))
    assert set(compare(a, b).unshared) == {
        "VGui-v0: difficulty is 0.5 in A, the default in B, split is val in A, test in B",
        "VNav-v0: only A has it",
        "VMaze-v0: only B has it",
    }
    newer = replace(common, versions={"vgym": "2"})
    assert (
        compare(a, saved("b", newer)).unshared[-1].startswith("A was played with vgym 1, B with 2")
    )


def test_nothing_shared_is_an_error_that_says_why() -> None:
    ten = outcomes("1010101010")
    with pytest.raises(ValueError, match=r"share no episodes:\nVGround-v0: image_size is 64 in A"):
        compare(saved("a", made(ten, image_size=64)), saved("b", made(ten, image_size=(64, 64))))
    with pytest.raises(ValueError, match=r"10 episodes of A and 3 of B are not shared"):
        compare(saved("a", made(ten)), saved("b", made(outcomes("111", first=50))))
    with pytest.raises(ValueError, match="B does not hold its episodes"):
        compare(saved("a", made(ten)), saved("b", replace(made(ten), played=())))


def test_the_command_prints_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, successes in (("a", "1100110011"), ("b", "1111110011")):
        (tmp_path / name).mkdir()
        row = made(outcomes(successes))
        write_episodes(tmp_path / name, [row])
        write_json(tmp_path / name / "results.json", [row], partial=False, command="")
    assert cli.main(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    head, success, returns = capsys.readouterr().out.splitlines()
    assert head.split() == [
        "environment",
        "agent",
        "episodes",
        "what",
        "A",
        "B",
        "B",
        "-",
        "A",
        "95",
        "%",
    ]
    assert success.split()[:7] == [
        "VGround-v0",
        "mine",
        "10",
        "success",
        "0.600",
        "0.800",
        "+0.200",
    ]
    assert success.endswith("solved by A alone 0, by B alone 2, p = 0.5")
    assert returns.split()[3:7] == ["return", "0.600", "0.800", "+0.200"]
    assert cli.main(["compare", str(tmp_path / "a"), str(tmp_path)]) == 2
    assert "holds no results.json" in capsys.readouterr().err
    assert cli.main(["compare", str(tmp_path / "a"), str(tmp_path / "a"), "--agents", "mine"]) == 2
    assert "must name two" in capsys.readouterr().err
