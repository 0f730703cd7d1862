"""A row as exchanges: each answer that is meant to be good, with the user turn before it and what stands around."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ftui.dataset.example import Example, Text
from ftui.dataset.layouts.shapes import KTO_LABEL_KEYS
from ftui.rules.rule import Row
from ftui.text import markers
from ftui.text.blank import STRAY

_HUMAN, _ASSISTANT = "\n\nHuman:", "\n\nAssistant:"
TRANSCRIPT = r"\A\n*Human:"
"""An answer that is a whole conversation matches this (Rust syntax)."""
_MEDIA = (
    "image",
    "images",
    "picture",
    "photo",
    "video",
    "videos",
    "audio",
    "audios",
    "file",
    "files",
    "attachments",
)
_TEXT_PARTS = ("text", "input_text", "output_text")


class Turn(NamedTuple):
    """What a user says before an answer: one text, or several (instruction and input)."""

    texts: tuple[str, ...]
    field: str

    @property
    def text(self) -> str:
        """All of it, joined by a newline."""
        return "\n".join(self.texts)


class Exchange(NamedTuple):
    """One answer, and the user turn that it answers."""

    turn: Turn
    field: str
    start: int
    """Where the answer begins in the text of the field."""
    answer: str
    """Without white space and the end marker around it."""
    number: int
    """From 0 in the row."""
    earlier: str
    """The user turns before this one."""
    last: bool


def exchanges(row: Row, marker: str) -> list[Exchange]:
    """The exchanges of a row; of preference rows the chosen answers, of KTO rows those that are said to be good."""
    example = row.example
    if example is None or unwanted(row):
        return []
    found: list[Exchange] = []
    earlier: list[str] = []
    turn: list[Text] = []
    answered = False
    for text in example.texts:
        if text.role == "user":
            if answered:
                earlier += [each.text for each in turn]
                turn, answered = [], False
            turn.append(text)
        elif text.role in ("assistant", "chosen"):
            answered = True
            for asked, start, answer in _parts(text, turn):
                start, answer = bare(answer, start, marker)
                if answer:
                    said = "\n".join([*earlier, *(each.answer for each in found)])
                    found.append(Exchange(asked, text.field, start, answer, len(found), said, False))
    if found:
        found[-1] = found[-1]._replace(last=True)
    return found


def _parts(text: Text, turn: list[Text]) -> Iterator[tuple[Turn, int, str]]:
    """The text itself, or each answer of a transcript that begins with `\\n\\nHuman:`."""
    asked = Turn(tuple(each.text for each in turn if each.text.strip(STRAY)), turn[0].field if turn else "")
    if not text.text.lstrip("\n").startswith("Human:"):
        yield asked, 0, text.text
        return
    at = text.text.find(_ASSISTANT)
    human = text.text[:at] if at >= 0 else ""
    while at >= 0:
        begin = at + len(_ASSISTANT)
        following = text.text.find(_HUMAN, begin)
        end = following if following >= 0 else len(text.text)
        yield Turn((human.split("Human:", 1)[-1].strip(),), text.field), begin, text.text[begin:end]
        at = text.text.find(_ASSISTANT, end)
        human = text.text[end:at] if at >= 0 else ""


def bare(answer: str, start: int, marker: str) -> tuple[int, str]:
    """Where an answer begins, and the answer without white space and the end marker around it."""
    lead = len(answer) - len(answer.lstrip(STRAY))
    body = answer.strip(STRAY)
    if marker and body.endswith(marker):
        while body.endswith(marker):  # one too many (STP004) says nothing of the answer
            body = body.removesuffix(marker).rstrip(STRAY)
    elif (tail := markers.known_at_end(body)) is not None:
        body = body[: tail.start].rstrip(STRAY)
    return start + lead, body


def unwanted(row: Row) -> bool:
    """Whether a KTO row says that its answer is a bad one: like a rejected answer, it may have faults."""
    value = row.parsed.value
    if row.example is None or row.example.layout != "kto" or not isinstance(value, dict):
        return False
    return any(value.get(key) in (False, 0, "false", "False") for key in KTO_LABEL_KEYS if key in value)


def has_media(value: Any) -> bool:
    """Whether a row brings something besides text: a column of images, a part of a turn that is no text."""
    if not isinstance(value, dict):
        return False
    if any(value.get(key) for key in value if str(key).lower() in _MEDIA):
        return True
    for held in value.values():
        for turn in held if isinstance(held, list) else ():
            content = turn.get("content") if isinstance(turn, dict) else None
            if isinstance(content, list) and any(
                isinstance(part, dict) and part.get("type") not in (None, *_TEXT_PARTS) for part in content
            ):
                return True
    return False


def has_tools(example: Example) -> bool:
    """Whether a row calls tools or reads what they return."""
    return example.has_tool_call or any(text.role == "tool" for text in example.texts)
