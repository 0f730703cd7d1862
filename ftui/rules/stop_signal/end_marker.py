"""How the answers of a data set end: the end marker found from the data, or shown with all others where it is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from ftui.project.settings import Stop
from ftui.text import markers
from ftui.text.blank import STRAY
from ftui.text.truncation import UNKNOWN_HABIT, Habit, learn

DECIDED = 0.75
"""Share of the answers from which a marker is taken as meant; with less, the data looks merged and a person decides."""
_SPELLING = 0.6
"""Share of one spelling among all spellings of a marker from which it is the right one."""
_HARDLY_ANY = 0.005
"""Below this share of answers with any marker, the data is meant to have none."""
_UNKNOWN = 0.2
"""Share of answers from which a text that nobody knows as a marker is one."""
_SHOWN = 8


class Share(NamedTuple):
    """How many answers end with a marker; the empty marker: with none."""

    marker: str
    rows: int
    share: float


class Answer(NamedTuple):
    """One answer of the sample, and whether it is the last of its row."""

    text: str
    last: bool


@dataclass(frozen=True)
class Ending:
    """What the sample settled about the ends of answers."""

    marker: str | None
    """What answers end with; "" : nothing. None: the data is not of one mind."""
    separator: str = "\n"
    """What stands between the answer and the marker in most rows."""
    last_only: bool = False
    """Whether only the last answer of a conversation carries the marker."""
    named: bool = False
    """Whether the project names the marker."""
    candidates: tuple[str, ...] = ()
    """All markers seen at the end of answers, the longest first."""
    sequences: tuple[str, ...] = ()
    """Stop sequences of the project other than the marker."""
    shares: tuple[Share, ...] = ()
    answers: int = 0
    habit: Habit = UNKNOWN_HABIT

    @cached_property
    def share(self) -> float | None:
        """The share of the sample's answers that end with the marker."""
        return next((each.share for each in self.shares if each.marker == self.marker), None)


def settle(answers: Sequence[Answer], stop: Stop) -> Ending:
    """How the answers of a sample end, and what the project says about it."""
    last = [answer.text for answer in answers if answer.last]
    found = discover_marker(last)
    marker = found.marker if stop.end_marker is None else stop.end_marker
    candidates = set(found.candidates) | set(markers.KNOWN)
    if marker:
        candidates.add(marker)
        found = replace(found, separator=_separator(last, marker))
    return replace(
        found,
        marker=marker,
        named=stop.end_marker is not None,
        last_only=bool(marker) and _last_only(answers, marker or ""),
        candidates=tuple(sorted(candidates, key=lambda each: (-len(each), each))),
        sequences=tuple(each for each in stop.sequences if each and each != marker),
        habit=learn(_without(answer.text, candidates) for answer in answers),
    )


def discover_marker(answers: Iterable[str]) -> Ending:
    """The end marker of some answers, each the last of its row: `marker` is None where no one marker rules.

    `shares` holds every ending with its number of answers, the most frequent first.
    """
    texts = [text for text in answers if text.strip(STRAY)]
    tails = [_tail(text) for text in texts]
    counts = Counter(tails)
    unknown = {tail for tail in counts if tail and tail not in markers.KNOWN}
    for tail in unknown:
        if counts[tail] < _UNKNOWN * len(texts) or not _bodies_differ(texts, tails, tail):
            counts[""] += counts.pop(tail)
    shares = _shares(counts, len(texts))
    marker = _decide(texts, tails, shares)
    separator = _separator(texts, marker) if marker else "\n"
    seen = tuple(share.marker for share in shares if share.marker)
    return Ending(marker, separator, candidates=seen, shares=shares, answers=len(texts))


def _tail(text: str) -> str:
    known = markers.known_at_end(text)
    return known.text if known else markers.unknown_at_end(text) or ""


def _bodies_differ(texts: Sequence[str], tails: Sequence[str], tail: str) -> bool:
    """An ending that the same few answers share belongs to these answers."""
    bodies = [
        hash(text.rstrip(STRAY)[: -len(tail)]) for text, own in zip(texts, tails, strict=True) if own == tail
    ]
    return len(set(bodies)) >= 0.5 * len(bodies)


def _shares(counts: Counter[str], total: int) -> tuple[Share, ...]:
    return tuple(Share(marker, rows, rows / total) for marker, rows in counts.most_common(_SHOWN) if rows)


def _decide(texts: Sequence[str], tails: Sequence[str], shares: Sequence[Share]) -> str | None:
    marked = [share for share in shares if share.marker]
    with_marker = sum(share.rows for share in marked)
    total = len(texts)
    if with_marker <= _HARDLY_ANY * total or (with_marker <= 2 and with_marker < 0.05 * total):
        return ""
    top = marked[0]
    spellings = sum(_same_marker(text, tail, top.marker) for text, tail in zip(texts, tails, strict=True))
    if spellings >= DECIDED * total and top.rows >= _SPELLING * spellings:
        return top.marker
    return None


def _same_marker(text: str, tail: str, marker: str) -> bool:
    if tail == marker:
        return True
    found = markers.at_end(text, marker)
    return found is not None and found.kind != "other"


def _separator(texts: Iterable[str], marker: str) -> str:
    counts: Counter[str] = Counter()
    for text in texts:
        stripped = text.rstrip(STRAY)
        if stripped.endswith(marker):
            body = stripped[: -len(marker)]
            counts[body[len(body.rstrip()) :]] += 1
    return counts.most_common(1)[0][0] if counts else "\n"


def _last_only(answers: Sequence[Answer], marker: str) -> bool:
    """Whether in conversations the marker stands at the end of the last answer and hardly ever before."""
    earlier = [answer.text for answer in answers if not answer.last]
    if not earlier:
        return False
    last = [answer.text for answer in answers if answer.last]
    share = sum(markers.ends_with(text, marker) for text in last) / max(len(last), 1)
    before = sum(markers.ends_with(text, marker) for text in earlier) / len(earlier)
    return before < 0.25 and before < share / 2


def _without(text: str, candidates: Iterable[str]) -> str:
    """The answer without the marker at its end."""
    stripped = text.rstrip(STRAY)
    for each in candidates:
        if stripped.endswith(each):
            return stripped[: -len(each)]
    return stripped
