"""Search and sort over all rows, edits included: in slices, so that the next key can stop them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Literal, NamedTuple

from ftui.dataset import field_path
from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.dataset.formats.base import Cancelled, Section
from ftui.dataset.record import RowId
from ftui.project.errors import FtuiError

Mode = Literal["plain", "regex", "fuzzy"]
SLICE = 8192
FUZZY_SLICE = 1024
"""Rows that rapidfuzz scores before looking up: it holds the interpreter for all of them (about 30 ms)."""
FUZZY_SCORE = 70.0
COMPARED = 256
"""Characters of a text by which rows are sorted."""
LONG = 20_000
"""Characters of a text that the fuzzy search looks at."""


class Found(NamedTuple):
    """Rows of one slice that match."""

    file: int
    rows: list[RowId]
    scores: list[float]
    """0 to 100, best first, one a row; empty where order is that of the file."""
    done: int
    total: int
    """Rows looked at so far, and all of them."""


def search(dataset: Dataset, query: str, mode: Mode, cancelled: Cancelled) -> Iterator[Found]:
    """Rows in which some text, number or unreadable line matches, slice by slice; ends early when cancelled.

    Case counts once the query has a capital. Raises FtuiError for a regular expression that cannot be read.
    """
    matcher: _Matcher = {"plain": _Plain, "regex": _Regex, "fuzzy": _Fuzzy}[mode](query)
    orders = [document.order() for document in dataset.documents]
    done, total = 0, sum(map(len, orders))
    for file, (document, order) in enumerate(zip(dataset.documents, orders, strict=True)):
        for start in range(0, len(order), matcher.slice):
            if cancelled():
                return
            batch = _plain_rows(order[start : start + matcher.slice])
            rows, scores = matcher.match(document, batch)
            done += len(batch)
            yield Found(file, rows, scores, done, total)


def texts_of(value: Any) -> Iterator[str]:
    """Every text and number in a value, in order; keys are left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def sort(
    dataset: Dataset, key: str, runs: Sequence[tuple[int, int, int]], cancelled: Cancelled
) -> tuple[list[int], list[RowId]]:
    """The rows of some runs, given as (file, start, stop), in the order of a key; as files and rows.

    Keys: `length`, `prompt-length` and `answer-length` (longest first), `prompt` and `answer` (by text), and
    `column:FIELD`, a path. Equal rows stay in file order; those without a value come last. Empty when cancelled.
    """
    places: list[tuple[int, RowId]] = []
    values: list[Any] = []
    for file, start, stop in runs:
        document = dataset.documents[file]
        section = next(
            (s for s in document.sections if (s.start, s.stop) == (start, stop)), Section("", start, stop)
        )
        order = document.order(section)
        for at in range(0, len(order), SLICE):
            if cancelled():
                return [], []
            batch = _plain_rows(order[at : at + SLICE])
            places.extend((file, row) for row in batch)
            values.extend(_sort_value(document, raw, key) for raw in document.raws(batch))
    there = [i for i, value in enumerate(values) if value is not None]
    there.sort(key=values.__getitem__)
    ranked = there + [i for i, value in enumerate(values) if value is None]
    return [places[i][0] for i in ranked], [places[i][1] for i in ranked]


class _Matcher:
    """One way to match; `slice` rows are given at a time."""

    slice = SLICE

    def __init__(self, query: str) -> None:
        raise NotImplementedError

    def match(self, document: Document, rows: Sequence[RowId]) -> tuple[list[RowId], list[float]]:
        raise NotImplementedError


class _Plain(_Matcher):
    """The query as it stands, found in the bytes first: parsing 700 MB would take ten times as long."""

    def __init__(self, query: str) -> None:
        self.cased = query != query.lower()
        self.query = query if self.cased else query.lower()
        parts = re.findall(r"[^\x00-\x1f\"\\/\x7f-\U0010ffff]+", self.query)
        self.escape = rb"\u00"
        if not parts:
            # Characters without case, such as Chinese ones, are in the bytes as they are or as an escape.
            parts = re.findall(r"[^\x00-\x7f\ud800-\udfff]+", self.query)
            parts = [part for part in parts if part.lower() == part.upper()]
            self.escape = rb"\u"
        self.core = max(parts, key=len, default="").encode()

    def match(self, document: Document, rows: Sequence[RowId]) -> tuple[list[RowId], list[float]]:
        raws = document.raws(rows)
        if not self.query:
            return list(rows), []
        return [
            row for row, raw in zip(rows, raws, strict=True) if self._may(raw) and self._is(document, raw)
        ], []

    def _may(self, raw: bytes) -> bool:
        """Whether the bytes may hold the query: its longest part that JSON and CSV write as it is, or an escape."""
        if not self.core:
            return True
        # An escape may spell any character; \u00.. those of ASCII.
        return self.core in (raw if self.cased else raw.lower()) or self.escape in raw

    def _is(self, document: Document, raw: bytes) -> bool:
        texts = _texts(document, raw)
        if self.cased:
            return any(self.query in text for text in texts)
        return any(self.query in text.lower() for text in texts)


