"""What a step of GRPO holds in memory, computed from a model's shape: on one GPU, and on eight.

A first bound for choosing a machine, not a measurement: fragments, kernels' workspaces and the
trainer's own buffers come on top, some 10 to 20 %.

    python -m vgym.baselines.grpo_memory
    python -m vgym.baselines.grpo_memory --pictures 2 --tokens 1024 --batch 4
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from vgym.number_options import count

GIB = 1 << 30
BF16, FLOAT32 = 2, 4


@dataclass(frozen=True)
class Shape:
    """A model.

    Attributes:
        parameters: of all, in billions. layers, hidden, heads_kv, head: of its language part.
        vocabulary: words. pixels: of a picture's side that a token stands for.

    Source: the models' published configurations.
    """

    parameters: float
    layers: int
    hidden: int
    heads_kv: int
    head: int
    vocabulary: int
    pixels: int


SHAPES = {
    "Qwen2.5-VL-3B": Shape(3.75, 36, 2048, 2, 128, 151_936, 28),
    "Qwen2.5-VL-7B": Shape(8.29, 28, 3584, 4, 128, 152_064, 28),
    "Qwen3-VL-2B": Shape(2.13, 28, 2048, 8, 128, 151_936, 32),
    "Qwen3-VL-8B": Shape(8.77, 36, 4096, 8, 128, 151_936, 32),
}


@dataclass(frozen=True)
class Step:
    """What is trained on at a time, on one GPU.

    Args:
        side: of a picture, pixels. pictures: an episode shows. words: tokens of its prompt.
        tokens: of its answers. batch: episodes at a time.
        lora: of adapters the rank; 0 trains everything. gpus: among which parameters, gradients
            and the optimiser's states are divided (ZeRO-3).
    """

    side: int = 448
    pictures: int = 1
    words: int = 200
    tokens: int = 512
    batch: int = 8
    lora: int = 0
    gpus: int = 1

    def length(self, shape: Shape) -> int:
        """Tokens of an episode."""
        return self.words + self.tokens + self.pictures * (-(-self.side // shape.pixels)) ** 2

    def memory(self, shape: Shape) -> dict[str, float]:
        """GiB on each GPU, by what they hold.

        As `vgym.baselines.train_grpo_trl` trains: what is trained, its ``gradients`` and Adam's two
        ``states`` in float32, ``weights`` beside adapters in bfloat16, no model of reference;
        ``checkpoints``, a layer's input for each token, with activations recomputed; ``logits`` of
        one episode at a time, float32, and their gradient; ``cache`` of generating.
        """
        every = shape.parameters * 1e9
        # Adapters of q, k, v, o and the three matrices of the MLP: about 17 hidden sizes a layer.
        trained = 17 * self.lora * shape.hidden * shape.layers if self.lora else every
        tokens = self.length(shape) * self.batch
        held = {
            "weights": every * (BF16 if self.lora else FLOAT32) / self.gpus,
            "gradients": trained * FLOAT32 / self.gpus,
            "states": 2 * trained * FLOAT32 / self.gpus,
            "checkpoints": tokens * shape.hidden * shape.layers * BF16,
            "logits": 2.0 * self.tokens * shape.vocabulary * FLOAT32,
            "cache": 2.0 * tokens * shape.layers * shape.heads_kv * shape.head * BF16,
        }
        found = {name: size / GIB for name, size in held.items()}
        return {**found, "in all": sum(found.values())}


def table(steps: dict[str, Step], shapes: dict[str, Shape] = SHAPES) -> str:
    """Models by ways of training, in Markdown."""
    names = list(Step().memory(next(iter(shapes.values()))))
    lines = [f"| model | trained | {' | '.join(names)} |", "| --- " * (len(names) + 2) + "|"]
    for model, shape in shapes.items():
        for how, step in steps.items():
            cells = [f"{size:.1f}" for size in step.memory(shape).values()]
            lines.append(f"| {model} | {how} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def ways(**given: int) -> dict[str, Step]:
    """The three that the page shows."""
    return {
        "LoRA 16, 1 GPU": Step(lora=16, **given),
        "all, 1 GPU": Step(**given),
        "all, 8 GPUs": Step(gpus=8, **given),
    }


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for name, what in (
        ("side", "of a picture, pixels"),
        ("pictures", "that an episode shows"),
        ("words", "tokens of the prompt's words"),
        ("tokens", "of an episode's answers"),
        ("batch", "episodes a GPU at a time"),
    ):
        default = getattr(Step(), name)
        parser.add_argument(f"--{name}", type=count, default=default, help=f"{what} ({default})")
    print(table(ways(**vars(parser.parse_args(arguments)))), end="")


if __name__ == "__main__":
    main()
