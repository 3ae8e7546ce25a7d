"""GRPO by TRL: any image-text model of Hugging Face's form learns any id that is one conversation.

    python -m vgym.baselines.train_grpo_trl --model Qwen/Qwen2.5-VL-3B-Instruct \\
        --env VGround-v0 --dialect qwen2.5-vl --lora 16 --out runs/ground
    python -m vgym.baselines.train_grpo_trl --model Qwen/Qwen3-VL-2B-Instruct \\
        --env VZoom-v0 --dialect qwen3-vl --reward sparse --out runs/zoom
    python -m vgym.baselines.train_grpo_trl ... --resume       goes on from the last checkpoint

An id of one answer is asked once; one of several is played by calls of tools, a picture in each
reply. Under --out stand log.jsonl (success, each term of the reward, the share of groups without
advantage; held-out episodes under ``eval_``), checkpoints, and the model. Settings of the
environment are given by --set. With `accelerate launch -m` it runs on several GPUs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from vgym.core.extras import missing
from vgym.data.whole_files import write_whole
from vgym.integrations.episodes import Setup
from vgym.integrations.mixture import Mixture
from vgym.integrations.trl import earned, environments, prompts
from vgym.number_options import count, number
from vgym.number_options import seed as seed_number
from vgym.registration import row_of

FIRST_HELD_OUT = 1_000_000  # the seed of the first held-out episode, where there is no other split


def setups_of(options: argparse.Namespace, *, held_out: bool = False) -> list[Setup]:
    """What is played, one setup for each id of ``--env``.

    Args:
        held_out: of the split that episodes are held out from.

    Raises:
        ValueError: an unknown id, dialect or setting.
    """
    found = []
    for id in options.env:
        splits = row_of(id.removeprefix("vgym:")).family.splits
        settings = dict(options.set)
        settings |= {} if options.reward is None else {"reward": options.reward}
        settings |= {} if options.difficulty is None else {"difficulty": options.difficulty}
        trained = settings.pop("split", splits[0])
        split = next((s for s in ("val", "test") if s in splits and s != trained), trained)
        if not held_out:
            split = trained
        elif (
            split == trained
            and Setup(id, options.dialect, split=split, settings=settings).starts(1)[0].record
            is not None
        ):
            raise ValueError(
                f"{id}: all records of this source are trained on; say --held-out 0, or --set "
                "split=... where it has others"
            )
        found.append(Setup(id, options.dialect, split=split, settings=settings).spoken())
    kinds = {setup.calls for setup in found}
    if len(kinds) > 1:
        raise ValueError("ids of one answer and of several do not train together; name one kind")
    return found


def trainer_of(options: argparse.Namespace, **more: Any) -> Any:
    """TRL's trainer, ready to train.

    Args:
        **more: further arguments of `trl.GRPOConfig`.
    """
    os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")  # environments are marked experimental
    try:
        from transformers import AutoProcessor
        from trl import GRPOConfig, GRPOTrainer
    except ImportError as error:
        raise missing("TRL", "trl", error) from error

    gpu = torch.cuda.is_available()
    played = Mixture.of(setups_of(options))
    held_out = Mixture.of(setups_of(options, held_out=bool(options.held_out)))
    config = GRPOConfig(
        output_dir=str(options.out),
        max_steps=options.steps,
        learning_rate=options.lr,
        num_generations=options.group,
        per_device_train_batch_size=options.batch,
        per_device_eval_batch_size=options.batch,
        num_generations_eval=1,
        gradient_accumulation_steps=options.accumulate,
        max_completion_length=options.max_tokens,
        # Steps of 1e-6 are lost in bfloat16: what is trained is float32, computed in bfloat16.
        model_init_kwargs={"dtype": "bfloat16" if gpu and options.lora else "float32"},
        bf16=gpu,
        shuffle_dataset=False,  # episodes are random as they are, and a mixture has a course
        use_cpu=not gpu,
        eval_strategy="steps" if options.held_out else "no",
        eval_steps=options.every,
        save_steps=options.every,
        save_total_limit=2,
        logging_steps=1,
        report_to="none",
        remove_unused_columns=False,
        seed=options.seed % 2**32,
        **more,
    )
    turns = {}
    if played.setups[0].calls == "native":
        both = Mixture.of([*played.setups, *held_out.setups])
        turns = {"environment_factory": environments(both)}
    return GRPOTrainer(
        model=str(options.model),
        processing_class=AutoProcessor.from_pretrained(options.model, padding_side="left"),
        reward_funcs=earned,
        args=config,
        train_dataset=prompts(played, options.prompts, options.seed),
        eval_dataset=prompts(held_out, options.held_out, FIRST_HELD_OUT)
        if options.held_out
        else None,
        peft_config=_lora(options.lora) if options.lora else None,
        callbacks=[_log_to(options.out / "log.jsonl")],
        **turns,
    )


def _lora(rank: int) -> Any:
    try:
        from peft import LoraConfig
    except ImportError as error:
        raise missing("peft", "trl", error) from error
    return LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM"
    )


def _log_to(file: Path) -> Any:
    from transformers import TrainerCallback

    class ToFile(TrainerCallback):  # type: ignore[misc]  # transformers may not be installed
        """Appends what is logged, one JSON object a line."""

        def on_log(
            self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any
        ) -> None:
            if state.is_world_process_zero and logs:
                with file.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps({"step": state.global_step, **logs}) + "\n")

    return ToFile()


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{text[:60]!r} is no NAME=VALUE")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def options_of(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line, read."""
    first, _, examples = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="train_grpo_trl",
        description=first,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--model", required=True, help="of the hub, or a folder")
    parser.add_argument(
        "--env", required=True, type=lambda t: t.split(","), metavar="ID,ID", help="what is played"
    )
    parser.add_argument(
        "--dialect", required=True, help="how it writes places: `vgym chat dialects`"
    )
    parser.add_argument("--reward", help="a recipe: dense, sparse, gui-g2, ... (default: the id's)")
    parser.add_argument("--difficulty", type=number, help="0 to 1 (default 0.5)")
    parser.add_argument(
        "--set",
        type=_setting,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting of the environment, its value in JSON",
    )
    parser.add_argument("--prompts", type=count, default=4096, help="training episodes (4096)")
    parser.add_argument("--steps", type=count, default=500, help="of the optimiser (500)")
    parser.add_argument(
        "--group",
        type=count,
        default=8,
        help="answers to a prompt (8); batch x accumulate x GPUs is a multiple of it",
    )
    parser.add_argument("--batch", type=count, default=8, help="answers a device at a time (8)")
    parser.add_argument("--accumulate", type=count, default=4, help="batches of a step (4)")
    parser.add_argument(
        "--max-tokens", type=count, default=512, help="of an episode's answers (512)"
    )
    parser.add_argument(
        "--lr",
        type=number,
        default=1e-6,
        help="at the start, falling evenly to 0 (1e-6; LoRA wants 1e-5)",
    )
    parser.add_argument(
        "--lora", type=count, metavar="RANK", help="train adapters of that rank alone"
    )
    parser.add_argument(
        "--held-out",
        type=int,
        default=64,
        help="episodes to test on, of val or else test (64; 0: none)",
    )
    parser.add_argument(
        "--every", type=count, default=50, help="steps between tests and checkpoints"
    )
    parser.add_argument("--seed", type=seed_number, default=0)
    parser.add_argument("--out", type=Path, required=True, help="a folder")
    parser.add_argument("--resume", action="store_true", help="from the last checkpoint in --out")
    return parser.parse_args(arguments)


