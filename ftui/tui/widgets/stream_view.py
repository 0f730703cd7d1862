"""Outputs as they come, one under the other; the view follows the newest until somebody scrolls back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import zip_longest

from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from ftui.tui.cell_text import one_line
from ftui.tui.keymap import bindings
from ftui.tui.palette import Palette
from ftui.tui.sampling.state import Output, Outputs
from ftui.tui.special_marks import folded, lines_of, spelt
from ftui.tui.widgets.lines import Piece, strip_of

REASONS: Mapping[str, str] = {
    "end-token": "end token",
    "stop-sequence": "stop sequence",
    "limit": "token limit",
    "cancelled": "stopped",
    "error": "failed",
    "unknown": "ended, not told how",
}


GROWING = 2_000
STEP = 1_000


class StreamView(Widget, can_focus=True):
    """Draws the lines that are seen; a finished output is laid out once."""

    DEFAULT_CSS = "StreamView { height: 1fr; width: 1fr; }"
    BINDINGS = bindings("outputs")

    def __init__(
        self,
        outputs: Outputs,
        *,
        model: str | None = None,
        asked: Callable[[str], str] = lambda _: "",
        id: str | None = None,  # noqa: A002  Textual's name
    ) -> None:
        """`model`: only the outputs of this one. `asked`: the first words of a prompt, by its id."""
        super().__init__(id=id)
        self.outputs = outputs
        self.model = model
        self._asked = asked
        self.spelt = False
        """Whether special tokens, line breaks and what was cut off are spelt out."""
        self._anchor: tuple[Output, int] | None = None
        """The output and its line on the first line of the view; None: the newest are followed."""
        self._window: list[list[Piece]] = []
        self.empty = "  nothing yet"
        self._laid_out: dict[int, tuple[tuple[int, int, bool, int], list[list[Piece]]]] = {}
        self._seen: object = None

    @property
    def palette(self) -> Palette:
        palette: Palette = self.app.palette  # type: ignore[attr-defined]
        return palette

    def renew(self) -> None:
        """Draw what has changed since."""
        shown = self._shown()
        now = (len(shown), sum(each.version for each in shown), self.size)
        if now == self._seen:
            return
        self._seen = now
        # While a line grows, the others cost nothing: a whole paint is 10 ms that a key may have to wait.
        self.refresh_lines(self._changed())

    def refresh_lines(self, lines: Iterable[int]) -> None:
        """Draw these lines of the view anew."""
        for y in lines:
            self.refresh(Region(0, y, self.size.width, 1))

    def repaint(self) -> None:
        """Draw everything anew: the colours changed."""
        self._laid_out.clear()
        self.refresh()

    def toggle_spelt(self) -> None:
        """Spell special tokens out, or draw them as symbols."""
        self.spelt = not self.spelt
        self._laid_out.clear()
        self.refresh()

    def _shown(self) -> list[Output]:
        return [each for each in self.outputs.each if self.model in (None, each.key.model)]

    def render_lines(self, crop: Region) -> list[Strip]:
        """All lines at once: what is seen depends on how long the outputs are."""
        changed = self._changed()
        # One line may be asked for after outputs grew: its neighbours, as they were drawn before, are old now.
        for y in changed:
            self._styles_cache.set_dirty(Region(0, y, self.size.width, 1))
        self.refresh_lines(y for y in changed if not crop.contains(crop.x, y))
        return super().render_lines(crop)

    def _changed(self) -> list[int]:
        """Take the lines as they are now; which of them differ from those before."""
        before, self._window = self._window, self._seen_lines()
        pairs = zip_longest(before, self._window)
        return [y for y, (old, new) in enumerate(pairs) if old != new and y < self.size.height]

    def _seen_lines(self) -> list[list[Piece]]:
        """The lines from the first that is seen; only outputs that are seen are laid out."""
        shown = self._shown()
        self._forget(shown)
        at, line = self._first(shown)
        window: list[list[Piece]] = []
        for output in shown[at:]:
            window += self._block(output)[line:]
            line = 0
            if len(window) >= self.size.height:
                return window[: self.size.height]
        return window

    def _first(self, shown: list[Output]) -> tuple[int, int]:
        """Which output is on the first line, and which line of it."""
        last = self._last_first(shown)
        if self._anchor is None:
            return last
        output, line = self._anchor
        # An output that is not kept any more was the oldest.
        at = next((number for number, each in enumerate(shown) if each is output), 0)
        return min((at, line), last)

    def _last_first(self, shown: list[Output]) -> tuple[int, int]:
        """The same for the end of everything."""
        room = self.size.height
        for at in range(len(shown) - 1, -1, -1):
            lines = len(self._block(shown[at]))
            if lines >= room:
                return at, lines - room
            room -= lines
        return 0, 0

    def render_line(self, y: int) -> Strip:
        palette, width = self.palette, self.size.width
        window = self._window
        if not window and y == 0:
            return strip_of([(self.empty, palette.faint)], width, palette.text)
        return strip_of(window[y] if y < len(window) else [], width, palette.text)

    def _forget(self, shown: list[Output]) -> None:
        known = {id(each) for each in shown}
        for gone in [each for each in self._laid_out if each not in known]:
            del self._laid_out[gone]

    def _block(self, output: Output) -> list[list[Piece]]:
        # The length tells an output from another that Python gave the same id to.
        stamp = (self.size.width, output.version, self.spelt, len(output.text))
        known = self._laid_out.get(id(output))
        if known is not None and known[0] == stamp:
            return known[1]
        lines = list(self._lines(output))
        self._laid_out[id(output)] = (stamp, lines)
        return lines

    def _lines(self, output: Output) -> Iterator[list[Piece]]:
        palette = self.palette
        yield self._heading(output)
        if asked := self._asked(output.key.prompt_id):
            yield [(f" › {one_line(asked)}", palette.user)]
        start = _growing_from(output)
        if output.dropped + start:
            yield [(f"  … {output.dropped + start:,} characters before", palette.faint)]
        whole = output.text[start:]
        text, spans = spelt(whole, output.cut) if self.spelt else folded(whole)
        for line in lines_of(text, spans, max(4, self.size.width - 4), palette, breaks=self.spelt):
            yield [("  ", palette.text), *line]
        if output.error:
            yield [(f"  {one_line(output.error)}", palette.error)]
        yield []

    def _heading(self, output: Output) -> list[Piece]:
        palette, key = self.palette, output.key
        which = f"  {key.stratum}" + (f" · sample {key.which + 1}" if key.which else "")
        name = [] if self.model else [(f" {one_line(key.model)}", palette.assistant)]
        pieces: list[Piece] = [*name, (which, palette.dim)]
        if not output.stop_reason:
            return [*pieces, (f"  {output.tokens:,} tokens …", palette.info)]
        reason = REASONS.get(output.stop_reason, output.stop_reason)
        good = output.stop_reason in ("end-token", "stop-sequence")
        pieces.append((f"  {reason}", palette.success if good else palette.warning))
        if output.stop_text:
            pieces.append((f" {one_line(output.stop_text[:40])}", palette.symbol))
        speed = f" · {output.tokens_per_s:,.0f} tok/s" if output.tokens_per_s else ""
        pieces.append((f"  {output.tokens:,} tokens{speed}", palette.dim))
        if output.flags:
            pieces.append((f"  ⚑ {' · '.join(map(one_line, output.flags))}", palette.warning))
        return pieces

    # Moving

    def _scroll(self, by: int) -> None:
        shown = self._shown()
        if not shown:
            return
        at, line = self._first(shown)
        line += by
        while line < 0 and at > 0:
            at -= 1
            line += len(self._block(shown[at]))
        while at < len(shown) - 1 and line >= len(self._block(shown[at])):
            line -= len(self._block(shown[at]))
            at += 1
        line = max(0, line)
        self._anchor = None if (at, line) >= self._last_first(shown) else (shown[at], line)
        self.refresh()

    def show_newest(self) -> None:
        """Follow what comes."""
        self._anchor = None
        self.refresh()

    def action_scroll(self, by: int) -> None:
        self._scroll(by)

    def action_page(self, pages: float) -> None:
        self._scroll(int(pages * max(1, self.size.height - 1)))

    def action_top(self) -> None:
        shown = self._shown()
        self._anchor = (shown[0], 0) if shown and self._last_first(shown) > (0, 0) else None
        self.refresh()

    def action_bottom(self) -> None:
        self.show_newest()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-3)

    def on_resize(self, event: events.Resize) -> None:
        if event.size != Size(0, 0):
            self.refresh()


def _growing_from(output: Output) -> int:
    """Where the text begins that is laid out while it grows: the whole would take 27 ms at 20,000 characters.

    It moves in steps, so that lines that are seen do not wrap anew with each word.
    """
    if output.stop_reason or len(output.text) <= GROWING:
        return 0
    start = (len(output.text) - GROWING) // STEP * STEP
    return max(start, output.text.find(" ", start, start + STEP))