class _Regex(_Matcher):
    """Polars' engine: linear in time for every pattern, where Python's own can hang on a harmless one."""

    def __init__(self, pattern: str) -> None:
        import polars as pl

        literal = re.sub(r"\\.", "", pattern, flags=re.DOTALL)
        self.pattern = pattern if literal != literal.lower() else f"(?i){pattern}"
        try:
            pl.Series([""]).str.contains(self.pattern)
        except pl.exceptions.PolarsError as error:
            raise FtuiError(f"not a regular expression: {_reason(error)}", _REGEX_HINT) from error

    def match(self, document: Document, rows: Sequence[RowId]) -> tuple[list[RowId], list[float]]:
        import polars as pl

        owners: list[int] = []
        texts: list[str] = []
        for at, raw in enumerate(document.raws(rows)):
            for text in _texts(document, raw):
                owners.append(at)
                texts.append(text)
        try:
            column = pl.Series(texts, dtype=pl.String)
        except UnicodeEncodeError:
            column = pl.Series([text.encode("utf-8", "replace").decode() for text in texts], dtype=pl.String)
        hits = column.str.contains(self.pattern).arg_true().to_list()
        return [rows[at] for at in dict.fromkeys(owners[hit] for hit in hits)], []


class _Fuzzy(_Matcher):
    """Rows in which something reads almost like the query, scored by rapidfuzz."""

    slice = FUZZY_SLICE

    def __init__(self, query: str) -> None:
        self.query = query.lower()

    def match(self, document: Document, rows: Sequence[RowId]) -> tuple[list[RowId], list[float]]:
        from rapidfuzz import fuzz, process

        owners: list[RowId] = []
        texts: list[str] = []
        for row, raw in zip(rows, document.raws(rows), strict=True):
            for text in _texts(document, raw):
                if text:
                    owners.append(row)
                    texts.append(text[:LONG].lower())
        if not self.query or not texts:
            return [], []
        scores = process.cdist(
            [self.query], texts, scorer=fuzz.partial_ratio, score_cutoff=FUZZY_SCORE, workers=1
        )[0]
        best: dict[RowId, float] = {}
        for at in scores.nonzero()[0].tolist():
            best[owners[at]] = max(best.get(owners[at], 0.0), float(scores[at]))
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return [row for row, _ in ranked], [score for _, score in ranked]


_REGEX_HINT = "look-around and backreferences are not supported: the search must be quick on every row"


def _texts(document: Document, raw: bytes) -> Iterator[str]:
    value = document.parse(raw).value
    if value is None:
        return iter((raw.decode("utf-8", "replace"),))
    return texts_of(value)


def _plain_rows(rows: Sequence[RowId]) -> Sequence[RowId]:
    return rows if isinstance(rows, range) else [int(row) for row in rows]


def _sort_value(document: Document, raw: bytes, key: str) -> Any:
    value = document.parse(raw).value
    if value is None:
        return None
    if key.startswith("column:"):
        try:
            return _comparable(field_path.get(value, key.removeprefix("column:")))
        except (KeyError, ValueError):
            return None
    example = document.layout.example(value)
    match key:
        case "length":
            return -sum(len(text.text) for text in example.texts)
        case "prompt-length":
            return -len(example.prompt)
        case "answer-length":
            return -len(example.answer)
        case "prompt":
            return example.prompt[:COMPARED]
        case _:
            return (example.answer or example.label or "")[:COMPARED]


def _comparable(value: Any) -> tuple[int, Any] | None:
    """Numbers before texts, lists and objects by their first texts."""
    if value is None:
        return None
    if isinstance(value, bool | int | float):
        return (
            (0, value) if value == value else (1, "nan")
        )  # NaN would make the order depend on the algorithm
    if isinstance(value, str):
        return (1, value)
    return (1, "\n".join(islice(texts_of(value), 8)))


def _reason(error: Exception) -> str:
    """The last line of the engine's message, which says what is wrong."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return next((line.removeprefix("error: ") for line in lines if line.startswith("error:")), lines[0])
