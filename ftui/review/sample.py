"""One output of one model for one prompt, with everything that says how it came about."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

StopReason = Literal["end-token", "stop-sequence", "limit", "cancelled", "error", "unknown"]


class Flag(NamedTuple):
    """Something that is wrong with an output: a code of the interface, and what shows it."""

    code: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Completion:
    """What a backend gave for one request. What a server does not tell is None."""

    output: str
    """What a caller receives: up to the stop sequence or the end token, leaked special tokens as their text."""
    cut: str
    """What the model wrote behind `output`: the stop sequence and the rest of its token, or the end token's text.

    `output + cut` is the text of `token_ids`, byte for byte; bytes that are no UTF-8 stand as surrogate escapes.
    """
    stop_reason: StopReason
    stop_text: str | None = None
    """The end token's text, or the stop sequence that matched."""
    token_ids: tuple[int, ...] | None = None
    """Every token that was sampled, with the end token."""
    special_at: tuple[int, ...] = ()
    """Places in `token_ids` of control tokens other than the last end token: the model leaked them."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    """`len(token_ids)`, or what a server counted."""
    first_token_s: float | None = None
    seconds: float | None = None
    """From the first token to the last."""
    end_probability: float | None = None
    """The largest probability of an end token at any place where the model went on; None where nobody looked."""
    error: str | None = None
    batch_width: int | None = None
    """Sequences that were decoded together; None where a server does not tell."""
    rendered: str | None = None
    """What a server made of the messages in the sample's prompt; None where they are no messages, or nobody knows."""

    @property
    def tokens_per_s(self) -> float | None:
        """Decoding speed of this sequence; None under two tokens."""
        if not self.seconds or not self.completion_tokens or self.completion_tokens < 2:
            return None
        return (self.completion_tokens - 1) / self.seconds


@dataclass(frozen=True, slots=True)
class Sample:
    """A completion in a review."""

    sample_id: str
    prompt_id: str
    stratum: str
    model: str
    """The model's name in the review."""
    index: int
    """0 … k−1 among the samples of one prompt and model."""
    prompt: str
    """The exact text that went to the model; to a server that renders by itself, the messages as JSON."""
    completion: Completion
    processed: str
    """The output after post-processing, as a deployment shows it."""
    settings: Mapping[str, Any]
    seed: int
    backend: str
    """The engine and its version."""
    batch_width: int | None
    """Sequences decoded together; another width may give another text for the same seed. None: a server's own."""
    model_sha256: str | None = None
    adapter: str | None = None
    adapter_sha256: str | None = None
    page: str = ""
    """The checkpoint in watch mode; else empty."""
    at: str = ""
    """ISO 8601, UTC."""
    flags: tuple[Flag, ...] = field(default=())

    @property
    def prompt_hash(self) -> bytes:
        """Judgements are kept by it and by the hash of the output."""
        return text_hash(self.prompt_id)

    @property
    def output_hash(self) -> bytes:
        """Of the raw output."""
        return text_hash(self.completion.output)


def text_hash(text: str) -> bytes:
    """16 bytes that stand for a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
