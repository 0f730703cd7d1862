"""The desk's steps back and forth, marks of reviewed rows, and what runs in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ftui.project.errors import FtuiError
from ftui.tui.desk.changes import touched
from ftui.tui.screens.desk_panes import DeskPanes

if TYPE_CHECKING:
    from ftui.store.entry import Entry


class DeskSteps(DeskPanes):
    """Undo, redo, reviewed; check and stop."""

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
