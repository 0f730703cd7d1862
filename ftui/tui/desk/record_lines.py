"""A record as screen lines, made as far as somebody scrolls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ftui.dataset.example import Text
from ftui.tui.desk.found import RANKS, Spot
from ftui.tui.desk.rows import RecordTexts
from ftui.tui.wrap import wrapped

FIRST = 20_000
"""Characters of a text that are laid out at first; scrolling to their end lays out four times as many."""


class Blank(NamedTuple):
    """An empty line."""


class Said(NamedTuple):
    """A line about what follows."""

    words: str


class Notice(NamedTuple):
    """One rule's finding in this row: its code, and its message as soon as it is known.

    Its severity is that of the rule where it is empty; `accepted` for a finding that was accepted, with the reason.
    """

    code: str
    message: str
    more: int
    severity: str = ""


class Heading(NamedTuple):
    """Who speaks the text that follows."""

    text: int


class Part(NamedTuple):
    """Characters start..end of a text."""

    text: int
    start: int
    end: int


class More(NamedTuple):
    """The rest of a text that is not laid out."""

    text: int
    left: int


Line = Blank | Said | Notice | Heading | Part | More


class RecordLines:
    """The lines of one record at one width; `caps` says how many characters of long texts are laid out."""

    def __init__(
        self,
        record: RecordTexts,
        texts: Sequence[Text],
        heads: Sequence[Line],
        width: int,
        caps: dict[int, int] | None = None,
    ) -> None:
        self.record = record
        self.texts = texts
        self.heads = heads
        self.width = width
        self.caps: dict[int, int] = caps or {}
        self._made: list[Line] = []
        self._heads: dict[int, int] = {}
        self._source: Iterator[Line] | None = self._lines()

    def line(self, number: int) -> Line | None:
        """A line, None beyond the end."""
        self.make(number + 1)
        return self._made[number] if number < len(self._made) else None

    def make(self, count: int) -> None:
        """Lay out at least so many lines, if there are."""
        while self._source is not None and len(self._made) < count:
            line = next(self._source, None)
            if line is None:
                self._source = None
                break
            if isinstance(line, Heading):
                self._heads[line.text] = len(self._made)
            self._made.append(line)

    def count(self) -> int:
        """All lines, which lays all of them out."""
        while self._source is not None:
            self.make(len(self._made) + 1000)
        return len(self._made)

    def made(self) -> int:
        """The lines laid out so far."""
        return len(self._made)

    def heading(self, text: int) -> int:
        """The line of a text's heading."""
        while text not in self._heads and self._source is not None:
            self.make(len(self._made) + 100)
        return self._heads.get(text, 0)

    def line_of(self, text: int, offset: int) -> int:
        """The line that shows a character of a text, as far as it is laid out."""
        at = self.heading(text) + 1
        while isinstance(line := self.line(at), Part) and line.text == text:
            if offset < line.end or line.start == line.end:
                return at
            at += 1
        return at - 1

    def cap(self, text: int) -> int:
        """How many characters of a text are laid out."""
        return min(self.caps.get(text, FIRST), len(self.texts[text].text))

    def _lines(self) -> Iterator[Line]:
        yield from self.heads
        for number, text in enumerate(self.texts):
            if number or self.heads:
                yield Blank()
            yield Heading(number)
            cap = self.cap(number)
            for start, end in wrapped(text.text, self.width, cap):
                yield Part(number, start, end)
            if cap < len(text.text):
                yield More(number, len(text.text) - cap)


def notices(record: RecordTexts, codes: Sequence[str], spots: Sequence[Spot] | None) -> list[Notice]:
    """One line for each rule, known at once from the check's hits, and for each accepted finding.

    Before a check: what reading the row showed.
    """
    made = []
    for code in codes:
        own = [spot for spot in spots or () if spot.code == code and spot.accepted is None]
        gravest = max((spot.severity for spot in own), key=RANKS.__getitem__, default="")
        made.append(Notice(code, own[0].message if own else "", max(0, len(own) - 1), gravest))
    accepted = {spot.code: spot.accepted for spot in spots or () if spot.accepted is not None}
    made += [Notice(code, f"accepted: {reason}", 0, "accepted") for code, reason in accepted.items()]
    if made or spots is not None:
        return made
    seen = [
        Notice("", problem.message, 0, "error" if problem.fatal else "warning")
        for problem in record.parsed.problems
    ]
    if record.example is not None:
        seen += [Notice(problem.code, problem.message, 0, "warning") for problem in record.example.problems]
    return seen


def raw_texts(record: RecordTexts) -> list[Text]:
    """The row's bytes as one text: what is not UTF-8 stands as \\xNN."""
    return [Text("", "other", record.raw.decode("utf-8", "backslashreplace"))]
