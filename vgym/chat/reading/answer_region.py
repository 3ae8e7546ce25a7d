"""What of a model's text is its answer: never its thoughts, and the last of several.

Thoughts are no answer: what stands in `<think>` (or `<thinking>`, `<thought>`, `<reasoning>`,
`<analysis>`, `[THINK]`), closed or broken off, after `Thought:` or under a JSON key `"thought"`. Of
what is left, the last `<answer>`, `<tool_call>` or `<|begin_of_box|>` counts, else what follows the
last `Action:` or `Answer:`, else all of it; where there is a `Thought:` and nothing follows it,
there is no answer.

Text is hostile: every pattern is tried in time proportional to its length.
"""

import re

_THOUGHT = re.compile(
    r"<(?P<xml>/?)(?:\w{1,9}[:_])?(?:think|thinking|thoughts?|reasoning|reflection|analysis)"
    r"(?:_\w{1,60})?\s?>"
    r"|\[(?P<bracket>/?)think\]|\u25c1(?P<triangle>/?)think\u25b7",
    re.IGNORECASE,
)
_THOUGHT_KEY = re.compile(
    r"[\"'](?:thought|thoughts|thinking|think|reasoning|reason|explanation|analysis)[\"']\s{0,9}:"
    r"\s{0,9}(?:\"(?:[^\"\\]|\\.)*(?:\"|\Z)|'(?:[^'\\]|\\.)*(?:'|\Z))",
    re.IGNORECASE | re.DOTALL,
)
# One of them is in all that is called a thought or an answer: to look for them first is quicker.
_THOUGHTS = ("thought", "think", "reason", "reflection", "analysis", "explanation")
_HEADS = (*_THOUGHTS, "action", "answer")
_ANSWER_TAGS = ("<answer>", "<tool_call>", "<|begin_of_box|>")
# `Thought:` opens a line; `Action:` may also follow on the line of the thought. Steps may be
# numbered, and the colon as wide as a Chinese character.
_COLON = r"(?:[ ][0-9]{1,3})?[*]{0,3}[:\uff1a]"
_HEAD = re.compile(
    r"(?:\A|\n)[ \t#*>-]{0,9}(?P<thought>thoughts?|thinking|reasoning|reflection|analysis)"
    rf"{_COLON}|(?<![\w\"'])(?P<action>actions?|final answer|answer){_COLON}",
    re.IGNORECASE,
)


def answer_in(text: str) -> str:
    """What of the text is the answer; empty where there is none.

    >>> answer_in("<think>[1, 2]</think> It is at [3, 4].")
    ' It is at [3, 4].'
    >>> answer_in("<think>[1, 2] or so")
    ''
    """
    return answer_without_thoughts(without_thoughts(text))


def answer_without_thoughts(said: str) -> str:
    """What of a text is the answer, after `without_thoughts`."""
    opened = max((said.rfind(tag), tag) for tag in _ANSWER_TAGS)
    if opened[0] >= 0:
        start = opened[0] + len(opened[1])
        closing = said.find("<|end_of_box|>" if "|" in opened[1] else f"</{opened[1][1:]}", start)
        said = said[start:] if closing < 0 else said[start:closing]
    else:
        said = _after_the_heads(said)
    return _THOUGHT_KEY.sub(" ", said) if _has(said, _THOUGHTS) else said


def without_thoughts(text: str) -> str:
    """The text outside of thoughts; a thought that is not closed runs to the end, and one that was
    opened by the prompt from the beginning."""
    if not _has(text, _THOUGHTS):
        return text
    kept: list[str] = []
    start, inside = 0, False
    for tag in _THOUGHT.finditer(text):
        closes = any(tag.groups())
        if closes and not inside:
            kept.clear()
        elif not inside:
            kept.append(text[start : tag.start()])
        start, inside = tag.end(), not closes
    return "".join(kept) + ("" if inside else text[start:])


def _after_the_heads(said: str) -> str:
    """What follows the last `Action:`, up to a thought behind it; all of it without such heads."""
    if not _has(said, _HEADS):
        return said
    thought = action = -1
    start = 0
    for head in _HEAD.finditer(said):
        if head["action"]:
            action, start = head.start(), head.end()
        elif thought < 0 or action > thought:
            thought = head.start()
    if action < 0:
        return said if thought < 0 else said[:thought]
    return said[start:] if thought < action else said[start:thought]


def _has(text: str, words: tuple[str, ...]) -> bool:
    text = text.casefold()
    return any(word in text for word in words)
