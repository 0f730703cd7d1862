"""The desk's work on whole rows: add, duplicate, delete, turns, roles, labels."""

from __future__ import annotations

import copy
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from ftui.dataset.example import Role
from ftui.project.errors import FtuiError
from ftui.tui.desk.order import Place
from ftui.tui.screens.desk_panes import DeskPanes

if TYPE_CHECKING:
    from ftui.dataset.session import Session
    from ftui.store.entry import Change

ROLES: tuple[tuple[str, Role], ...] = (("s", "system"), ("u", "user"), ("a", "assistant"), ("t", "tool"))
CLASSES_FROM = 5_000
"""Rows read to learn which classes there are."""


class DeskRows(DeskPanes):
    """Everything that changes rows as a whole; each command is one step of undo."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._labels: dict[int, list[tuple[str, int]]] = {}

    def action_add_row(self) -> None:
        """An empty row of this layout below the cursor."""
        place = self.table.place
        file = place.file if place is not None else (self.splits[self.split].files[0] if self.splits else 0)
        try:
            row = self.session.insert(
                file, place.row if place is not None else -1, self.rows.document(file).layout.template()
            )
        except FtuiError as error:
            self.complain(error)
            return
        self.jump(Place(file, row))

    def action_duplicate_row(self) -> None:
        """A copy of the row below it."""
        place = self.table.place
        if place is None:
            return
        try:
            row = self.session.duplicate(place.file, place.row)
        except FtuiError as error:
            self.complain(error)
            return
        self.jump(Place(place.file, row))

    def action_delete_rows(self) -> None:
        """The selection, else the row under the cursor; more than one row asks."""
        from ftui.tui.screens.ask_modal import AskModal, Choice

        places = self.targets()
        if len(places) > 1:
            question = f"Delete {len(places):,} rows?"
            choices = [Choice("d", "delete them; u takes it back", "delete")]
            self.app.push_screen(
                AskModal(question, "", choices), lambda answer: self._delete(places) if answer else None
            )
        else:
            self._delete(places)

    def _delete(self, places: list[Place]) -> None:
        from ftui.store.entry import Deleted

        changes: list[Change] = []
        for file in sorted({place.file for place in places}):
            path = str(self.rows.document(file).path)
            changes.append(Deleted(path, sorted(place.row for place in places if place.file == file)))
        if changes:
            self.make(f"delete {len(places):,} row{'s' if len(places) > 1 else ''}", changes, "delete")
            self.table.clear_selection()

    # Turns

    def action_turns(self) -> None:
        """Add or remove a turn, or change its role: a menu for the turn under the eye."""
        from ftui.tui.screens.ask_modal import AskModal, Choice

        place = self.table.place
        if place is None:
            return
        if not self.rows.document(place.file).layout.has_turns:
            name = self.rows.document(place.file).layout.name
            self.notify(f"Rows in the {name} layout have no turns.", severity="warning")
            return
        turn = self._turn_number()
        choices = [Choice(key, f"add a turn below: {role}", f"add:{role}") for key, role in ROLES]
        choices += [Choice(key.upper(), f"make this turn: {role}", f"role:{role}") for key, role in ROLES]
        choices.append(Choice("d", "remove this turn", "remove"))
        self.app.push_screen(
            AskModal(f"Turn {turn + 1}", "Capital letters change the role of this turn.", choices),
            lambda answer: self._change_turn(place, turn, answer) if answer else None,
        )

    def _turn_number(self) -> int:
        """The number of the turn under the eye, from its field: `messages[3].content` is 3."""
        texts = self.record.record.example.texts if self.record.record and self.record.record.example else ()
        if not texts:
            return 0
        return _turn_of(texts[min(self.record.active, len(texts) - 1)].field)

    def _change_turn(self, place: Place, turn: int, answer: str) -> None:
        document = self.rows.document(place.file)
        value = document.parsed(place.row).value
        if value is None:
            return
        kind, _, role = answer.partition(":")
        fresh = copy.deepcopy(value)
        try:
            if kind == "add":
                fresh = document.layout.add_turn(fresh, turn + 1, cast(Role, role), "")
            elif kind == "role":
                fresh = document.layout.set_role(fresh, turn, cast(Role, role))
            else:
                fresh = document.layout.remove_turn(fresh, turn)
            self.session.set_value(place.file, place.row, fresh)
        except FtuiError as error:
            self.complain(error)
        else:
            self._look_at_turn(turn + 1 if kind == "add" else turn)

    def _look_at_turn(self, turn: int) -> None:
        """Put the eye on a turn: the one just added is the one to edit."""
        record = self.record.record
        texts = record.example.texts if record is not None and record.example is not None else ()
        at = next((i for i, text in enumerate(texts) if _turn_of(text.field) == turn), None)
        if at is not None:
            self.record.action_text(at - self.record.active)

    # Labels

    def action_relabel(self) -> None:
        """Another label for the row or the selection, from the classes of the file, by number or by name."""
        from ftui.tui.screens.pick_modal import Item, PickModal

        place = self.table.place
        if place is None:
            return
        document = self.rows.document(place.file)
        if document.layout.label_field is None:
            self.notify(f"Rows in the {document.layout.name} layout have no label.", severity="warning")
            return
        classes = self.labels(place.file)
        items = [
            Item(label, str(number), label, f"{count:,}") for number, (label, count) in enumerate(classes, 1)
        ]
        self.app.push_screen(
            PickModal(
                "Relabel", items, by_number=True, note="a number or a name, Enter sets it, Esc cancels"
            ),
            lambda label: self.relabel(label) if label is not None else None,
        )

    def action_label(self, number: int) -> None:
        """The n-th class for the row or the selection at one key, where rows have labels."""
        place = self.table.place
        if place is None or self.rows.document(place.file).layout.label_field is None:
            return
        classes = self.labels(place.file)
        if number <= len(classes):
            self.relabel(classes[number - 1][0])
            self.table.action_move(1)

    def labels(self, file: int) -> list[tuple[str, int]]:
        """The classes of a file's first rows with their counts, most frequent first; they keep their numbers."""
        if file not in self._labels:
            document = self.rows.document(file)
            counts: Counter[str] = Counter()
            rows = [int(row) for row in document.order()[:CLASSES_FROM]]
            for raw in document.raws(rows):
                value = document.records.parse(raw).value
                label = document.layout.example(value).label if value is not None else None
                if label is not None:
                    counts[label] += 1
            self._labels[file] = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return self._labels[file]

    def relabel(self, label: str) -> None:
        """Set the label of the targets, as one step."""
        from ftui.store.entry import Splice as Edit
        from ftui.store.entry import Splices

        changes: list[Change] = []
        places = self.targets()
        for file in sorted({place.file for place in places}):
            document = self.rows.document(file)
            field = document.layout.label_field
            edits: list[tuple[int, list[Any]]] = []
            for place in places:
                example = document.example(place.row) if place.file == file else None
                old = example.text(field) if example is not None and field is not None else None
                if old is not None and field is not None and old != label:
                    edits.append((place.row, [Edit(field, 0, len(old), label)]))
            if edits:
                changes.append(Splices.of(str(document.path), sorted(edits)))
        if changes:
            self.make(f"label {len(places):,} row{'s' if len(places) > 1 else ''} {label}", changes)


def _turn_of(field: str) -> int:
    """The number of a turn in its field: 3 in `messages[3].content`."""
    number = field.partition("[")[2].partition("]")[0]
    return int(number) if number.isdigit() else 0
