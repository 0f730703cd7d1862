"""What figures need of each sample, read at once: 10,000 samples whole would take more than a second."""

from __future__ import annotations

import json
import sys
from typing import NamedTuple

from ftui.review.prompt import is_probe
from ftui.review.store import ReviewStore


class Glance(NamedTuple):
    """One sample, without its prompt's text, its token ids and the evidence of its flags."""

    sample_id: str
    prompt_id: str
    stratum: str
    model: str
    page: str
    prompt_hash: bytes
    output_hash: bytes
    stop_reason: str
    flags: frozenset[str] | None
    """Codes; None where nobody looked for any."""
    settings: str
    """As JSON; the same object for all samples under the same."""
    processed: str
    stop_text: str | None
    tokens: int | None
    first_token_s: float | None
    seconds: float | None
    batch_width: int | None
    """None: a server does not tell."""

    @property
    def finished(self) -> bool:
        """Whether the output is what the model gives: neither cancelled nor failed."""
        return self.stop_reason not in ("cancelled", "error")

    @property
    def whole_s(self) -> float | None:
        """Seconds from the request to the last token."""
        if self.first_token_s is None:
            return None
        return self.first_token_s + (self.seconds or 0.0)

    @property
    def tokens_per_s(self) -> float | None:
        """As `Completion.tokens_per_s`."""
        if not self.seconds or not self.tokens or self.tokens < 2:
            return None
        return (self.tokens - 1) / self.seconds

    @property
    def is_probe(self) -> bool:
        """As `Prompt.is_probe`."""
        return is_probe(self.stratum)


def glances(store: ReviewStore, *, everything: bool = False) -> list[Glance]:
    """All samples that count, in the order in which they were made; with `everything` also superseded ones."""
    found = []
    for row in store.measurements(everything=everything):
        *named, flags, settings, rest = row
        codes = None if flags is None else frozenset(code for code, _ in json.loads(flags))
        found.append(Glance._make((*named, codes, sys.intern(settings or "{}"), *json.loads(rest))))
    return found
