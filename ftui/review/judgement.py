"""What a reviewer says of one output, or of two to four side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["accept", "fix", "reject", "none"]
Winner = str
"""A sample id, or one of `NO_WINNER`."""
NO_WINNER: tuple[str, ...] = ("tie", "both-bad", "unsure")


@dataclass(frozen=True, slots=True)
class Judgement:
    """One output judged by one reviewer; "none" where only scores, a flag or a note were given."""

    reviewer: str
    prompt_hash: bytes
    output_hash: bytes
    verdict: Verdict
    scores: Mapping[str, int] = field(default_factory=dict)
    """Rubric line to 1 … 5."""
    flagged: bool = False
    note: str = ""
    seconds: float | None = None
    """How long the output was on the screen."""
    correction: str | None = None
    """With the verdict "fix": what the output should have been."""
    at: str = ""
    """ISO 8601, UTC; empty: now."""
    id: int = 0
    """Given by the store."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A comparison by one reviewer."""

    reviewer: str
    prompt_hash: bytes
    shown: tuple[str, ...]
    """Sample ids from left to right."""
    outputs: tuple[bytes, ...]
    """Their output hashes: votes outlive the samples."""
    winner: Winner
    note: str = ""
    seconds: float | None = None
    repeat_of: int | None = None
    """The vote on the same outputs that this one repeats with the sides swapped."""
    at: str = ""
    id: int = 0
