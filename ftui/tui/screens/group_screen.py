"""The rows of a group side by side, their differing words marked; one key keeps the best and removes the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.text import Text as RichText
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Static

from ftui.dataset.example import Text
from ftui.tui.desk.order import Place
from ftui.tui.desk.record_lines import raw_texts
from ftui.tui.desk.rows import RecordTexts
from ftui.tui.widgets.member_view import HEADER, MemberView

NARROWEST = 36
"""Cells of a column: fewer, and a sentence becomes a list of words."""


class Member(NamedTuple):
    """A row of the group: its place, as a person reads it, and how to read its texts."""

    place: Place
    where: str
    read: Callable[[Place], RecordTexts]

    def texts(self) -> Sequence[Text]:
        """Its texts; the bytes of a row that is not readable."""
        record = self.read(self.place)
        return record.example.texts if record.example is not None else raw_texts(record)


class Decision(NamedTuple):
    """What a person decided: rows to remove, and a row to go to."""

    remove: list[Place]
    go: Place | None = None


class GroupScreen(ModalScreen[Decision | None]):
    """As many columns as fit; the first is what the others are compared with."""

    DEFAULT_CSS = """
    GroupScreen { background: $background; }
    GroupScreen > #group-title { height: 1; background: $surface; padding: 0 1; text-style: bold; }
    GroupScreen > Horizontal { height: 1fr; }
    GroupScreen > #group-keys { height: auto; background: $surface; padding: 0 1; }
    """
    BINDINGS = [
        Binding("escape,q,c", "dismiss", "Back", show=False),
        Binding("left,h", "move(-1)", show=False),
        Binding("right,l,tab", "move(1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("b", "keep_best", show=False),
        Binding("enter", "keep", show=False),
        Binding("d,delete", "remove", show=False),
        Binding("g", "go", show=False),
    ]

    def __init__(self, title: str, members: Sequence[Member], best: int, why: str) -> None:
        super().__init__()
        self.heading = title
        self.members = list(members)
        self.best = best
        self.why = why
        self.cursor = best
        self._first = 0
        self._top = 0
        self._views: list[MemberView] = []

    def compose(self) -> ComposeResult:
        yield Static(id="group-title", markup=False)
        yield Horizontal(id="group-columns")
        yield Static(id="group-keys", markup=False)

    async def on_mount(self) -> None:
        await self._arrange()

    async def on_resize(self, _event: events.Resize) -> None:
        await self._arrange()

    @property
    def _fitting(self) -> int:
        return min(max(2, self.app.size.width // NARROWEST), len(self.members))

    async def _arrange(self) -> None:
        """The columns that fit, so that the one with the cursor is among them."""
        fit = self._fitting
        self._first = min(max(self._first, self.cursor - fit + 1), self.cursor, len(self.members) - fit)
        shown = range(self._first, self._first + fit)
        columns = self.query_one("#group-columns", Horizontal)
        await columns.remove_children()
        against = self.members[self.best].texts()
        other = self.members[next(i for i in range(len(self.members)) if i != self.best)].texts()
        self._views = [
            MemberView(
                self.members[at].where,
                f"★ best: {self.why}" if at == self.best else "",
                self.members[at].texts(),
                other if at == self.best else against,
            )
            for at in shown
        ]
        await columns.mount_all(self._views)
        self._show()

    def _show(self) -> None:
        for at, view in enumerate(self._views, self._first):
            view.choose(at == self.cursor)
            view.scroll_lines(self._top)
        count = len(self.members)
        last = self._first + len(self._views)
        self.query_one("#group-title", Static).update(
            RichText(
                f"{self.heading} · {count:,} rows"
                + (f" · {self._first + 1}-{last}" if last < count or self._first else "")
            )
        )
        rest = f"remove the other {count - 1:,}" if count > 2 else "remove the other"
        self.query_one("#group-keys", Static).update(
            RichText(
                f"b  keep the best, {rest}   ⏎  keep this one, {rest}   d  remove this one   "
                "g  go to it   ← →  row   ↑ ↓  scroll   Esc  leave them"
            )
        )

    async def action_move(self, by: int) -> None:
        self.cursor = max(0, min(self.cursor + by, len(self.members) - 1))
        if self._first <= self.cursor < self._first + len(self._views):
            self._show()
        else:
            await self._arrange()

    def action_scroll(self, by: int) -> None:
        room = max(1, self._views[0].size.height - HEADER) if self._views else 1
        longest = max((view.height for view in self._views), default=0)
        self._top = max(0, min(self._top + by, longest - room))
        self._show()

    def action_page(self, by: int) -> None:
        self.action_scroll(by * max(1, self.size.height - 6))

    def action_keep_best(self) -> None:
        self._keep(self.best)

    def action_keep(self) -> None:
        self._keep(self.cursor)

    def _keep(self, at: int) -> None:
        self.dismiss(Decision([each.place for i, each in enumerate(self.members) if i != at]))

    def action_remove(self) -> None:
        self.dismiss(Decision([self.members[self.cursor].place]))

    def action_go(self) -> None:
        self.dismiss(Decision([], self.members[self.cursor].place))
