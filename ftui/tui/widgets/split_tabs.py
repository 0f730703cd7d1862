"""The splits of the dataset on one line, each with its number of rows."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from ftui.tui.cell_text import one_line
from ftui.tui.widgets.bar import Bar
from ftui.tui.widgets.lines import Piece


class SplitTabs(Bar):
    """Tabs that cost one line and as many bytes as they have letters."""

    class Chosen(Message):
        """A click on a split."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.names: Sequence[str] = ()
        self.totals: Sequence[str] = ()
        self.active = 0

    def left(self) -> list[Piece]:
        palette = self.palette
        pieces: list[Piece] = [(" ", palette.tab)]
        for index, (name, total) in enumerate(zip(self.names, self.totals, strict=True)):
            active = index == self.active
            pieces.append((f" {one_line(name)}", palette.tab_active if active else palette.tab))
            pieces.append((f" {total} ", palette.bar if active else palette.tab))
            pieces.append((" ", palette.tab))
        return pieces

    def right(self) -> list[Piece]:
        return [("ftui ", self.palette.bar_dim)]

    def on_click(self, event: events.Click) -> None:
        x = 1
        for index, (name, total) in enumerate(zip(self.names, self.totals, strict=True)):
            x += len(name) + len(total) + 4
            if event.x < x:
                self.post_message(self.Chosen(index))
                return
