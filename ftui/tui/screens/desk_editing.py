"""The desk's editing: one field in the inline editor or in $EDITOR, re-checked as one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.dataset.record import FieldEdit
from ftui.project.errors import FtuiError
from ftui.tui.desk.found import RANKS
from ftui.tui.desk.order import Place
from ftui.tui.screens.desk_layout import Pane
from ftui.tui.screens.desk_panes import DeskPanes

if TYPE_CHECKING:
    from ftui.tui.desk.checking import TypedInspected
    from ftui.tui.widgets.field_editor import FieldEditor

RAW = ""
"""The field name under which a whole record is edited as it stands in the file."""


class DeskEditing(DeskPanes):
    """Opens the editor on the field in question, keeps what was typed, discards it."""

    _edited_from: Pane = "table"
    """The pane that had the keyboard before the editor."""

    def action_edit(self) -> None:
        """The field of the finding jumped to last, else the text under the eye.

        The row as it stands in the file: when it cannot be read, when its bytes are shown, and where the finding is
        about a field that is no text (missing, of another type).
        """
        if self.editor is not None:
            self.show_pane("record")
            return
        found = self._field_in_question()
        if found is not None:
            self._open_editor(*found)

    def _field_in_question(self) -> tuple[Place, str, str, str, int] | None:
        place = self.table.place
        if self.editor is not None or place is None:
            return None
        record = self.rows.record(place)
        whole = place, RAW, "as it stands in the file", record.raw.decode("utf-8", "surrogateescape"), 0
        if record.example is None or not record.example.texts or self.record.raw:
            return whole
        if self.record.record is None:  # hidden
            self.record.show(record, self._title(place))
        texts = {text.field: text for text in record.example.texts}
        spot = self.record.revealed
        if spot is not None and spot.field in texts:
            text = texts[spot.field]
            return place, text.field, text.role, text.text, spot.start or 0
        asked = [spot] if spot is not None else [spot for spot in self.spots if spot.accepted is None]
        fields = {spot.field for spot in asked if spot.field}
        if fields and not fields & set(texts) and not self.record.eye_moved:
            return whole
        text = record.example.texts[min(self.record.active, len(record.example.texts) - 1)]
        return place, text.field, text.role, text.text, 0

    def _open_editor(self, place: Place, field: str, role: str, text: str, offset: int) -> None:
        from ftui.tui.widgets.field_editor import FieldEditor

        self._edited_from, self.pane = self.pane, "record"
        self.editor = FieldEditor(place, field, role, text, offset)
        self.query_one("#rows").mount(self.editor, after=self.record)
        self.show_panes()
        self.show_keys("editor")

    def close_editor(self) -> None:
        """Back to where the editor was opened."""
        if self.editor is None:
            return
        self.editor.remove()
        self.editor = None
        self.show_pane(self._edited_from)
        self.show_record()

    def on_field_editor_discarded(self) -> None:
        self.close_editor()

    def on_field_editor_kept(self, event: FieldEditor.Kept) -> None:
        if self._keep(event.place, event.field, event.text):
            self.close_editor()

    def _keep(self, place: Place, field: str, text: str) -> bool:
        """Write the text to the journal; False, with a notice, when it could not be kept."""
        try:
            if field == RAW:
                self.session.set_raw(place.file, place.row, text.encode("utf-8", "surrogateescape"))
            else:
                self.session.set_text(place.file, place.row, field, text)
        except (FtuiError, UnicodeEncodeError) as error:
            self.complain(error)
            return False
        return True

    def on_field_editor_typed(self, event: FieldEditor.Typed) -> None:
        """Have the row looked at with the text as it is in the editor."""
        editor = self.editor
        if editor is None or editor.place != event.place:
            return
        if self.checker is None or self.found.state != "done":
            editor.show_no_verdict("the rules have not looked at every row yet")
            return
        raw = self._bytes_with(event.place, event.field, event.text)
        if raw is None:
            editor.show_no_verdict("this text cannot be written as it is")
        else:
            self.checker.inspect_typed(event.place, raw)

    def found_changed(self) -> None:
        """A check ended: it says what it thinks of an open editor's text, too."""
        super().found_changed()
        editor = self.editor
        if editor is not None and editor.is_mounted:
            editor.ask_verdict()

    def _bytes_with(self, place: Place, field: str, text: str) -> bytes | None:
        document = self.rows.document(place.file)
        try:
            if field == RAW:
                return text.encode("utf-8", "surrogateescape")
            example = document.example(place.row)
            old = example.text(field) if example is not None else None
            if old is None:
                return None
            return document.records.edit(document.raw(place.row), [FieldEdit(field, 0, len(old), text)])
        except (FtuiError, UnicodeEncodeError):
            return None  # while typing, text that cannot be written yet is no fault; keeping it says so

    def typed_inspected(self, event: TypedInspected) -> None:
        """The worker looked at the row as typed."""
        if self.editor is not None and self.editor.place == event.place:
            field = self.editor.field
            spots = sorted(event.spots, key=lambda spot: (spot.field != field, -RANKS[spot.severity]))
            self.editor.show_verdict([(spot.severity, spot.code, spot.message) for spot in spots])

    def on_field_editor_external_editor(self, event: FieldEditor.ExternalEditor) -> None:
        text = self._outside(event.text)
        if text is not None and self.editor is not None:
            self.editor.replace_text(text)

    def action_edit_outside(self) -> None:
        """The field in question in $EDITOR; kept when the editor saved it."""
        found = self._field_in_question()
        if found is None:
            return
        place, field, _, old, _ = found
        text = self._outside(old)
        if text is not None and text != old:
            self._keep(place, field, text)

    def _outside(self, text: str) -> str | None:
        from ftui.tui import external_editor

        try:
            return external_editor.edit(self.app, text)
        except FtuiError as error:
            self.complain(error)
            return None
        finally:
            self.refresh(layout=True)
