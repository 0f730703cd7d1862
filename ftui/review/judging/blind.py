"""What a reviewer may see before a vote, what comes to light after it, and which votes are asked for again.

Until the vote the types here hold no name of a model, no speed, no count of tokens, no reason why it stopped and no
flag that would tell one model from another. What an output says of itself ("I am …") is text and stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ftui.review.judgement import Vote
from ftui.review.judging.queue import Item, drawn, key_of
from ftui.review.prompt import Prompt
from ftui.review.sample import Flag, Sample, StopReason
from ftui.review.store import Outline

LETTERS = "ABCD"
"""What the sides are called."""
BLOCK = 10
"""One vote in so many is asked for again."""
GAP = 5
"""Votes that lie at least between the two; of each block one of the first is repeated, when the block is full."""
OF_THE_TEXT = frozenset(
    {
        "loop", "leaked-token", "leaked-prompt", "empty", "refusal", "hedged", "off-language", "broken-code",
        "artefact", "too-verbose", "too-short", "incomplete", "off-topic", "template-deviation",
    }
)  # fmt: skip
"""Flags that anybody could raise who reads the text alone; the others tell how or by which model it was made."""


@dataclass(frozen=True, slots=True)
class BlindOutput:
    """An output and nothing else."""

    raw: str
    processed: str
    """As a deployment shows it."""

    @classmethod
    def of(cls, sample: Sample) -> BlindOutput:
        """What may be seen of a sample."""
        return cls(sample.completion.output, sample.processed)


@dataclass(frozen=True, slots=True)
class BlindSingle:
    """One output to be judged by itself."""

    prompt: Prompt
    output: BlindOutput
    cut: str
    """What the engine cut off behind the output: with one output on the screen it favours no model."""
    flags: tuple[str, ...]
    """Codes in `OF_THE_TEXT`."""


@dataclass(frozen=True, slots=True)
class BlindPair:
    """Two to four outputs side by side."""

    prompt: Prompt
    sides: tuple[BlindOutput, ...]


class RevealedSide(NamedTuple):
    """What was hidden of an output."""

    models: tuple[str, ...]
    """More than one where several gave this very text."""
    stop_reason: StopReason
    tokens: int | None
    tokens_per_s: float | None
    flags: tuple[Flag, ...]
    page: str = ""


@dataclass(frozen=True, slots=True)
class Revealed:
    """What comes to light after a verdict or a vote."""

    verdict: str
    """A verdict, a letter, or one of NO_WINNER."""
    sides: tuple[RevealedSide, ...]


def revealed_side(sample: Sample, twins: Iterable[Outline] = ()) -> RevealedSide:
    """What was hidden of a sample."""
    made = sample.completion
    models = tuple(dict.fromkeys((sample.model, *(each.model for each in twins))))
    return RevealedSide(
        models, made.stop_reason, made.completion_tokens, made.tokens_per_s, sample.flags, sample.page
    )


def sides(item: Item, seed: int, reviewer: str) -> tuple[Outline, ...]:
    """The samples from left to right, shuffled by seed, prompt and reviewer."""
    who = reviewer.encode("utf-8", "replace")
    return tuple(
        sorted(
            item.samples,
            key=lambda each: (drawn(seed, "side", item.key, who, each.output_hash), each.sample_id),
        )
    )


def swapped(item: Item, vote: Vote) -> tuple[Outline, ...] | None:
    """The samples in the reverse of a vote's order, matched by output; None where one is gone."""
    left = list(item.samples)
    order: list[Outline] = []
    for wanted in reversed(vote.outputs):
        side = next((each for each in left if each.output_hash == wanted), None)
        if side is None:
            return None
        left.remove(side)
        order.append(side)
    return None if left else tuple(order)


def repeats(votes: Sequence[Vote], seed: int, *, at_end: bool) -> list[Vote]:
    """The votes of one reviewer, oldest first, that are to be asked for again by now.

    One of each full block of ten; at the end of the queue also one of a last block of five or more.
    """
    originals = [vote for vote in votes if vote.repeat_of is None]
    repeated = {vote.repeat_of for vote in votes}
    due: list[Vote] = []
    for start in range(0, len(originals), BLOCK):
        block = originals[start : start + BLOCK]
        full = len(block) == BLOCK
        if not (full or (at_end and len(block) >= GAP)) or any(vote.id in repeated for vote in block):
            continue
        early = block[: len(block) - GAP + (not full)]
        due.append(min(early, key=lambda vote: drawn(seed, "repeat", key_of(vote.prompt_hash, vote.outputs))))
    return due


def repeats_of(votes: int) -> int:
    """How many of so many votes will be asked for again."""
    return votes // BLOCK + (votes % BLOCK >= GAP)
