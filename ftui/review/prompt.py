"""A prompt of a review: a conversation that waits for its answer, where it came from, and what the answer should be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import orjson

from ftui.model.ollama_template import Message

Stratum = Literal[
    "random", "edge", "flagged", "production", "held-out", "train-prefix", "benchmark-prefix", "file"
]
STRATA: tuple[str, ...] = (
    "random",
    "edge",
    "flagged",
    "production",
    "held-out",
    "train-prefix",
    "benchmark-prefix",
)
"""What `--strata` takes; "file" is for the prompts of `--prompts`."""


@dataclass(frozen=True, slots=True)
class Source:
    """The row that a prompt was taken from: split, file relative to the project, row from 0."""

    split: str
    path: str
    row: int


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt of a plan."""

    prompt_id: str
    """`conversation_id` of the messages: the same prompt has the same id in every review."""
    stratum: str
    messages: tuple[Message, ...]
    """The conversation so far; the last turn is the user's, or in a probe the first half of an answer."""
    reference: str | None = None
    """The answer of the row; in a probe the second half that a model would have to know by heart."""
    label: str | None = None
    """The right class, where the task is labelled."""
    why: str = ""
    """Why this row: "longest answer", "DUP002 near-duplicate", …"""
    source: Source | None = None

    @property
    def is_probe(self) -> bool:
        """Whether the model is to go on with a given half."""
        return is_probe(self.stratum)


def is_probe(stratum: str) -> bool:
    """Whether prompts of a stratum give half of a text to go on with, to find what is known by heart."""
    return stratum.endswith("-prefix")


def conversation_id(messages: tuple[Message, ...], *, stratum: str = "") -> str:
    """Sixteen hexadecimal digits from the messages; probes of a text differ from prompts with it."""
    probe = stratum if stratum.endswith("-prefix") else ""
    raw = orjson.dumps([probe, *[[message.role, message.content] for message in messages]])
    return hashlib.blake2b(raw, digest_size=8).hexdigest()
