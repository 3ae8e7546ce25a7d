"""TRL's environments and rewards: what tools say of themselves, half-done rollouts, and two steps
of GRPO with pictures where TRL is installed."""

from __future__ import annotations

import inspect
import typing
from typing import Any

import pytest
from PIL import Image

from vgym.integrations.episodes import Setup
from vgym.integrations.mixture import Mixture
from vgym.integrations.tickets import Ticket, tickets
from vgym.integrations.trl import earned, environments

ONE = Setup("VGround-v0", "qwen2.5-vl", settings={"image_size": 64})
SEVERAL = Setup("VZoom-v0", "qwen3-vl", "native", settings={"image_size": 64})


def columns_of(held: list[Ticket]) -> dict[str, Any]:
    return {name: [getattr(t, name) for t in held] for name in Ticket._fields}


def test_tools_say_of_themselves_what_their_schemas_say() -> None:
    setups = [SEVERAL, Setup("VGuiFlow-v0", "json", "native", settings={"image_size": (240, 320)})]
    for setup, kind in zip(setups, environments(Mixture.of(setups)).values(), strict=True):
        env = setup.chat_env()
        tools = {tool["function"]["name"]: tool["function"] for tool in env.tools}
        public = {n for n, _ in inspect.getmembers(kind, inspect.isfunction) if n[0] != "_"}
        assert public == {"reset", *tools}
        for name, tool in tools.items():
            method, schema = getattr(kind(), name), tool["parameters"]
            taken = inspect.signature(method).parameters
            assert list(taken) == list(schema["properties"])
            assert inspect.getdoc(method).startswith(tool["description"])
            for each, parameter in taken.items():
                assert f"    {each}: " in inspect.getdoc(method)
                required = parameter.default is inspect.Parameter.empty
                assert required == (each in schema["required"])
                enum = schema["properties"][each].get("enum")
                if enum:
                    assert list(typing.get_args(parameter.annotation)) == enum
        env.close()


def test_every_reply_has_a_picture_and_the_episode_its_end() -> None:
    (kind,) = environments(SEVERAL).values()
    env = kind()
    with pytest.raises(RuntimeError, match="call reset"):
        env.undo()
    first = env.reset(seed=3, other="columns", are=["left alone"])
    assert [part["type"] for part in first if part["type"] == "image"] == ["image"]
    for reply in (env.zoom_at(point=[500, 500]), env.zoom_at(spot=3), env.undo()):
        assert isinstance(next(p["image"] for p in reply if p["type"] == "image"), Image.Image)
    (came,) = earned(
        [""], [[{"role": "tool", "content": []}]], [env], **columns_of(tickets(SEVERAL, 1))
    )
    half = env._episode.outcome
    assert not half.ended and half.steps == 3 and half.unread == 1 and came == half.value
    last = env.answer(box=[0, 0, 9, 9])
    assert half.ended
    after = env.answer(box=[0, 0, 900, 900])
    assert after[-1]["text"] == "The episode is over." and after[0]["type"] == "image"
    assert last[0]["type"] == "image" or last[1]["type"] == "image"
    assert half.steps == 4
    assert str(env.reset(seed=3)[1:]) != "" and env._episode.outcome.steps == 0  # used again


def test_words_at_the_end_are_an_answer() -> None:
    (kind,) = environments(SEVERAL).values()
    env, held = kind(), tickets(SEVERAL, 1)
    env.reset(**held[0]._asdict())
    said = [{"role": "assistant", "content": "I give up."}]
    assert earned([""], [said], [env], **columns_of(held)) == [env._episode.outcome.value]
    assert env._episode.outcome.unread == 1


def test_changing_the_answer_changes_the_reward_and_the_log() -> None:
    held = [t for t in tickets(ONE, 2) for _ in range(2)]
    told: dict[str, Any] = {}
    rewards = earned(
        [""] * 4,
        [[{"role": "assistant", "content": f"[{5 * n}, 0, 60, 60]"}] for n in range(4)],
        log_metric=told.__setitem__,
        log_extra=told.__setitem__,
        trainer_state=None,
        **columns_of(held),
    )
    assert len(set(rewards)) == 4
    assert told["vgym/no_advantage"] == 0 and told["vgym/terms/iou"] > 0
    assert told["seed"] == [0, 0, 1, 1]
    with pytest.raises(ValueError, match="no column setup"):
        earned([""], ["x"])


def test_calls_in_the_text_are_no_tools() -> None:
    with pytest.raises(ValueError, match='calls="native"'):
        environments(ONE)


def test_a_trainer_that_plays_nothing_is_refused_many_turns() -> None:
    held = tickets(SEVERAL, 1)
    with pytest.raises(ValueError, match=r"VZoom-v0 takes several answers: .*environment_factory"):
        earned([""], ["x"], **columns_of(held))


def test_what_could_not_be_read_is_named_in_the_warning(caplog: pytest.LogCaptureFixture) -> None:
    held = [t for t in tickets(ONE, 1) for _ in range(4)]
    earned([""] * 4, ["no idea"] * 4, **columns_of(held))
    assert "4 of 4 answers could not be read: " in caplog.text


