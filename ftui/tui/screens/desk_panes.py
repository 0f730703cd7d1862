"""The desk's panes: the rows, the current record, and the findings beside them; what happens between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from ftui.tui.desk.changes import touched
from ftui.tui.desk.checking import Sorted
from ftui.tui.desk.order import FileOrder, Order, PickedOrder, Place
from ftui.tui.desk.sorting import Sort, sorted_order
from ftui.tui.desk.splits import splits_of
from ftui.tui.screens.desk_base import DeskBase
from ftui.tui.widgets.findings_sidebar import FindingsSidebar
from ftui.tui.widgets.key_bar import KeyBar
from ftui.tui.widgets.record_view import RecordView
from ftui.tui.widgets.row_table import RowTable
from ftui.tui.widgets.split_tabs import SplitTabs
from ftui.tui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from ftui.dataset.session import Session
    from ftui.store.entry import Entry


class DeskPanes(DeskBase):
    """Table, record and findings: what they show, and how they follow each other."""

    def compose(self) -> ComposeResult:
        yield SplitTabs(id="tabs")
        with Horizontal(id="desk"):
            with Vertical(id="rows"):
                yield RowTable(self.rows, self.marks, self.number, self.show_record, id="table")
                yield RecordView(self.found, id="record")
            yield FindingsSidebar(self.found, self.number, id="findings")
        yield StatusBar(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.arrange_first()
        self.renew_splits()
        self._name_columns()
        self.go_to_line()
        self.show_unsaved()

    def take_session(self, session: Session) -> None:
        """The journal is open: reviewed marks and unsaved edits are known."""
        self.session = self.rows.session = session
        self.table.repaint()
        self.show_unsaved()

    # What is shown

    def renew_splits(self) -> None:
        """The documents grew or changed: the tabs and the order of the table follow."""
        self.splits = splits_of(self.session.dataset)
        self.split = min(self.split, max(0, len(self.splits) - 1))
        tabs = self.query_one("#tabs", SplitTabs)
        tabs.names = [split.name for split in self.splits]
        tabs.totals = [split.total for split in self.splits]
        tabs.active = self.split
        tabs.renew()
        order = self.splits[self.split].order() if self.splits else FileOrder([])
        if self.sort != "file":
            return
        filtered = self.base is not self.table.order
        self.base = order
        if filtered or not self.table.count:
            self.show_rows(self.table.place)
        else:
            self.table.grow(order)
            self.show_position()

    def show_split(self, index: int, keep: Place | None = None) -> None:
        """Show another split, in its files' order."""
        self.split = index
        self.sort = "file"
        self._name_columns()
        self.table.clear_selection()
        self.base = self.splits[index].order()
        self.table.set_reactive(RowTable.cursor, 0)
        self.table.top = 0
        self.show_rows(keep)
        tabs = self.query_one("#tabs", SplitTabs)
        tabs.active = index
        tabs.renew()

    def reorder(self) -> None:
        """Rows were added, deleted or sorted: the same cursor row in the new order."""
        order: Order = self.splits[self.split].order() if self.splits else FileOrder([])
        if self.sort not in ("file", "findings"):  # an order made of texts that may have changed
            self.sort = "file"
        self.base = sorted_order(order, self.sort, self.found)
        self.show_rows(self.table.place)

    def sort_by(self, sort: Sort) -> None:
        """An order that needs nothing but the findings."""
        self.sort = sort
        self.reorder()

    def take_sorted(self, event: Sorted) -> None:
        """The worker sorted a split."""
        self.sort = cast("Sort", event.sort)
        self.base = PickedOrder(event.files, event.rows)
        self.show_rows(self.table.place)

    def show_rows(self, keep: Place | None) -> None:
        """Show the rows of the split that pass the filter."""
        self.table.show(self.filtered(self.base), keep)

    def filtered(self, order: Order) -> Order:
        """The rows of an order that pass the filter."""
        return order

    def why_empty(self) -> Sequence[str]:
        """Why the table shows no rows, and what to press, a line each."""
        undo, add = self.key("undo"), self.key("add-row")
        return ("No rows.", f"{undo} takes the last step back, {add} adds a row.")

    def _name_columns(self) -> None:
        table = self.table
        file = self.splits[self.split].files[0] if self.splits else 0
        document = self.rows.document(file)
        classes = document.layout.label_field is not None
        table.narrow_answer = classes
        table.titles = (
            "row" if document.line(0) is None else "line",
            "text" if classes else "prompt",
            "label" if classes else "answer",
        )

    def go_to_line(self) -> None:
        """Go to the line that the command line named, as soon as the index has reached it."""
        goto = self.session.dataset.goto
        if goto is None:
            return
        file, line = goto
        document = self.rows.document(file)
        row = document.records.row_at_line(line)
        if document.complete or row < document.base_rows - 1:
            self.session.dataset.goto = None
            self.jump(Place(file, row))

    def show_record(self) -> None:
        """The record follows the cursor."""
        place = self.table.place
        self.show_position()
        if place is None or not self.record.display:
            self.record.show(None)
        else:
            self.record.show(self.rows.record(place), self._title(place))
        if place is not None:
            self.ask([place])

    def show_position(self) -> None:
        """The status bar follows the cursor."""
        table, status = self.table, self.status
        place = table.place
        if place is None:
            table.why_empty = self.why_empty()
        total = f"{table.count:,}" + ("" if self.complete else "+")
        status.position = (
            f"{table.cursor + 1:>{len(total.rstrip('+'))},} / {total}" if place is not None else "no rows"
        )
        status.file = self.rows.document(place.file).display_path if place is not None else ""
        status.selected = len(table.selection)
        status.renew()

    def show_unsaved(self) -> None:
        """The mark for unsaved changes, or that nothing can be changed."""
        self.status.unsaved = self.session.unsaved
        self.status.read_only = self.session.read_only
        self.status.renew()

    def show_progress(self, text: str) -> None:
        """What runs in the background, in the status bar."""
        self.status.progress = text
        self.status.renew()

    # Findings

    def ask(self, places: Iterable[Place]) -> None:
        """Have these rows looked at, where something was found in them and nobody looked yet."""
        wanted = [p for p in places if self.found.details(p) is None and self.found.marks(p)[1]]
        if wanted:
            self.app.inspect_rows(wanted)  # type: ignore[attr-defined]

    def found_changed(self) -> None:
        """A check ended or rows were looked at: everything that shows findings follows."""
        self.findings.renew()
        self.findings.ask()
        self.table.repaint()
        if self.record.record is not None:
            self.record.learned()
        if (
            self.table.place is not None
        ):  # also where a small terminal hides the record: keys ask for its findings
            self.ask([self.table.place])

    def learned(self, places: set[Place], *, moved: bool = False) -> None:
        """The exact findings of some rows arrived; `moved`: some are now under other rules than before."""
        if moved:
            self.findings.renew()
            self.findings.ask()
        self.findings.refresh()
        self.table.repaint_lines(*self._visible(places))
        record = self.record.record
        if record is not None and record.place in places:
            self.record.learned()

    def _visible(self, places: set[Place]) -> list[int]:
        table = self.table
        window = range(table.top, min(table.top + table.page, table.count))
        return [line for line in window if table.order[line] in places]

    def jump(self, place: Place) -> bool:
        """Put the cursor on a row, in whichever split it is; a filter that hides it is left."""
        if self.table.jump(place):
            return True
        for index, split in enumerate(self.splits):
            if split.order().find(place) >= 0:
                if index != self.split:
                    self.show_split(index, place)
                return self.table.jump(place) or (self.leave_filter() and self.table.jump(place))
        return False

    def leave_filter(self) -> bool:
        """Show all rows again; False when there is no filter."""
        return False

    # Changes

    def changed(self, entry: Entry) -> set[Place] | None:
        """A step was done or undone: the rows it touched are read and drawn anew. Gives them; None: very many."""
        places, structural = touched(entry, self.session.dataset, self.found)
        if places is None:
            self.rows.forget_all()
            self.found.forget_all()
            self.table.repaint()
        else:
            self.rows.forget(places)
            self.found.forget(places)
            self.table.update_rows(places)
        if structural:
            self.reorder()
            self.renew_splits()
        self.findings.refresh()
        self.show_record()
        self.show_unsaved()
        return places

    @on(RowTable.Opened)
    def _open_record(self) -> None:
        self.close_charts()
        self.zoomed = True
        self.show_pane("record")
        self.show_record()

    @on(RecordView.GrammarWanted)
    def _grammar_wanted(self, event: RecordView.GrammarWanted) -> None:
        # Asked for while drawing, so in Textual's eyes by this screen: the message goes no further up than here.
        self.app.load_grammar(event.language)  # type: ignore[attr-defined]

    @on(RecordView.RenderingWanted)
    def _rendering_wanted(self, event: RecordView.RenderingWanted) -> None:
        if self.checker is not None:
            self.checker.render(event.place)

    @on(RecordView.Turned)
    def _turn(self, event: RecordView.Turned) -> None:
        self.table.cursor += event.by

    @on(RowTable.Selected)
    def _selection_changed(self) -> None:
        self.show_position()

    @on(SplitTabs.Chosen)
    def _split_chosen(self, event: SplitTabs.Chosen) -> None:
        self.show_split(event.index)

    def action_split(self, by: int) -> None:
        if len(self.splits) > 1:
            self.show_split((self.split + by) % len(self.splits))

    def action_stop(self) -> None:
        """Stop what runs in the background."""

    def action_invisibles(self) -> None:
        self.record.invisibles = not self.record.invisibles

    def action_raw(self) -> None:
        self.close_charts()
        self.record.raw = not self.record.raw

    def action_trained(self) -> None:
        """The row as training reads it, or as it is."""
        if self.checker is None and not self.record.trained:
            self.notify("The files are still being read.", timeout=3)
            return
        self.close_charts()
        self.record.trained = not self.record.trained
        if self.record.trained and not self.record.display:
            self.show_pane("record")