def check_run(options: argparse.Namespace) -> bool:
    """Write down what a run is made by, and whether it goes on from a checkpoint.

    Raises:
        ValueError: the folder holds another run, or this one has made its steps.
    """
    file = options.out / "run.json"
    mine = {
        name: str(value) if isinstance(value, Path) else value
        for name, value in vars(options).items()
        if name not in ("out", "resume", "steps")
    }
    mine = json.loads(json.dumps(mine))
    checkpoints = [int(p.name.rpartition("-")[2]) for p in options.out.glob("checkpoint-*")]
    if file.exists():
        before = json.loads(file.read_text("utf-8"))
        other = [name for name in mine if before.get(name) != mine[name]]
        if other:
            raise ValueError(
                f"{options.out} holds another run: its {', '.join(other)} are not these; name "
                "another --out"
            )
        if not options.resume:
            raise ValueError(f"{options.out} holds this run; add --resume, or name another --out")
        if max(checkpoints, default=0) >= options.steps:
            raise ValueError(f"{options.out} has made its {options.steps} steps; say more --steps")
    options.out.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps(mine, indent=1) + "\n")
    return bool(options.resume and checkpoints)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, and save the model."""
    options = options_of(arguments)
    try:
        if options.batch * options.accumulate % options.group:
            raise ValueError(
                f"--batch {options.batch} x --accumulate {options.accumulate} must be a multiple "
                f"of --group {options.group}: groups are whole"
            )
        if options.model.startswith((".", "/", "~")) and not Path(options.model).is_dir():
            raise ValueError(f"--model {options.model}: there is no such folder")
        goes_on = check_run(options)
        trainer = trainer_of(options)
    except (ValueError, ImportError, OSError) as error:
        print(f"train_grpo_trl: {error}", file=sys.stderr)
        return 2
    trainer.train(resume_from_checkpoint=goes_on or None)
    trainer.save_model()
    print(f"{options.out}: the model, its checkpoints, and log.jsonl")
    return 0


if __name__ == "__main__":
    sys.exit(main())
