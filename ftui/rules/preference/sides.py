"""The two sides of a preference row: their turns, compared under the normalisation that PRF001 names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from ftui.dataset.example import Example, Text

_LINE_ENDS = re.compile(r"[ \t]+(?=\n|$)")
_RUNS = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")
_TURN = re.compile(r"(?:^|\n\n)(Human|Assistant):")
"""How hh-rlhf writes a conversation into one text."""


class Turn(NamedTuple):
    """One turn: who says it, and what, normalised."""

    role: str
    text: str


class Side(NamedTuple):
    """The chosen or the rejected half of a row."""

    field: str
    """The path of the last answer."""
    answer: str
    """The last answer as it is."""
    head: tuple[Turn, ...]
    """The turns before the last answer."""
    last: str
    """The last answer, normalised."""


def normal(text: str, marker: str = "") -> str:
    """NFC, one kind of line break, no spaces at the ends of lines, one space where there are several inside a line."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if marker:
        text = text.replace(marker, "")
    return _RUNS.sub(" ", _LINE_ENDS.sub("", text)).strip()


def sides(example: Example, marker: str = "") -> tuple[Side, Side] | None:
    """Both sides; None where one has no answer."""
    chosen, rejected = (_side(example.texts, role, marker) for role in ("chosen", "rejected"))
    return None if chosen is None or rejected is None else (chosen, rejected)


def _side(texts: Sequence[Text], role: str, marker: str) -> Side | None:
    answer = next((text for text in texts if text.role == role), None)
    if answer is None:
        return None
    column = _column(answer.field)
    turns = [text for text in texts if _column(text.field) == column]
    if len(turns) == 1:
        return _transcript(answer, marker)
    at = turns.index(answer)
    head = tuple(Turn(_speaker(text.role), normal(text.text, marker)) for text in turns[:at])
    # What stands after the answer (a list that ends with the user) belongs to the answer: it is no prompt.
    return Side(answer.field, answer.text, head, normal(answer.text, marker))


def _speaker(role: str) -> str:
    return "assistant" if role in ("chosen", "rejected") else role


def _column(field: str) -> str:
    return re.split(r"[.\[]", field, maxsplit=1)[0]


def _transcript(answer: Text, marker: str) -> Side:
    """A text of Human: and Assistant: turns as such; any other is an answer alone."""
    found = list(_TURN.finditer(answer.text))
    if len(found) < 2 or found[0][1] != "Human" or answer.text[: found[0].start()].strip():
        return Side(answer.field, answer.text, (), normal(answer.text, marker))
    ends = [match.start() for match in found[1:]] + [len(answer.text)]
    turns = [
        Turn("user" if match[1] == "Human" else "assistant", answer.text[match.end() : end])
        for match, end in zip(found, ends, strict=True)
    ]
    last = max((i for i, turn in enumerate(turns) if turn.role == "assistant"), default=0)
    head = tuple(Turn(turn.role, normal(turn.text, marker)) for turn in turns[:last])
    return Side(answer.field, turns[last].text, head, normal(turns[last].text, marker))
