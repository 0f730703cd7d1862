"""Outputs as they come, one under the other; the view follows the newest until somebody scrolls back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual import events
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from ftui.tui.cell_text import one_line
from ftui.tui.keymap import bindings
from ftui.tui.palette import Palette
from ftui.tui.sampling_state import Output, Outputs
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


class StreamView(Widget, can_focus=True):
    """Draws the lines that are seen; a finished output is laid out once."""

    DEFAULT_CSS = "StreamView { height: 1fr; width: 1fr; }"
    BINDINGS = bindings("outputs")

    def __init__(
        self,
        outputs: Outputs,
        *,
        model: str | None = None,
        id: str | None = None,  # noqa: A002  Textual's name
    ) -> None:
        """`model`: only the outputs of this one."""
        super().__init__(id=id)
        self.outputs = outputs
        self.model = model
        self.spelt = False
        """Whether special tokens, line breaks and what was cut off are spelt out."""
        self.follow = True
        self.top = 0
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
        if now != self._seen:
            self._seen = now
            self.refresh()

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

    def render_lines(self, crop: object) -> list[Strip]:
        """All lines at once: what is seen depends on how long every output is."""
        shown = self._shown()
        self._forget(shown)
        blocks = [self._block(output) for output in shown]
        total = sum(map(len, blocks))
        height = self.size.height
        last = max(0, total - height)
        self.top = last if self.follow else min(self.top, last)
        self._window = list(_window(blocks, self.top, height))
        return super().render_lines(crop)  # type: ignore[arg-type]

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
        if output.dropped:
            yield [(f"  … {output.dropped:,} characters before", palette.faint)]
        text, spans = spelt(output.text, output.cut) if self.spelt else folded(output.text)
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
        total = sum(len(self._block(each)) for each in self._shown())
        last = max(0, total - self.size.height)
        self.top = max(0, min(self.top + by, last))
        self.follow = self.top >= last
        self.refresh()

    def action_scroll(self, by: int) -> None:
        self._scroll(by)

    def action_page(self, pages: float) -> None:
        self._scroll(int(pages * max(1, self.size.height - 1)))

    def action_top(self) -> None:
        self._scroll(-(1 << 30))

    def action_bottom(self) -> None:
        self._scroll(1 << 30)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-3)

    def on_resize(self, event: events.Resize) -> None:
        if event.size != Size(0, 0):
            self.refresh()


def _window(blocks: list[list[list[Piece]]], top: int, height: int) -> Iterator[list[Piece]]:
    """The lines from `top` on, at most `height`."""
    at = 0
    for block in blocks:
        if at + len(block) > top:
            yield from block[max(0, top - at) : max(0, top + height - at)]
        at += len(block)
        if at >= top + height:
            return
