"""The desk's fixes and acceptances: preview as a difference, then this row, the selection, or every row of the view."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ftui.dataset import field_path
from ftui.tui.desk.found import Spot
from ftui.tui.desk.order import Place
from ftui.tui.screens.desk_project_fixing import DeskProjectFixing

if TYPE_CHECKING:
    from ftui.store.entry import Change, Splice
    from ftui.tui.desk.checking import FixPlanned
    from ftui.tui.screens.fix_modal import Preview

SHOWN = 10
"""Rows in a preview."""


class Wanted(NamedTuple):
    """A fix asked of the worker: of which rule, whether only to be shown, with unsafe fixes, by which marker."""

    code: str
    show: bool = True
    unsafe: bool = True
    marker: str | None = None


class DeskFixing(DeskProjectFixing):
    """Fixes are planned in the worker and come back as changes; applying them is one step of undo."""

    _wanted: Wanted | None = None

    def action_fix(self) -> None:
        """The fix of the finding in question: shown first, then applied as far as the person says."""
        whole = self.findings.line.whole if self.pane == "findings" else None
        if whole is not None and "endings" not in whole.data["evidence"]:
            self.fix_project(whole)
            return
        place = self.table.place
        spot = self._fixable()
        rule = self.findings.code if self.pane == "findings" else None
        if rule is not None and (spot is None or spot.code != rule):
            if not self._choose_marker(rule):
                self._ask(Wanted(rule), self.places_with(rule, SHOWN))
        elif place is not None and spot is not None:
            self._ask(Wanted(spot.code), [place])
        elif not self._choose_marker():
            self.notify("No finding here that has a fix; ] goes to the next finding, e edits.", timeout=4)

    def _fixable(self) -> Spot | None:
        spots = [s for s in self.spots if s.accepted is None and s.data.get("fix")]
        revealed = self.record.revealed
        return revealed if revealed in spots else (spots[0] if spots else None)

    def _ask(self, wanted: Wanted, places: Sequence[Place] | None) -> None:
        if self.checker is None or self.found.state != "done":
            self.notify("The rules have not looked at every row yet.", severity="warning")
            return
        self._wanted = wanted
        self.show_progress("planning the fix")
        self.checker.plan(wanted.code, places, unsafe=wanted.unsafe, marker=wanted.marker)

    def planned(self, event: FixPlanned) -> None:
        """The worker planned a fix: show it, or apply it where it was shown before."""
        self.show_progress("")
        wanted = self._wanted
        if wanted is None or event.code != wanted.code:
            return
        if event.error:
            self.notify(event.error, severity="error", markup=False)
        elif wanted.show:
            self._show(wanted, event)
        else:
            self._apply(wanted, event)

    def _show(self, wanted: Wanted, event: FixPlanned) -> None:
        from ftui.tui.screens.fix_modal import FixModal, Scope

        previews = self._previews(event.changes)
        if not previews:
            self.notify("This finding has no fix that changes the row; e edits it.", timeout=4)
            return
        selection = [p for p in sorted(self.table.selection) if wanted.code in self.found.codes(p)]
        everywhere = self.places_with(wanted.code)
        scopes = []
        if self.table.place is not None and wanted.code in self.found.codes(self.table.place):
            scopes.append(Scope("enter", "fix this row", "row", 1))
        if selection:
            scopes.append(Scope("s", "fix the selection", "selection", len(selection)))
        if everywhere:
            split = f", split {self.splits[self.split].name}" if len(self.splits) > 1 else ""
            scopes.append(Scope("a", f"fix all rows of this view{split}", "all", len(everywhere)))

        unsafe = event.unsafe > 0

        def answered(scope: str | None) -> None:
            if scope is None:
                return
            here = [self.table.place] if self.table.place is not None else []
            rows = {"row": here, "selection": selection, "all": everywhere}[scope]
            self._ask(Wanted(wanted.code, show=False, unsafe=unsafe), rows)

        self.app.push_screen(FixModal(wanted.code, event.wording, previews, scopes, unsafe=unsafe), answered)

    def _apply(self, wanted: Wanted, event: FixPlanned) -> None:
        left = f" {event.skipped:,} with an unsafe fix are left." if event.skipped else ""
        if not event.changes:
            self.notify(f"Nothing to change.{left}", timeout=3)
            return
        title = f"fix {wanted.code} in {event.rows:,} row{'' if event.rows == 1 else 's'}"
        details = {} if wanted.marker is None else {"marker": wanted.marker}
        if self.make(title, event.changes, "fix", wanted.code, details):
            self.notify(f"{title[0].upper()}{title[1:]}; {self.key('undo')} takes it back.{left}", timeout=4)

    def _previews(self, changes: Sequence[Change]) -> list[Preview]:
        from ftui.store.entry import Deleted, Raw, Splices
        from ftui.tui.screens.fix_modal import Preview

        found: list[Preview] = []
        paths = {str(document.path): file for file, document in enumerate(self.session.dataset.documents)}
        for change in changes:
            if isinstance(change, Splices):
                file = paths[change.path]
                for row, splices in change:
                    found += self._edited_previews(Place(file, row), splices)
                    if len(found) >= SHOWN:
                        break
            elif isinstance(change, Raw):
                if len(found) < SHOWN:
                    found += self._marked_previews(Place(paths[change.path], change.row), change.raw)
            elif isinstance(change, Deleted):
                file = paths[change.path]
                for row in list(change.rows)[:SHOWN]:
                    record = self.rows.record(Place(file, row))
                    text = record.example.prompt if record.example else record.raw.decode("utf-8", "replace")
                    found.append(Preview(self._where(Place(file, row)), "", text, None))
        return found[:SHOWN]

    def _edited_previews(self, place: Place, splices: Sequence[Splice]) -> list[Preview]:
        from ftui.tui.screens.fix_modal import Preview

        record = self.rows.record(place)
        previews = []
        for field in dict.fromkeys(splice.field for splice in splices):
            old = record.example.text(field) if record.example is not None else None
            if old is None:  # a role, say: a text of the row that is no text of the conversation
                value = None if record.parsed.value is None else field_path.get(record.parsed.value, field)
                if not isinstance(value, str):
                    continue
                old = value
            new = old
            for splice in sorted((s for s in splices if s.field == field), key=lambda s: -s.start):
                new = new[: splice.start] + splice.text + new[splice.end :]
            previews.append(Preview(self._where(place), field, old, new))
        return previews

    def _marked_previews(self, place: Place, raw: bytes) -> list[Preview]:
        """The fields of a row that read otherwise in its new bytes, texts of turns among them."""
        from ftui.tui.screens.fix_modal import Preview

        before = self.rows.record(place).parsed.value
        after = self.rows.document(place.file).parse(raw).value
        if not isinstance(before, dict) or not isinstance(after, dict):
            return []
        changed = [name for name in after if name not in before or before[name] != after[name]]
        shown = [(name, _shown(before.get(name, "")), _shown(after[name])) for name in changed]
        return [Preview(self._where(place), name, old, new) for name, old, new in shown]

    def _where(self, place: Place) -> str:
        document = self.rows.document(place.file)
        return f"{document.display_path}:{self.number(place)}"

    # The end marker

    def _choose_marker(self, code: str | None = None) -> bool:
        """Where answers end in different ways and no way is set: ask which is meant. True when it asked."""
        from ftui.tui.screens.ask_modal import AskModal, Choice

        asking = (spot for spot in self.found.whole if code in (None, spot.code))
        open_question = next((spot for spot in asking if "endings" in spot.data["evidence"]), None)
        if open_question is None:
            return False
        endings = [end for end in open_question.data["evidence"]["endings"] if end["marker"]][:9]
        choices = [
            Choice(
                str(number),
                f"{end['marker']!r}   {end['rows']:,} rows have it, {end['share']:.1%}",
                end["marker"],
            )
            for number, end in enumerate(endings, 1)
        ]
        text = f"{open_question.message}. Which one should end every answer? ftui.toml keeps it: [stop] end_marker."
        self.app.push_screen(AskModal("Which end marker?", text, choices), self._marker_chosen)
        return True

    def _marker_chosen(self, marker: str | None) -> None:
        if marker is not None:
            self._ask(Wanted("STP", show=False, marker=marker), None)

    # Acceptance

    def action_accept(self) -> None:
        """The finding in question stands, for a reason; accepted ones are taken back by the same key."""
        from ftui.tui.screens.input_modal import InputModal

        spots = list(self.spots)
        revealed = self.record.revealed
        wanted = [revealed] if revealed is not None else spots
        if not wanted:
            self.notify("No finding here to accept.", timeout=3)
            return
        if all(spot.accepted is not None for spot in wanted):
            self.attempt(lambda: self.session.unaccept([(spot.key, spot.code) for spot in wanted]))
            return
        open_ = [spot for spot in wanted if spot.accepted is None]
        names = ", ".join(dict.fromkeys(f"{spot.code} {spot.name}" for spot in open_))
        self.app.push_screen(
            InputModal(
                f"Accept {names}", "Reports show the reason.", "", "why this is right as it is", _reason
            ),
            lambda reason: self._accept(open_, reason) if reason else None,
        )

    def _accept(self, spots: Sequence[Spot], reason: str) -> None:
        self.attempt(lambda: self.session.accept([(spot.key, spot.code) for spot in spots], reason.strip()))


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _reason(text: str) -> str:
    return "" if text.strip() else "an acceptance needs a reason"
