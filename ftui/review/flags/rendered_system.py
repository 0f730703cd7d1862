"""The system prompt that a model got though neither row nor model entry has one: a Modelfile's, a template's own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ftui.model.ollama_template import Message

_ROLE_LINE = re.compile(r"\A\s*(?:system|developer)\s*\n", re.IGNORECASE)
_OTHER_TURN = re.compile(r"\A\s*(?:user|human|assistant|model)\b", re.IGNORECASE)
LEAST_WORDS = 6
"""Words from which a piece of the prompt is text and no name of a role."""


def system_of(rendered: str, messages: Iterable[Message], control: Iterable[str]) -> str:
    """What stands as a turn of its own before the first message of the rendered prompt; "" where nothing does.

    Without special tokens nobody can tell a system prompt from the words of a template: "".
    """
    first = next((each.content for each in messages if each.content.strip()), "")
    if not first:
        return ""
    before, found, _ = rendered.partition(first)
    tokens = sorted((each for each in control if len(each) > 2 and each in before), key=len, reverse=True)
    if not found or not tokens:
        return ""
    pieces = re.split("|".join(map(re.escape, tokens)), before)
    for piece in pieces:
        if _OTHER_TURN.match(piece):  # examples of the model entry come first
            return ""
        text = _ROLE_LINE.sub("", piece).strip()
        if len(text.split()) >= LEAST_WORDS:
            return text
    return ""
