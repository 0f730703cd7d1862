"""What every command of the desk needs: the session, the table's order, the findings, and words for a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ftui.dataset.record import NEW_ROW
from ftui.project.errors import FtuiError
from ftui.tui.desk.filters import Filter
from ftui.tui.desk.order import FileOrder, Order, Place
from ftui.tui.desk.rows import Rows
from ftui.tui.desk.sorting import Sort
from ftui.tui.desk.splits import Split
from ftui.tui.screens.desk_layout import DeskLayout
from ftui.tui.widgets.row_table import Marks

if TYPE_CHECKING:
    from ftui.dataset.session import Session
    from ftui.store.entry import Change, EntryKind
    from ftui.tui.desk.checking import Checker
    from ftui.tui.desk.found import Spot


class DeskBase(DeskLayout):
    """What the desk knows, and how it is asked."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.rows = Rows(session)
        self.splits: list[Split] = []
        self.split = 0
        self.sort: Sort = "file"
        self.filter = Filter()
        self.base: Order = FileOrder([])
        """The rows of the current split, unfiltered, in the current order."""

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

    @property
    def complete(self) -> bool:
        return all(document.complete for document in self.session.dataset.documents)

    def targets(self) -> list[Place]:
        """The rows that a command works on: the selection, else the row under the cursor."""
        table = self.table
        if table.selection:
            return sorted(table.selection)
        return [table.place] if table.place is not None else []

    # Rows in words

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
