"""`vgym check` finds each promise that a small bad task breaks, and nothing in a good one."""

import re
import sys
from collections.abc import Iterator

import own_tasks
import pytest

import vgym
from vgym import cli
from vgym.evaluation import contract
from vgym.evaluation.contract import Candidate, check
from vgym.registration import unregister

# The task, the promise that it breaks, and what is said of it.
BAD = (
    ("NanReward", "outcomes", "reward is nan in row"),
    ("ColumnReward", "outcomes", r"reward has shape \(16, 1\) for 16 rows.*shape \(16,\)"),
    ("NanWithoutAnswer", "outcomes", "without an answer, reward is nan in row 0"),
    ("NumberMetric", "outcomes", r"the metric 'tries' has shape \(\) for 16 rows"),
    ("PythonMetric", "outcomes", "the metric 'tries' is float; it must be a tensor"),
    ("FloatSuccess", "outcomes", "terminated is torch.float32; it must be bool"),
    ("Raises", "outcomes", "RuntimeError at own_tasks.py:.*out of oil"),
    ("DrawsAllRows", "pixels", r"rows \[2, 0\] were to be drawn, and others were written"),
    ("DrawsFirstRows", "pixels", r"rows \[2, 0\] drawn alone are not what they are"),
    ("LeavesPixels", "pixels", "160 of 6400 pixels are not written"),
    ("AddsUp", "pixels", "pixels are not written"),
    ("StalePicture", "up_to_date", "image differs from the state drawn anew.*picture_changed"),
    ("Unkeyed", "seeds", r"seeds \[7, 8, 9, 10\] reset once more play otherwise"),
    ("SeededByTheBatch", "seeds", "plays otherwise in another row"),
    ("SeededByPlace", "seeds", "plays otherwise in another row"),
    ("SeededByPlace", "rows_alone", "reset of row 1: "),
    pytest.param(
        *("SeededByHash", "processes", "another process shows other episodes"),
        marks=pytest.mark.slow,
    ),
    ("OneEpisode", "seeds", "16 seeds show one picture and one instruction"),
    ("CountsOutsideTheState", "saving", "a state_dict loaded .* goes on otherwise"),
    ("RandomOutcome", "seeds", "play otherwise: step 0.reward"),
    ("LongTokens", "words", "'find the .* lamp' is 4 tokens long; instruction_length is 3"),
    ("UnknownWord", "words", "the vocabulary lacks quickly"),
    ("OtherTokens", "words", "the tokens of 'find the .* lamp' say 'find the .* lamp'"),
    ("IgnoresRowsOfWords", "words", "instructions of the rows .* are not what they are"),
    ("IgnoresAField", "keywords", "'lamps' is accepted and ignored: nothing reads it"),
    ("IgnoresDifficulty", "keywords", "difficulty=1 plays as difficulty=0"),
    ("SwallowsSettings", "keywords", "no_such_keyword=1 is accepted"),
    ("TakesApart", "keywords", "'colour' is taken and no field of config_class"),
    ("KeywordBeside", "keywords", "__init__ takes 'colour' beside the config"),
    ("IgnoresForm", "keywords", "action='grid' is accepted and ignored"),
    ("IgnoresSize", "keywords", "image_size=.* is accepted and ignored"),
    ("WrongOracle", "oracle", "the oracle solves 0 of 16 episodes; not seeds"),
    ("OracleOfAnotherSpace", "oracle", r"not in Discrete\(4\)"),
    ("StatesWhatItDoesNotGive", "facts", "stated but not given: distance_m"),
    ("StatesAnotherShape", "facts", "fact 'distance_m' has shape"),
    ("ActsUnasked", "silence", "'format_ok' is True in a row that gave no answer"),
    ("ActsUnasked", "silence", "what stands in the place of no answer changes the outcome"),
    ("OneSilencesAll", "silence", "row 1 changes by the silence of row 0"),
)


@pytest.fixture
def own() -> Iterator[list[str]]:
    """Registers a task by its class, and takes it back."""
    made: list[str] = []
    yield made
    for env_id in made:
        unregister(env_id)


def registered_as(own: list[str], name: str) -> str:
    env_id = f"V{name}-v0"
    # The class is not asked what it takes, as where its module is imported later.
    fixed = {"colour": "red"} if name == "TakesApart" else {}
    sys.modules.pop(own_tasks.__name__)
    try:
        vgym.register(env_id, task=f"{own_tasks.__name__}:{name}", **fixed)
    finally:
        sys.modules[own_tasks.__name__] = own_tasks
    own.append(env_id)
    return env_id


@pytest.mark.parametrize(("name", "promise", "message"), BAD)
def test_what_is_broken_is_found(name: str, promise: str, message: str, own: list[str]) -> None:
    candidate = Candidate(registered_as(own, name))
    (kept,) = [one for one in contract.PROMISES if one.__name__ == promise]
    finding = contract.held(kept, candidate)
    assert not finding.kept
    assert re.search(message, "\n".join(finding.problems), re.S), finding.problems


@pytest.mark.slow
def test_a_good_task_keeps_every_promise(own: list[str]) -> None:
    findings = list(check(registered_as(own, "LampTask")))
    assert len(findings) == len(contract.PROMISES)
    assert {f.name: f.problems for f in findings if not f.kept} == {}


def test_the_command_says_what_is_broken(
    own: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = tuple(one for one in contract.PROMISES if one.__name__ != "processes")
    monkeypatch.setattr(contract, "PROMISES", quick)
    assert cli.main(["check", registered_as(own, "LampTask")]) == 0
    assert f"{len(quick)} of {len(quick)} promises are kept" in capsys.readouterr().out
    assert cli.main(["check", registered_as(own, "NanReward")]) == 1
    said = capsys.readouterr().out
    assert "BROKEN  outcomes: Reward, flags" in said and "- reward is nan in row" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("check VNowhere-v0", "unknown environment"),
        ("check VGuiWeb-v0", "another program behind Gymnasium's interface"),
        ("check VGround-v0 --image-size 3", "36 to 4096 pixels"),
    ],
)
def test_what_cannot_be_checked_is_refused(
    words: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words.split()) == 2
    assert message in capsys.readouterr().err
