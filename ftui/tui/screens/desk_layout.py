"""The desk's three panes: which are on the screen, and which has the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual import events
from textual.geometry import Size

from ftui.tui.desk.found import Found
from ftui.tui.key import Place as KeyPlace
from ftui.tui.keymap import bindings
from ftui.tui.screens.keyed import KeyedScreen
from ftui.tui.widgets.findings_sidebar import FindingsSidebar
from ftui.tui.widgets.key_bar import KeyBar
from ftui.tui.widgets.record_view import RecordView
from ftui.tui.widgets.row_table import RowTable
from ftui.tui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from ftui.dataset.session import Session
    from ftui.tui.widgets.distribution_view import DistributionView
    from ftui.tui.widgets.field_editor import FieldEditor

Pane = Literal["table", "record", "findings"]
PANES: tuple[Pane, ...] = ("table", "record", "findings")


class DeskLayout(KeyedScreen, inherit_bindings=False):
    """All panes in a wide terminal, those that fit in a narrow one, one alone when it is zoomed."""

    DEFAULT_CSS = """
    DeskLayout { background: $background; }
    DeskLayout #desk { height: 1fr; }
    DeskLayout #rows { width: 1fr; height: 1fr; }
    DeskLayout #findings { width: 38; border-left: solid $panel; }
    DeskLayout.-narrow #findings { border-left: none; }
    DeskLayout.-narrow #findings { width: 1fr; }
    DeskLayout.-wide #findings { width: 52; }
    DeskLayout.-wide #record, DeskLayout.-wide #distributions { height: 3fr; }
    DeskLayout.-wide #table { height: 2fr; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (170, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-tall")]
    BINDINGS = bindings("desk")
    AUTO_FOCUS = "#table"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.found = Found()
        self.pane: Pane = "table"
        self.zoomed = False
        self.hidden: set[Pane] = set()
        self.editor: FieldEditor | None = None
        self.charts: DistributionView | None = None
        self._arranged_for = Size(0, 0)

    @property
    def table(self) -> RowTable:
        return self.query_one("#table", RowTable)

    @property
    def record(self) -> RecordView:
        return self.query_one("#record", RecordView)

    @property
    def findings(self) -> FindingsSidebar:
        return self.query_one("#findings", FindingsSidebar)

    @property
    def status(self) -> StatusBar:
        return self.query_one("#status", StatusBar)

    def arrange_first(self) -> None:
        """Arrange the panes before the first layout.

        Textual sets the classes of the breakpoints at the first resize: that would be a second layout, 25 ms later.
        """
        width, height = self.app.size
        for name in self._get_breakpoint_classes(width, self.HORIZONTAL_BREAKPOINTS):
            self.add_class(name)
        for name in self._get_breakpoint_classes(height, self.VERTICAL_BREAKPOINTS):
            self.add_class(name)
        self._arranged_for = self.app.size
        self.show_panes()

    def show_record(self) -> None:
        """Bring the record up to date; it may have been hidden."""
        raise NotImplementedError

    def close_charts(self) -> None:
        """Show the record where the distributions stand."""

    def show_keys(self, place: KeyPlace) -> None:
        """The key bar says what works here."""
        keys = self.query_one("#keys", KeyBar)
        keys.place = place
        keys.renew()

    def on_resize(self, event: events.Resize) -> None:
        if event.size != self._arranged_for:
            self._arranged_for = event.size
            self.call_after_refresh(self.show_panes)

    def show_panes(self) -> None:
        """Which panes are on the screen: all, or in a narrow terminal those that fit."""
        shown = self._shown()
        before = self.record.display
        for pane in PANES:
            self.query_one(f"#{pane}").display = pane in shown
        self.query_one("#rows").display = bool(shown & {"table", "record"})
        # What stands where the record stood; the editor before the charts.
        taken = self.record.display
        for other in (self.editor, self.charts):
            if other is not None:
                other.display = taken and self.record.display
                self.record.display = self.record.display and not taken
        if self.record.display and not before:
            self.show_record()

    def _shown(self) -> set[Pane]:
        if self.zoomed:
            return {self.pane}
        if self.has_class("-narrow"):
            if self.has_class("-short") or self.pane == "findings":
                return {self.pane}
            return {"table", "record"}
        return set(PANES) - (self.hidden - {self.pane})

    def show_pane(self, pane: Pane) -> None:
        """Focus a pane, and show it where there was no room for it."""
        self.pane = pane
        self.show_panes()
        if pane == "record" and self.editor is not None:
            self.editor.area.focus()
            self.show_keys("editor")
        elif pane == "record" and self.charts is not None:
            self.charts.focus()
            self.show_keys("distributions")
        else:
            self.query_one(f"#{pane}").focus()
            self.show_keys(pane)

    def on_descendant_focus(self) -> None:
        pane = getattr(self.focused, "id", None)
        if pane == "distributions":
            pane = "record"
        if pane in PANES and pane != self.pane:
            self.show_pane(pane)

    def action_pane(self, by: int) -> None:
        usable = [pane for pane in PANES if pane not in self.hidden]
        at = usable.index(self.pane) if self.pane in usable else 0
        self.show_pane(usable[(at + by) % len(usable)])

    def action_zoom(self) -> None:
        self.zoomed = not self.zoomed
        self.show_panes()

    def action_back(self) -> None:
        """One step back: out of the zoom, out of the selection, to the table."""
        if self.zoomed:
            self.zoomed = False
            self.show_panes()
            self.show_pane("table")
        elif not self.table.clear_selection() and self.pane != "table":
            self.show_pane("table")

    def _toggle(self, pane: Pane) -> None:
        self.hidden ^= {pane}
        if self.pane in self.hidden:
            self.show_pane("table")
        self.show_panes()

    def action_toggle_record(self) -> None:
        self._toggle("record")

    def action_toggle_findings(self) -> None:
        self._toggle("findings")
