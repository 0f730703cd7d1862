"""The text around a finding with its places marked; personal data and secrets in it are covered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ftui.dataset.dataset import Dataset
from ftui.text import personal_data, secrets

AROUND = 90
"""Characters shown before the first place and after the last."""
LONGEST = 600
COVER = "•"


class Part(NamedTuple):
    """A piece of an excerpt."""

    text: str
    marked: bool


TextOf = Callable[[Mapping[str, Any]], str | None]
"""A finding of a report to the text of its field; None where it has none."""


def reader(dataset: Dataset) -> TextOf:
    """Reads the field of a finding from the files of its check."""
    documents = {document.display_path: document for document in dataset.documents}

    def text_of(finding: Mapping[str, Any]) -> str | None:
        document, row = documents.get(finding["path"]), finding["row"]
        if document is None or row is None or not finding["field"]:
            return None
        example = document.example(row)
        return None if example is None else example.text(finding["field"])

    return text_of


def excerpt(text: str, finding: Mapping[str, Any]) -> list[Part]:
    """The parts around the places of a finding, in order; nothing where it has no place in the text."""
    spans = _spans(finding, len(text))
    if not spans:
        return []
    first = max(0, spans[0][0] - AROUND)
    last = min(len(text), max(spans[-1][1] + AROUND, first), first + LONGEST)
    shown = covered(text)
    parts = [Part("…", False)] if first else []
    at = first
    for start, end in spans:
        start, end = max(at, start), min(end, last)
        if start <= end:
            parts += [Part(shown[at:start], False), Part(shown[start:end], True)]
            at = end
    parts.append(Part(shown[at:last] + ("…" if last < len(text) else ""), False))
    return [part for part in parts if part.text or part.marked]


def covered(text: str) -> str:
    """The text, of the same length, without the values of personal data and secrets."""
    places = [(secret.start, secret.end) for secret in secrets.find(text)]
    places += [(datum.start, datum.end) for datum in personal_data.find(text)]
    for start, end in places:
        text = f"{text[:start]}{COVER * (end - start)}{text[end:]}"
    return text


def _spans(finding: Mapping[str, Any], length: int) -> list[tuple[int, int]]:
    """The places of a finding in its text: all that its evidence names, else its own; in order."""
    start, end = finding["start"], finding["end"]
    if start is None or end is None:
        return []
    named = finding["evidence"].get("spans")
    pairs: Sequence[Sequence[int]] = named if _are_pairs(named) else [(start, end)]
    if not any(pair[0] == start for pair in pairs):
        pairs = [(start, end), *pairs]
    return sorted({(min(s, length), min(e, length)) for s, e in pairs if 0 <= s <= e})


def _are_pairs(named: Any) -> bool:
    return (
        isinstance(named, list)
        and bool(named)
        and all(
            isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(n, int) for n in pair)
            for pair in named
        )
    )
