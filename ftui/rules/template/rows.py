"""What the rules about model files want to know of the data: conversations of each shape, and how rows end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ftui.dataset.example import SPOKEN_AS, Example
from ftui.model.ollama_template import Message
from ftui.project.settings import Model
from ftui.rules.chunk import Chunk
from ftui.rules.rule import Context, Place
from ftui.rules.stop_signal.end_marker import discover_marker

A_SHAPE = 8
"""Rows rendered of each shape: 8 of 4 shapes take some 10 ms."""
LOOKED_AT = 4_000
"""Rows of the sample that are read as conversations: 0.1 s."""
LONGEST = 20_000
"""Characters; longer rows are not kept: what the survey settles goes to every worker."""

_CHATS = ("messages", "sharegpt", "preference", "kto")


class Conversation(NamedTuple):
    """The turns of a row before its last answer, and that answer; in the text layout the row's text alone."""

    place: Place
    before: tuple[Message, ...]
    answer: str

    @property
    def shape(self) -> str:
        """In words, for a person."""
        turns = sum(message.role == "user" for message in self.before)
        system = "with" if any(message.role == "system" for message in self.before) else "no"
        return f"{'one turn' if turns == 1 else 'several turns'}, {system} system prompt"


@dataclass(frozen=True, slots=True)
class Sampled:
    """What the sample of rows settled."""

    conversations: tuple[Conversation, ...] = ()
    texts: tuple[Conversation, ...] = ()
    """Rows of the text layout, which training reads as they stand."""
    marker: str | None = ""
    """The end marker: "" none, None undecided."""
    longest: int = 0
    """Characters of the longest answer."""
    answers: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    """Rows kept of each shape."""


def sampled(sample: Sequence[Chunk], context: Context) -> Sampled:
    """Up to A_SHAPE rows of each shape, evenly over the sample, and the end of its answers."""
    if context.project.model == Model() and not context.project.training.template:
        return Sampled()
    examples = [
        (Place(chunk.file, chunk.split, number), example)
        for chunk in sample
        for number, example in zip(chunk.numbers, chunk.examples, strict=True)
        if example is not None
    ]
    by_shape: dict[str, list[Conversation]] = {}
    texts: list[Conversation] = []
    answers: list[str] = []
    longest = max((len(example.answer) for _, example in examples), default=0)
    step = max(len(examples) // LOOKED_AT, 1)
    for place, example in examples[::step]:
        given = [
            text.text for text in example.texts if text.role in ("assistant", "chosen") and text.text.strip()
        ]
        if given:
            answers.append(given[-1])
        if sum(len(text.text) for text in example.texts) > LONGEST:
            continue
        if example.layout == "text":
            texts.append(Conversation(place, (), example.answer))
        elif (found := conversation(place, example)) is not None:
            by_shape.setdefault(found.shape, []).append(found)
    chosen = {shape: _spread(rows) for shape, rows in sorted(by_shape.items())}
    marker = context.project.stop.end_marker
    if marker is None:
        marker = discover_marker(answers).marker if answers else ""
    return Sampled(
        tuple(row for rows in chosen.values() for row in rows),
        tuple(_spread(texts)),
        marker,
        longest,
        len(answers),
        Counter({shape: len(rows) for shape, rows in chosen.items()}),
    )


def conversation(place: Place, example: Example) -> Conversation | None:
    """A row as the turns before its last answer; None where it has none, or calls tools."""
    if example.has_tool_call or any(text.role == "tool" for text in example.texts):
        return None
    messages: list[Message] = []
    for text in example.texts:
        role = SPOKEN_AS.get(text.role)
        if role is None:
            continue
        if messages and messages[-1].role == role == "user" and example.layout not in _CHATS:
            # alpaca: instruction, then input, as one question
            joined = "\n".join(part for part in (messages[-1].content, text.text) if part)
            messages[-1] = Message(role, joined)
        else:
            messages.append(Message(role, text.text))
    while messages and messages[-1].role != "assistant":
        messages.pop()
    if len(messages) < 2 or messages[-2].role != "user" or not messages[-1].content.strip():
        return None
    return Conversation(place, tuple(messages[:-1]), messages[-1].content)


def _spread(rows: Sequence[Conversation]) -> list[Conversation]:
    """Some of many, evenly."""
    step = max(len(rows) / A_SHAPE, 1.0)
    return [rows[int(i * step)] for i in range(min(len(rows), A_SHAPE))]