def test_a_run_is_written_down_and_not_mixed_with_another(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from vgym.baselines.train_grpo_trl import check_run, main, options_of

    line = f"--model org/name --env VGround-v0 --dialect json --out {tmp_path / 'run'} --steps 2"

    def check(more: str = "") -> bool:
        return check_run(options_of([*line.split(), *more.split()]))

    assert check() is False
    with pytest.raises(ValueError, match="holds this run; add --resume"):
        check()
    assert check("--resume") is False  # it was broken off before its first checkpoint
    (tmp_path / "run" / "checkpoint-2").mkdir()
    with pytest.raises(ValueError, match="has made its 2 steps; say more --steps"):
        check("--resume")
    assert check("--resume --steps 4") is True
    with pytest.raises(ValueError, match="another run: its reward are not these"):
        check("--resume --steps 4 --reward sparse")
    for wrong, match in (
        ("--group 3 --batch 4", "must be a multiple of --group 3"),
        ("--model ./nowhere --out x", "--model ./nowhere: there is no such folder"),
    ):
        assert main([*line.split(), *wrong.split()]) == 2
        assert match in capsys.readouterr().err


def grpo(monkeypatch: pytest.MonkeyPatch, processor: Any, model: Any, out: Any, line: str) -> Any:
    transformers = pytest.importorskip("transformers")
    from vgym.baselines import train_grpo_trl

    monkeypatch.setattr(transformers.AutoProcessor, "from_pretrained", lambda *_, **__: processor)
    words = f"--model {model} --out {out} --batch 4 --group 4 --accumulate 1 --steps 2 {line}"
    options = train_grpo_trl.options_of(words.split())
    out.mkdir(exist_ok=True)
    return train_grpo_trl.trainer_of(options)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what TRL says of its own dependencies is its own
def test_two_steps_of_grpo_with_pictures_by_calls(tmp_path: Any, monkeypatch: Any) -> None:
    pytest.importorskip("trl", reason="pip install vgym[trl]")
    from tiny_model import save_tiny_qwen

    processor = save_tiny_qwen(tmp_path / "model")
    line = "--env VZoom-v0 --dialect qwen3-vl --set image_size=64 --max-tokens 600 --held-out 0"
    trainer = grpo(monkeypatch, processor, tmp_path / "model", tmp_path / "run", line)
    tokenizer, seen = processor.tokenizer, []

    def speak(prompt_ids: Any, images: Any, *_: Any, **__: Any) -> Any:
        """Scripted: look, answer each another box, and say that it is done."""
        seen.append([len(each or []) for each in images])
        said = []
        for n, ids in enumerate(prompt_ids):
            turn = tokenizer.decode(ids).count("<tool_response>")
            call = [
                f'{{"name": "zoom_at", "arguments": {{"point": [500, {100 + 200 * n}]}}}}',
                f'{{"name": "answer", "arguments": {{"box": [{60 * n}, 10, 500, 600]}}}}',
            ]
            text = f"<tool_call>\n{call[turn]}\n</tool_call>" if turn < 2 else "done"
            said.append(tokenizer(f"{text}<|im_end|>", add_special_tokens=False)["input_ids"])
        return said, None

    trainer._generate_single_turn = speak
    trainer.train()
    logged = [row for row in trainer.state.log_history if "reward" in row]
    assert len(logged) == 2 and seen == [[1] * 4, [2] * 4, [3] * 4] * 2
    for row in logged:
        assert row["vgym/steps"] == 2 and row["vgym/unread"] == 0
        assert row["reward_std"] > 0 and row["grad_norm"] > 0 and row["vgym/no_advantage"] == 0
    assert (tmp_path / "run" / "log.jsonl").read_text().count("\n") >= 2


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # as above
def test_two_steps_of_grpo_with_pictures_of_one_answer(tmp_path: Any, monkeypatch: Any) -> None:
    pytest.importorskip("trl", reason="pip install vgym[trl]")
    from tiny_model import save_tiny_model
    from transformers import AutoProcessor

    save_tiny_model(tmp_path / "model")
    processor = AutoProcessor.from_pretrained(tmp_path / "model")
    line = "--env VGround-v0 --dialect qwen2.5-vl --set image_size=64 --max-tokens 32 --held-out 4"
    line += " --every 1 --prompts 8"
    trainer = grpo(monkeypatch, processor, tmp_path / "model", tmp_path / "run", line)
    tokenizer, calls = processor.tokenizer, []

    def speak(prompt_ids: Any, images: Any, *_: Any, **__: Any) -> Any:
        calls.append([len(each or []) for each in images])
        said = [f"[{4 * n}, 0, {30 + n}, 50]</s>" for n in range(len(prompt_ids))]
        return [tokenizer(text, add_special_tokens=False)["input_ids"] for text in said], None

    trainer._generate_single_turn = speak
    trainer.train()
    logged = [row for row in trainer.state.log_history if "reward" in row]
    tested = [row for row in trainer.state.log_history if "eval_reward" in row]
    assert len(logged) == len(tested) == 2 and all(set(each) == {1} for each in calls)
    assert all(row["reward_std"] > 0 and row["grad_norm"] > 0 for row in logged)
    assert all("eval_vgym/success" in row for row in tested)
    # It goes on from its last checkpoint.
    again = grpo(monkeypatch, processor, tmp_path / "model", tmp_path / "run", f"{line} --steps 3")
    again._generate_single_turn = speak
    again.train(resume_from_checkpoint=True)
    assert again.state.global_step == 3
