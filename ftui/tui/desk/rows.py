"""Rows as the screen reads them: short texts for the table, the whole record for the record view."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ftui.dataset.record import Parsed, Problem
from ftui.project.errors import FtuiError
from ftui.tui.desk.order import Place

if TYPE_CHECKING:
    from ftui.dataset.document import Document
    from ftui.dataset.example import Example
    from ftui.dataset.record import Parsed
    from ftui.dataset.session import Session

CUT = 4096
"""Characters of a text that the table keeps: what one can slide to."""
KEPT = 2048
"""Rows whose short texts are kept: at most about 16 MB of long texts, usually 1 MB."""


class RowTexts(NamedTuple):
    """What the table shows of a row."""

    prompt: str
    answer: str
    problem: str
    """Why nothing could be read, "" where something could."""


class RecordTexts(NamedTuple):
    """What the record view shows of a row, as it is now."""

    place: Place
    raw: bytes
    parsed: Parsed
    example: Example | None
    line: int | None
    number: int


class Rows:
    """Reads rows of a session's documents, and keeps what the table showed lately."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._texts: OrderedDict[Place, RowTexts] = OrderedDict()

    def document(self, file: int) -> Document:
        return self.session.dataset.documents[file]

    def texts(self, places: Sequence[Place]) -> list[RowTexts]:
        """The short texts of some rows; those of one file that are not known are read in one go."""
        missing: dict[int, list[int]] = {}
        for place in places:
            if place not in self._texts:
                missing.setdefault(place.file, []).append(place.row)
        for file, rows in missing.items():
            self._read(file, rows)
        found = [self._texts[place] for place in places]
        while len(self._texts) > max(KEPT, len(places)):
            self._texts.popitem(last=False)
        return found

    def record(self, place: Place) -> RecordTexts:
        """The whole row."""
        document = self.document(place.file)
        try:
            raw = document.raw(place.row)
        except (FtuiError, OSError) as error:
            gone = Parsed(None, (Problem("truncated-stream", str(error), True),))
            return RecordTexts(place, b"", gone, None, document.line(place.row), place.row)
        parsed = document.records.parse(raw)
        example = None if parsed.value is None else document.layout.example(parsed.value)
        return RecordTexts(place, raw, parsed, example, document.line(place.row), place.row)

    def forget(self, places: Iterable[Place]) -> None:
        """These rows changed."""
        for place in places:
            self._texts.pop(place, None)

    def forget_all(self) -> None:
        self._texts.clear()

    def _read(self, file: int, rows: list[int]) -> None:
        document = self.document(file)
        parse, example_of = document.records.parse, document.layout.example
        try:
            raws = document.raws(rows)
        except (FtuiError, OSError) as error:
            # The file was cut short or its disk is gone: what can still be read stays readable, row by row.
            if len(rows) > 1:
                for row in rows:
                    self._read(file, [row])
            else:
                self._texts[Place(file, rows[0])] = RowTexts("", "", str(error))
            return
        for row, raw in zip(rows, raws, strict=True):
            parsed = parse(raw)
            if parsed.value is None:
                shown = raw[:CUT].decode("utf-8", "replace")
                problem = parsed.problems[0].message if parsed.problems else "nothing to read"
                self._texts[Place(file, row)] = RowTexts(shown, "", problem)
                continue
            example = example_of(parsed.value)
            answer = example.label if example.label is not None else example.answer
            self._texts[Place(file, row)] = RowTexts(example.prompt[:CUT], answer[:CUT], "")
