"""A model of Hugging Face `transformers` that sees, on this machine, many rows at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vgym.baselines.chat_agent import ChatAgent
from vgym.chat.client import Question
from vgym.chat.messages import pictures_of, to_transformers
from vgym.chat.reading.dialect import Dialect
from vgym.chat.replies import Reply
from vgym.evaluation.agent import AgentError

BATCH = 8
MAX_TOKENS = 512


class LocalAgent(ChatAgent):
    """Asks a model that is loaded here, from files alone: nothing is downloaded.

    Args:
        name, dialect: see `ChatAgent`.
        path: of the folder that holds the model and its processor.
        batch: how many rows are answered at once.
        device: "cpu", "cuda", ...; by default a GPU if there is one.
        max_tokens: of an answer. temperature: 0 always takes the likeliest token.
        seed: of draws, with a temperature.
        **how: see `ChatAgent`.

    Raises:
        ImportError: there is no `transformers`. ValueError: no such folder, or no model in it.
    """

    def __init__(
        self,
        name: str,
        dialect: str | Dialect,
        path: str | Path,
        *,
        batch: int = BATCH,
        device: str | None = None,
        max_tokens: int = MAX_TOKENS,
        temperature: float = 0.0,
        seed: int = 0,
        **how: Any,
    ) -> None:
        super().__init__(name, dialect, **how)
        self.path, self.batch, self.seed = Path(path), batch, seed
        self.max_tokens, self.temperature = max_tokens, temperature
        self.device = device
        if not self.path.is_dir():
            raise ValueError(f"local:{path}: there is no such folder; download the model first")
        self._loaded: tuple[Any, Any] | None = None
        _import_transformers()

    def answers(self, questions: Sequence[Question]) -> list[Reply]:
        """As the model answers."""
        replies: list[Reply] = []
        for start in range(0, len(questions), self.batch):
            replies += self._some(questions[start : start + self.batch])
        for question, reply in zip(questions, replies, strict=True):
            self.used.add(reply, len(pictures_of(question.messages)))
        return replies

    def _some(self, questions: Sequence[Question]) -> list[Reply]:
        import torch

        model, processor = self._loaded = self._loaded or self._load()
        start = time.perf_counter()
        try:
            given = processor.apply_chat_template(
                [to_transformers(one.messages) for one in questions],
                tools=list(questions[0].tools) or None,
                tokenize=True,
                add_generation_prompt=True,
                return_dict=True,
                return_tensors="pt",
                processor_kwargs={"padding": True},
            ).to(model.device, dtype=model.dtype)
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise AgentError(
                f"agent {self.name!r}: its processor refuses the conversation: {error}"
            ) from error
        drawn: dict[str, Any] = {"do_sample": False}
        if self.temperature > 0:
            drawn = {"do_sample": True, "temperature": self.temperature}
            torch.manual_seed(self.seed + questions[0].sample)
        with torch.inference_mode():
            out = model.generate(**given, max_new_tokens=self.max_tokens, **drawn)
        said = out[:, given["input_ids"].shape[1] :]
        texts = processor.batch_decode(said, skip_special_tokens=True)
        seconds = (time.perf_counter() - start) / len(questions)
        asked = given["attention_mask"].sum(1).tolist()
        ends = {processor.tokenizer.pad_token_id, processor.tokenizer.eos_token_id}
        counts = [sum(token not in ends for token in row) for row in said.tolist()]
        return [
            Reply(
                text=text,
                finish="length" if count >= self.max_tokens else "stop",
                tokens_in=into,
                tokens_out=count,
                seconds=seconds,
            )
            for text, into, count in zip(texts, asked, counts, strict=True)
        ]

    def _load(self) -> tuple[Any, Any]:
        import torch

        transformers = _import_transformers()
        files = {"local_files_only": True, "trust_remote_code": False}
        try:
            processor = transformers.AutoProcessor.from_pretrained(self.path, **files)
            model = transformers.AutoModelForImageTextToText.from_pretrained(
                self.path, dtype="auto", **files
            )
        except (OSError, ValueError, KeyError) as error:
            raise AgentError(f"local:{self.path} holds no model that sees: {error}") from error
        processor.tokenizer.padding_side = "left"
        if processor.tokenizer.pad_token_id is None:
            processor.tokenizer.pad_token = processor.tokenizer.eos_token
        device = self.device or ("cuda" if torch.cuda.is_available() else "cpu")
        return model.to(device).eval(), processor

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_loaded": None}


def _import_transformers() -> Any:
    """The package, or what to install."""
    try:
        import transformers
    except ImportError as error:
        from vgym.core.extras import missing

        raise missing("transformers", "vlm", error) from None
    return transformers
