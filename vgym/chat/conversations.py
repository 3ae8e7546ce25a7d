"""Conversations about the episodes of a batch: what models are shown, and what they mean.

One for each row, or for each robot of a row's team. Nothing is stepped here: whoever steps the
batch (`vgym.chat.ChatVectorEnv`, or a run of a benchmark) says what was seen, and takes the actions
that answers came to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.chat import arguments
from vgym.chat.history import Kept, kept
from vgym.chat.messages import Message, Picture, image_part, text_part
from vgym.chat.prompts import CALLS, Calls, system_prompt
from vgym.chat.reading.dialect import Dialect
from vgym.chat.reading.said import Call as WrittenCall
from vgym.chat.reading.table import dialect as dialect_of
from vgym.core.action_check import NoAnswer
from vgym.core.info_rows import as_numpy
from vgym.core.opencv import cv2
from vgym.core.speech import Moment, Unusable
from vgym.registration import unknown

_MOST_CHARACTERS = 100_000  # of an answer
_SHOWN = 60  # characters of what is no JSON
_PLACES = {"point": 2, "points": 2, "box": 4, "boxes": 4}  # numbers of each, by kind
_ONE_CALL = "This call was not carried out: only the first call of a turn is."


@dataclass
class Conversation:
    """What one model was told and said in its present episode.

    Attributes:
        messages: all of them, however little of them is still shown.
        episode: seed and number of it; None before the first.
        calls: the identities of the calls that wait for a reply, the one that counts first.
        why: why the last answer was none; "" if it was one.
        places: what was read in messages, by their numbers, see `Conversations.whole`.
    """

    messages: list[Message] = field(default_factory=list)
    episode: tuple[int, int] | None = None
    calls: tuple[str, ...] = ()
    why: str = ""
    places: dict[int, dict[str, list[list[float]]]] = field(default_factory=dict)


class Conversations:
    """The conversations of a batch.

    Args:
        envs: a batch of environments that has a `speech`; it is only looked at.
        dialect: of the models, or its name.
        calls: ``"text"``: tools are told in the system prompt and called in the text. ``"native"``:
            the server is told of `tools`, and gives calls beside the text. Both are always read.
        history_turns, history_pixels: how much is shown of what was, see `vgym.chat.history`.

    Attributes:
        speakers: how many there are: B, or B * R for teams, the robots of a row in a row.
        speech: what the task says of itself.
        tools: what can be done, as servers of OpenAI's form are told it.
        system: the system prompt.
        shown_hw: height and width of pictures as the models see them.
        most_answers: of an episode; None for as many as it takes.

    Raises:
        ValueError: an unknown dialect, one in pixels of which nobody knows, or an unknown value.
    """

    def __init__(
        self,
        envs: Any,
        dialect: str | Dialect = "json",
        *,
        calls: Calls = "text",
        history_turns: int | None = None,
        history_pixels: int | None = None,
    ) -> None:
        if calls not in CALLS:
            raise ValueError(unknown("calls", calls, CALLS))
        self.envs = envs.unwrapped
        if not hasattr(self.envs, "speech"):
            raise ValueError(f"{self.envs!r:.100} says nothing of itself: it has no speech()")
        self.dialect = dialect_of(dialect) if isinstance(dialect, str) else dialect
        self.calls, self.turns, self.pixels = calls, history_turns, history_pixels
        self.speech = self.envs.speech()
        self.agents: tuple[str, ...] = getattr(getattr(self.envs, "task", None), "agents", ())
        self.speakers = self.envs.num_envs * max(1, len(self.agents))
        space = self.envs.single_observation_space[self.speech.answered_in]
        self.size_hw = (int(space.shape[-3]), int(space.shape[-2]))
        self.shown_hw = self.dialect.shown_size(self.size_hw)
        self.tools = [arguments.schema_of(tool, self.dialect) for tool in self.speech.tools]
        config = getattr(getattr(self.envs, "task", None), "config", None)
        heard: int | None = getattr(config, "answers_heard", None)  # of tasks with attempts
        self.most_answers: int | None = self.speech.turns or heard or self.envs.step_limit
        self.system = system_prompt(
            self.speech, self.dialect, self.shown_hw, calls=calls, turns=self.most_answers
        )
        self._of = [Conversation() for _ in range(self.speakers)]
        self._seen: dict[str, Any] = {}
        self._read: dict[str, list[list[float]]] = {}  # places of the answer that is heard
        self._words: Sequence[str] = ()

    # -- what is shown ----------------------------------------------------------------------

    def see(
        self, observation: Mapping[str, Any], rows: NDArray[np.bool_] | None = None
    ) -> list[list[Message]]:
        """Tell every model what there is to see now: the start of an episode, or what came of its
        last answer.

        Args:
            observation: of the batch. rows: (B,) those that go on; None for all.

        Returns:
            For each speaker the messages that are new to it.
        """
        self._seen = {name: as_numpy(value) for name, value in observation.items()}
        self._words = self.envs.instructions()
        told: list[list[Message]] = [[] for _ in range(self.speakers)]
        moments = self.envs.moments.tolist()
        for speaker in range(self.speakers):
            row = self.row_of(speaker)
            if rows is not None and not rows[row]:
                continue
            talk, (seed, number, steps) = self._of[speaker], moments[row]
            if steps == 0 or talk.episode != (seed, number):
                self._of[speaker] = talk = Conversation(self._opening(speaker))
                talk.episode = (seed, number)
                told[speaker] = list(talk.messages)
            else:
                told[speaker] = self._reply(speaker)
        return told

    def end(self, speaker: int, observation: Mapping[str, Any]) -> list[Message]:
        """Tell a model whose episode is over: replies to its calls, if it called any.

        Args:
            observation: the last of the episode, of the batch.
        """
        talk = self._of[speaker]
        if not talk.calls:
            return []
        self._seen = {name: as_numpy(value) for name, value in observation.items()}
        return self._replied(talk, [*self._shown(speaker, then=True), _over(talk.why)])

    def messages(self, speaker: int) -> list[Message]:
        """A conversation as a model is shown it, within the limits of its history."""
        return self.kept(speaker).messages

    def kept(self, speaker: int) -> Kept:
        """The same, and how much of it is no longer shown."""
        return kept(self._of[speaker].messages, self.turns, self.pixels)

    def whole(self, speaker: int) -> list[Message]:
        """All of a conversation, whatever its limits, for transcripts: in answers also ``places``,
        its ``boxes`` and ``points`` as they were read, pixels of the pictures as shown."""
        talk = self._of[speaker]
        return [
            {**message, "places": talk.places[n]} if n in talk.places else message
            for n, message in enumerate(talk.messages)
        ]

    def why(self, speaker: int) -> str:
        """Why a speaker's last answer was none; "" if it was one."""
        return self._of[speaker].why

    def row_of(self, speaker: int) -> int:
        """The row of the batch in which a speaker speaks."""
        return speaker // max(1, len(self.agents))

    # -- what is answered -------------------------------------------------------------------

    def hear(self, speaker: int, answer: Any) -> Any:
        """The action that an answer means, or `vgym.NoAnswer` with the reason.

        Args:
            answer: text; a list of calls of tools; or an assistant's message, with `content`, or
                `tool_calls`, or both, as a dict or an object of OpenAI's client.
        """
        message = assistant_message(answer)
        talk = self._of[speaker]
        talk.messages.append(message)
        talk.calls = tuple(call["id"] for call in message.get("tool_calls", ()))
        talk.why = ""
        if isinstance(answer, NoAnswer):
            talk.why = answer.why
            return answer
        self._read = {}
        try:
            action = self._meant(message, self._moment(speaker))
            if self._read:
                talk.places[len(talk.messages) - 1] = self._read
            return action
        except Unusable as error:
            none = NoAnswer(_cut(str(error)))
            talk.why = none.why
            return none

    def take_back(self, speaker: int) -> None:
        """Forget a speaker's last answer, if nothing followed it: the same is to be asked again."""
        talk = self._of[speaker]
        if talk.messages and talk.messages[-1]["role"] == "assistant":
            talk.messages.pop()
            talk.places.pop(len(talk.messages), None)
            talk.calls, talk.why = (), ""

    def say(self, speaker: int, action: Any, calls: Calls | None = None) -> Message:
        """An action as an assistant's message that is heard as it: what oracles say.

        Args:
            action: of the environment, of this speaker. calls: how tools are called; None: as here.
        """
        call = self.speech.said(action, self._moment(speaker))
        tool = self.speech.tool(call.name)
        assert tool is not None
        size_hw, plain = self.size_hw, self.speech.plain
        if (calls or self.calls) == "text" and plain is not None and call.name == plain[0]:
            if len(self.speech.tools) == 1 and len(call.arguments[plain[1]]):
                places = arguments.to_pixels(call.arguments[plain[1]], size_hw)
                return {"role": "assistant", "content": self.dialect.write(places, size_hw=size_hw)}
        values = arguments.write_arguments(call, tool, self.dialect, size_hw)
        if (calls or self.calls) == "native":
            return assistant_message([{"name": call.name, "arguments": values}])
        text = self.dialect.write_call(WrittenCall(call.name, values))
        return {"role": "assistant", "content": text}

    # -- parts ------------------------------------------------------------------------------

    def _meant(self, message: Message, moment: Moment) -> Any:
        """Raises `Unusable`."""
        if message.get("tool_calls"):
            function = message["tool_calls"][0]["function"]
            return self._act(function["name"], _arguments(function["arguments"]), moment)
        text, plain = message["content"], self.speech.plain
        if plain is not None and len(self.speech.tools) == 1:
            try:
                return self._answered(text, plain, moment)
            except Unusable as none:
                try:
                    return self._called(text, moment)
                except Unusable:
                    raise none from None
        calls = self.dialect.read(text, size_hw=self.size_hw, ask="calls").calls
        if calls:
            return self._act(calls[0].name, calls[0].arguments, moment)
        words = self.dialect.read(text, size_hw=self.size_hw, ask="text")
        if words.error:
            raise Unusable(words.error)
        if plain is not None:
            return self._answered(text, plain, moment)
        return self.speech.words(words.text, moment)

    def _called(self, text: str, moment: Moment) -> Any:
        reading = self.dialect.read(text, size_hw=self.size_hw, ask="calls")
        if reading.error:
            raise Unusable(reading.error)
        return self._act(reading.calls[0].name, reading.calls[0].arguments, moment)

    def _answered(self, text: str, plain: tuple[str, str], moment: Moment) -> Any:
        """A bare place, or several, as the call that it is short for."""
        name, parameter = plain
        tool = self.speech.tool(name)
        assert tool is not None
        kind = tool.parameters[parameter].kind
        reading = self.dialect.read(text, size_hw=self.size_hw, ask=kind)
        if reading.error:
            if kind == "boxes" and _says_none(reading.text):
                return tool.act({parameter: []}, moment)
            raise Unusable(reading.error)
        found = reading.points if kind in ("point", "points") else reading.boxes
        height, width = self.size_hw
        scale = np.array([width, height] * (found.shape[1] // 2), np.float64)
        try:
            fractions = arguments.within_picture(found / scale, self.size_hw).tolist()
        except Unusable as error:
            raise Unusable(f"the {kind} {found.round(1).tolist()} {error}") from None
        several = kind in ("points", "boxes")
        self._note(kind, fractions)
        return tool.act({parameter: fractions if several else fractions[0]}, moment)

    def _act(self, name: str, given: Mapping[str, Any], moment: Moment) -> Any:
        tool = self.speech.tool(name)
        if tool is None:
            raise Unusable(arguments.no_such_tool(name, self.speech.tools))
        read = arguments.read_arguments(tool, given, self.dialect, self.size_hw)
        for each, parameter in tool.parameters.items():
            if each in read and parameter.kind in _PLACES:
                self._note(parameter.kind, np.reshape(read[each], (-1, _PLACES[parameter.kind])))
        return tool.act(read, moment)

    def _note(self, kind: str, fractions: Any) -> None:
        """That places were read in the answer that is heard."""
        height, width = self.shown_hw
        scale = np.array([width, height] * (_PLACES[kind] // 2), np.float64)
        held = self._read.setdefault("points" if _PLACES[kind] == 2 else "boxes", [])
        held += (np.asarray(fractions, np.float64).reshape(-1, len(scale)) * scale).tolist()

    def _moment(self, speaker: int) -> Moment:
        row, robots = self.row_of(speaker), len(self.agents)
        mine = row if not robots else (row, speaker % robots)
        seen = {
            name: value[row if name == "instruction" else mine]
            for name, value in self._seen.items()
        }
        state = getattr(self.envs, "state", None)
        return Moment(self._words[row], seen, state, row)

    def _opening(self, speaker: int) -> list[Message]:
        words = self.speech.ask.format(self._words[self.row_of(speaker)])
        told = self.speech.told(self._moment(speaker))
        text = f"{words}\n{told}" if told else words
        if self.agents:
            text = f"You are {self.agents[speaker % len(self.agents)]}.\n{text}"
        task = [*self._shown(speaker, then=False), text_part(text)]
        return [{"role": "system", "content": self.system}, {"role": "user", "content": task}]

    def _reply(self, speaker: int) -> list[Message]:
        talk = self._of[speaker]
        why = f"That could not be read: {talk.why}." if talk.why else ""
        told = self.speech.told(self._moment(speaker))
        text = "\n".join(words for words in (why, told) if words)
        parts = self._shown(speaker, then=True)
        return self._replied(talk, [*parts, text_part(text)] if text else parts)

    def _replied(self, talk: Conversation, parts: list[dict[str, Any]]) -> list[Message]:
        """Parts as a reply to what was called, or else as the user's."""
        new: list[Message] = [{"role": "user", "content": parts}]
        if talk.calls:
            first, *others = talk.calls
            new = [{"role": "tool", "tool_call_id": first, "content": parts}]
            new += [
                {"role": "tool", "tool_call_id": one, "content": [text_part(_ONE_CALL)]}
                for one in others
            ]
            talk.calls = ()
        talk.messages += new
        return new

    def _shown(self, speaker: int, *, then: bool) -> list[dict[str, Any]]:
        """Pictures as parts, each with its title above it."""
        titles = self.speech.then if then else self.speech.first
        moment = self._moment(speaker)
        parts: list[dict[str, Any]] = []
        for name, title in titles.items():
            parts += [text_part(title)] if title else []
            parts.append(image_part(self._resized(moment.observation[name])))
        return parts

    def _resized(self, picture: Picture) -> Picture:
        """A picture as the model sees it, so that no server has to resize it."""
        height, width = self.shown_hw
        if picture.shape[:2] == (height, width):
            return picture if getattr(self.envs, "copy", True) else picture.copy()
        shrinks = height * width < picture.shape[0] * picture.shape[1]
        method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        resized = cv2.resize(picture, (width, height), interpolation=method)
        return np.asarray(resized, np.uint8)


def assistant_message(answer: Any) -> Message:
    """An answer as an assistant's message: ``content`` is text, ``tool_calls`` have an identity, a
    name and arguments in JSON. Total: what is none of all that comes out as an empty text."""
    if isinstance(answer, NoAnswer):
        return {"role": "assistant", "content": ""}
    if hasattr(answer, "model_dump"):
        answer = answer.model_dump()
    if isinstance(answer, str):
        return {"role": "assistant", "content": answer}
    if isinstance(answer, list | tuple):
        answer = {"content": "", "tool_calls": list(answer)}
    if not isinstance(answer, Mapping):
        return {"role": "assistant", "content": ""}
    content = answer.get("content")
    if isinstance(content, list):
        texts = (p.get("text") for p in content if isinstance(p, Mapping))
        content = "\n".join(text for text in texts if isinstance(text, str))
    message: Message = {"role": "assistant", "content": content if isinstance(content, str) else ""}
    given = answer.get("tool_calls")
    calls = [_call(each, i) for i, each in enumerate(given if isinstance(given, list) else [])]
    if calls:
        message["tool_calls"] = calls
    return message


def _call(given: Any, number: int) -> Message:
    """One call in OpenAI's form."""
    given = given.model_dump() if hasattr(given, "model_dump") else given
    given = given if isinstance(given, Mapping) else {}
    inner = given.get("function")
    function = inner if isinstance(inner, Mapping) else given
    said = function.get("arguments", {})
    if not isinstance(said, str):
        try:
            said = json.dumps(said)
        except (TypeError, ValueError, RecursionError):
            said = repr(said)[:_SHOWN]
    identity = given.get("id")
    return {
        "id": identity if isinstance(identity, str) and identity else f"call_{number}",
        "type": "function",
        "function": {"name": str(function.get("name", ""))[:200], "arguments": said},
    }


def _arguments(text: str) -> Mapping[str, Any]:
    """The arguments of a call, which come as JSON."""
    if len(text) > _MOST_CHARACTERS:
        raise Unusable(f"arguments of {len(text)} characters, more than {_MOST_CHARACTERS}")
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        raise Unusable(f"the arguments are no JSON: {text[:_SHOWN]!r}") from None
    if not isinstance(found, Mapping):
        raise Unusable(f"the arguments are no JSON object: {text[:_SHOWN]!r}")
    return found


def _says_none(text: str) -> bool:
    """Whether an answer is an empty list, however it is fenced."""
    bare = "".join(text[:200].split()).replace("```json", "").replace("```", "")
    return bare in ("[]", '{"boxes":[]}', "<answer>[]</answer>")


def _over(why: str) -> dict[str, Any]:
    return text_part(f"That could not be read: {why}. The episode is over." if why else _DONE)


_DONE = "The episode is over."


def _cut(text: str) -> str:
    return text if len(text) <= 400 else f"{text[:400]}..."
