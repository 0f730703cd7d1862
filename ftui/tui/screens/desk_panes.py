"""The desk's panes: the rows, the current record, and the findings beside them; what happens between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from ftui.dataset.record import NEW_ROW
from ftui.project.errors import FtuiError
from ftui.tui.changes import touched
from ftui.tui.checking import Sorted
from ftui.tui.filters import Filter
from ftui.tui.keymap import BY_ID, key_name, keys_of
from ftui.tui.order import FileOrder, Order, PickedOrder, Place
from ftui.tui.rows import Rows
from ftui.tui.screens.desk_layout import DeskLayout
from ftui.tui.sorting import Sort, sorted_order
from ftui.tui.splits import Split, splits_of
from ftui.tui.widgets.findings_sidebar import FindingsSidebar
from ftui.tui.widgets.key_bar import KeyBar
from ftui.tui.widgets.record_view import RecordView
from ftui.tui.widgets.row_table import Marks, RowTable
from ftui.tui.widgets.split_tabs import SplitTabs
from ftui.tui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from ftui.dataset.session import Session
    from ftui.store.entry import Change, Entry, EntryKind
    from ftui.tui.checking import Checker
    from ftui.tui.found import Spot


class DeskPanes(DeskLayout):
    """Table, record and findings, and what every command of the desk needs of them."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.rows = Rows(session)
        self.splits: list[Split] = []
        self.split = 0
        self.sort: Sort = "file"
        self.filter = Filter()
        self.base: Order = FileOrder([])
        """The rows of the current split, unfiltered, in the current order."""

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

    # What every command needs

    @property
    def checker(self) -> Checker | None:
        """The worker that runs the rules and looks for rows; None until the files are open."""
        checker: Checker | None = self.app.checker  # type: ignore[attr-defined]
        return checker

    def complain(self, error: Exception) -> None:
        """An error in the words of a person."""
        hint = getattr(error, "hint", "")
        text = getattr(error, "message", None) or str(error)
        self.notify(f"{text}; {hint}" if hint else text, severity="error", timeout=10, markup=False)

    def attempt(self, step: Callable[[], object]) -> bool:
        """Take a step in the journal; False, with a notice, when it could not be kept."""
        try:
            step()
        except FtuiError as error:
            self.complain(error)
            return False
        return True

    def make(
        self,
        title: str,
        changes: Sequence[Change],
        kind: EntryKind = "edit",
        code: str = "",
        details: Mapping[str, str] | None = None,
    ) -> bool:
        """Make some changes as one step of undo."""
        return self.attempt(lambda: self.session.apply(title, changes, kind, code, details))

    def places_with(self, code: str, at_most: int | None = None) -> list[Place]:
        """The rows of the table that a rule hits, in the table's order."""
        import numpy as np

        places: list[Place] = []
        for file, rows, _ in self.table.order.columns():
            hits = self.found.hits[file].get(code) if file < len(self.found.hits) else None
            if hits is None:
                continue
            column = np.asarray(rows, dtype=np.int64)
            places += [Place(file, row) for row in column[np.isin(column, hits)].tolist()]
            if at_most is not None and len(places) >= at_most:
                return places[:at_most]
        return places

    @property
    def spots(self) -> Sequence[Spot]:
        """The findings of the row under the cursor, as far as it was looked at."""
        place = self.table.place
        return () if place is None else self.found.details(place) or ()

    # What is shown

    def marks(self, place: Place) -> Marks:
        """What the table shows before a row's texts."""
        document = self.rows.document(place.file)
        severity, count = self.found.marks(place)
        return Marks(
            severity,
            count,
            document.edited(place.row),
            document.added(place.row),
            self.session.reviewed(place.file, place.row),
        )

    def number(self, place: Place) -> str:
        """A row's number as a person finds it again: the line of the file, else the row's number."""
        if place.row >= NEW_ROW:
            return "new"
        line = self.rows.document(place.file).line(place.row)
        return str(place.row if line is None else line)

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

    def key(self, name: str) -> str:
        """The key that a binding has now, as a person reads it."""
        return key_name(keys_of(BY_ID[name], getattr(self.app, "_keymap", {}))[0])

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

    def _title(self, place: Place) -> str:
        document = self.rows.document(place.file)
        line = document.line(place.row)
        parts = ["new row" if place.row >= NEW_ROW else f"row {place.row:,}"]
        if line is not None:
            parts.append(f"line {line:,}")
        parts.append(document.layout.name)
        if document.edited(place.row):
            parts.append("edited")
        if self.session.reviewed(place.file, place.row):
            parts.append("reviewed")
        return " · ".join(parts)

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

    @property
    def complete(self) -> bool:
        return all(document.complete for document in self.session.dataset.documents)

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
            self.ask([self.record.record.place])

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

    def targets(self) -> list[Place]:
        """The rows that a command works on: the selection, else the row under the cursor."""
        table = self.table
        if table.selection:
            return sorted(table.selection)
        return [table.place] if table.place is not None else []

    def action_review(self) -> None:
        """Mark the targets as reviewed, or no longer when all of them are."""
        from ftui.store.entry import Marked

        places = self.targets()
        on = not all(self.session.reviewed(place.file, place.row) for place in places)
        changes = [
            Marked(str(self.rows.document(file).path), [row for at, row in places if at == file], on)
            for file in sorted({place.file for place in places})
        ]
        rows = f"{len(places):,} row{'' if len(places) == 1 else 's'}"
        if places:
            self.make(f"mark {rows} as {'' if on else 'not '}reviewed", changes, "mark")

    def action_undo(self) -> None:
        self._step(self.session.undo, "Undone", "Nothing to undo.")

    def action_redo(self) -> None:
        self._step(self.session.redo, "Done again", "Nothing to redo.")

    def _step(self, step: Callable[[], Entry | None], done: str, nothing: str) -> None:
        """Undo or redo, say what it was, and go to the row where it was one."""
        try:
            entry = step()
        except FtuiError as error:
            self.complain(error)
            return
        self.notify(f"{done}: {entry.title}" if entry else nothing, timeout=3, markup=False)
        places = touched(entry, self.session.dataset, self.found)[0] if entry else None
        if places is not None and len(places) == 1:
            self.table.jump(*places)

    def action_check(self) -> None:
        self.app.check()  # type: ignore[attr-defined]

    def action_stop(self) -> None:
        self.app.stop()  # type: ignore[attr-defined]

    @on(RowTable.Opened)
    def _open_record(self) -> None:
        self.zoomed = True
        self.show_pane("record")
        self.show_record()

    @on(RecordView.GrammarWanted)
    def _grammar_wanted(self, event: RecordView.GrammarWanted) -> None:
        # Asked for while drawing, so in Textual's eyes by this screen: the message goes no further up than here.
        self.app.load_grammar(event.language)  # type: ignore[attr-defined]

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

    def action_invisibles(self) -> None:
        self.record.invisibles = not self.record.invisibles

    def action_raw(self) -> None:
        self.record.raw = not self.record.raw
