"""Tags of an HTML block that have no partner; what HTML lets be left out may be missing."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from typing import NamedTuple

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
_OPTIONAL = frozenset(
    "html head body p li dt dd tr td th thead tbody tfoot option optgroup colgroup caption rp rt".split()  # noqa: SIM905
)


class Lone(NamedTuple):
    """A tag without its partner: line and column from 1."""

    line: int
    column: int
    message: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[tuple[str, int, int]] = []
        self.names: Counter[str] = Counter()
        self.first: Lone | None = None
        self.closed = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag not in _VOID and not (self.get_starttag_text() or "").endswith("/>"):
            line, column = self.getpos()
            self.open.append((tag, line, column + 1))
            self.names[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        self.closed += 1
        line, column = self.getpos()
        if not self.names[tag]:
            if tag not in _OPTIONAL and tag not in _VOID:
                self._lone(Lone(line, column + 1, f"</{tag}> closes nothing"))
            return
        while self.open:
            name, at, column = self.open.pop()
            self.names[name] -= 1
            if name == tag:
                return
            if name not in _OPTIONAL:
                self._lone(Lone(at, column, f"<{name}> is not closed before </{tag}>"))

    def _lone(self, lone: Lone) -> None:
        if self.first is None or (lone.line, lone.column) < self.first[:2]:
            self.first = lone


def find(code: str) -> Lone | None:
    """The first tag without its partner; a piece that only opens (a start tag shown alone) is right."""
    reader = _Reader()
    reader.feed(code)
    reader.close()
    if reader.first is not None or not reader.closed:
        return reader.first
    left = next(((tag, line, column) for tag, line, column in reader.open if tag not in _OPTIONAL), None)
    return None if left is None else Lone(left[1], left[2], f"<{left[0]}> is never closed")
