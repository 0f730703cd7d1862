"""What is said of a run: each verdict with its evidence and advice, and what could not be judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from ftui.training.diagnosis.verdict import Diagnosis, Verdict
from ftui.tui.cell_text import one_line
from ftui.tui.durations import in_words
from ftui.tui.keymap import bindings
from ftui.tui.training.evidence_words import evidence
from ftui.tui.widgets.lines import Piece, over, strip_of
from ftui.tui.widgets.list_pane import ListPane
from ftui.tui.widgets.run_table import SIGNS, STYLES
from ftui.tui.wrap import wrapped

_INDENT = 3
_FOLDED = 2
"""Lines of the message of a verdict that the cursor is not on."""
SHORT = 7
"""Lines of the pane under which every verdict gets one line alone."""


class VerdictList(ListPane):
    """The verdict under the cursor is unfolded; in a pane of a few lines each has one."""

    BINDINGS = bindings("verdicts")

    class Chosen(Message):
        """Another verdict is under the cursor."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.diagnosis = Diagnosis((), ())
        self.snoozed_for: Callable[[Verdict], float] = lambda _: 0.0
        self.nothing = ""
        """What is shown where nothing is said."""
        self.looked_at = False
        """Whether anybody went to a verdict."""
        self._lines: list[tuple[int, list[Piece]]] = []
        self._stamp: object = None
        self._followed: object = None

    def show(self, diagnosis: Diagnosis, nothing: str) -> None:
        """Show what is said of a run; the cursor stays on its verdict."""
        before = self.verdict
        self.nothing = nothing
        if diagnosis is not self.diagnosis:
            self.diagnosis = diagnosis
            codes = [each.code for each in diagnosis.verdicts]
            at = codes.index(before.code) if before is not None and before.code in codes else self.cursor
            self.set_reactive(ListPane.cursor, max(0, min(at, len(codes) - 1)))
        self.repaint()

    def repaint(self) -> None:
        """Draw everything anew."""
        self._stamp = None
        self.refresh()

    @property
    def verdict(self) -> Verdict | None:
        """The one under the cursor."""
        verdicts = self.diagnosis.verdicts
        return verdicts[self.cursor] if 0 <= self.cursor < len(verdicts) else None

    @property
    def count(self) -> int:
        return len(self.diagnosis.verdicts)

    def choose(self, code: str) -> bool:
        """Put the cursor on a verdict; False where it is not said."""
        codes = [each.code for each in self.diagnosis.verdicts]
        if code in codes:
            self.cursor = codes.index(code)
        return code in codes

    def watch_cursor(self, old: int, new: int) -> None:
        self.looked_at = self.looked_at or old != new
        self.repaint()
        if old != new:
            self.post_message(self.Chosen())

    def repaint_lines(self, *lines: int) -> None:  # noqa: ARG002  a verdict has several lines
        self.repaint()

    def follow(self) -> bool:
        """Bring the whole verdict under the cursor into the window; whether the window moved."""
        mine = [number for number, (of, _) in enumerate(self._lines) if of == self.cursor]
        first, last = (mine[0], mine[-1]) if mine else (0, 0)
        last = (
            len(self._lines) - 1 if self.cursor == self.count - 1 else last
        )  # what could not be judged, too
        return self._put(min(max(self.top, last - max(1, self.size.height) + 1), first))

    def _put(self, top: int) -> bool:
        before = self.top
        self.top = max(0, min(top, len(self._lines) - self.size.height))
        return self.top != before

    def _scroll(self, by: int) -> None:
        """The window moves; the cursor stays where it is."""
        self._laid_out()
        if self._put(self.top + by):
            self.refresh()

    def action_move(self, by: int) -> None:
        """The next verdict; from the last one on, line by line through what could not be judged."""
        if self.cursor + by in range(self.count):
            self.cursor += by
        else:
            self._scroll(by)

    def action_page(self, pages: float) -> None:
        self._scroll(int(pages * max(1, self.size.height - 1)))

    def action_top(self) -> None:
        self.cursor = 0
        self._scroll(-len(self._lines))

    def action_bottom(self) -> None:
        self.cursor = self.count - 1
        self._scroll(len(self._laid_out()))

    def _wheel(self, by: int) -> None:
        self._scroll(by)

    def render_line(self, y: int) -> Strip:
        lines, at = self._laid_out(), y + self.top
        width = self.size.width
        return strip_of(lines[at][1] if at < len(lines) else [], width, self.palette.text)

    def _laid_out(self) -> list[tuple[int, list[Piece]]]:
        stamp = (self.diagnosis, self.cursor, self.size, self.has_focus, self.nothing)
        if stamp != self._stamp:
            self._stamp, self._lines = stamp, list(self._make(max(12, self.size.width - 1)))
            if self._followed == (self.cursor, self.size):
                self._put(
                    self.top
                )  # while a run is judged anew every second, somebody may read further below
            else:
                self._followed = (self.cursor, self.size)
                self.follow()
        return self._lines

    def _make(self, width: int) -> Iterator[tuple[int, list[Piece]]]:
        palette, short = self.palette, self.size.height < SHORT
        if not self.diagnosis.verdicts and self.nothing:
            for line in _wrapped(self.nothing, width - 1):
                yield -1, [(f" {line}", palette.faint)]
        for number, verdict in enumerate(self.diagnosis.verdicts):
            here = number == self.cursor
            if short:
                yield from ((number, line) for line in self._in_short(number, verdict, width))
                continue
            yield number, list(self._head(number, verdict, width))
            shown = list(_wrapped(verdict.message, width - _INDENT - 1))
            style = palette.dim if self.snoozed_for(verdict) else palette.text
            cut = not here and len(shown) > _FOLDED
            for at, text in enumerate(shown[:_FOLDED] if cut else shown, 1):
                more = "…" if cut and at == _FOLDED else ""
                yield number, [(" " * _INDENT + text + more, style)]
            if here:
                yield from ((number, line) for line in self._more(verdict, width - _INDENT))
        if short or not self.diagnosis.not_judged:
            return
        yield -1, []
        yield -1, [(" cannot judge", palette.faint)]
        for each in self.diagnosis.not_judged:
            for at, line in enumerate(_wrapped(f"{each.code}: {each.reason}", width - _INDENT)):
                yield -1, [(" · " if at == 0 else " " * _INDENT, palette.faint), (line, palette.faint)]

    def _named(self, number: int, verdict: Verdict, ground: Style) -> list[Piece]:
        palette = self.palette
        healthy = verdict.code == "healthy"
        style = palette.success if healthy else getattr(palette, STYLES[verdict.severity])
        style = over(palette.faint if self.snoozed_for(verdict) else style, ground)
        if healthy:
            return [(" ✓ ", style), (verdict.code, style)]
        return [
            (f" {SIGNS[verdict.severity]} {number + 1} ", style),
            (f"{verdict.severity} {verdict.code}", style),
        ]

    def _head(self, number: int, verdict: Verdict, width: int) -> Iterator[Piece]:
        ground = self.ground() if number == self.cursor else self.palette.text
        named, snoozed = self._named(number, verdict, ground), self.snoozed_for(verdict)
        right = f"snoozed {in_words(snoozed)}" if snoozed else _since(verdict)
        yield from named
        yield " " * max(1, width - _size(named) - len(right)), ground
        yield f"{right} ", over(self.palette.dim, ground)

    def _in_short(self, number: int, verdict: Verdict, width: int) -> Iterator[list[Piece]]:
        """A verdict on one line; the message of the one under the cursor goes on where lines are left."""
        palette, here = self.palette, number == self.cursor
        ground = self.ground() if here else palette.text
        since = _since(verdict)
        head = [
            *self._named(number, verdict, ground),
            (f"  {since} · " if since else "  ", over(palette.dim, ground)),
        ]
        text = one_line(verdict.message)
        end = next((end for _, end in wrapped(text, max(4, width - _size(head)))), 0)
        spare = self.size.height - self.count if here else 0
        more = "…" if end < len(text) and spare < 1 else ""
        style = over(palette.dim, ground) if self.snoozed_for(verdict) else ground
        yield [*head, (text[:end].rstrip() + more, style), (" " * width, ground)]
        for line in list(_wrapped(text[end:], width - _INDENT))[: max(0, spare)]:
            yield [(" " * _INDENT + line, palette.text)]

    def _more(self, verdict: Verdict, width: int) -> Iterator[list[Piece]]:
        palette, indent = self.palette, (" " * _INDENT, self.palette.text)
        advice = f"{verdict.sure}. {verdict.advice}" if verdict.advice else f"{verdict.sure}."
        for line in _wrapped(advice[0].upper() + advice[1:], width):
            yield [indent, (line, palette.info)]
        for line in _wrapped(" · ".join(evidence(verdict.evidence, verdict.code)), width):
            yield [indent, (line, palette.dim)]
        yield []


def _since(verdict: Verdict) -> str:
    return "" if verdict.since_step is None else f"since {verdict.since_step:,.0f}"


def _size(pieces: Sequence[Piece]) -> int:
    return sum(cell_len(text) for text, _ in pieces)


def _wrapped(text: str, width: int) -> Iterator[str]:
    shown = one_line(text)
    for start, end in wrapped(shown, max(4, width)):
        yield shown[start:end].rstrip()
