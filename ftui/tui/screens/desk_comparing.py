"""The desk's look at a group: its rows side by side, one kept and the others removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.tui.desk.order import Place
from ftui.tui.screens.desk_panes import DeskPanes

if TYPE_CHECKING:
    from ftui.store.entry import Change
    from ftui.tui.desk.checking import GroupFound
    from ftui.tui.screens.group_screen import Decision


class DeskComparing(DeskPanes):
    """Groups are found by the worker; removing rows is one step of undo."""

    def action_compare(self) -> None:
        """The group of the finding in question."""
        place = self.table.place
        wanted = self.findings.code if self.pane == "findings" else None
        spots = [spot for spot in self.spots if spot.data.get("related")]
        revealed = self.record.revealed
        spot = next((s for s in spots if s.code == wanted), None) or (
            revealed if revealed in spots else spots[0] if spots else None
        )
        if place is None or spot is None:
            self.notify("No finding here that is about several rows; ] goes to the next finding.", timeout=4)
        elif self.checker is None or self.found.state != "done":
            self.notify("The rules have not looked at every row yet.", severity="warning")
        else:
            self.show_progress("looking for the group")
            self.checker.group(place, spot.code)

    def group_found(self, event: GroupFound) -> None:
        """The worker found the group: show it."""
        from ftui.tui.screens.group_screen import GroupScreen, Member

        self.show_progress("")
        if len(event.places) < 2:
            self.notify("Its other rows are gone.", timeout=3)
            return
        name = self.found.rules.get(event.code, ("", ""))[0]
        members = [Member(place, self._where_is(place), self.rows.record) for place in event.places]
        self.app.push_screen(
            GroupScreen(f"{event.code} {name}", members, event.best, event.why), self._group_decided
        )

    def _where_is(self, place: Place) -> str:
        """The split and the line of a row."""
        number = f"line {self.number(place)}" if self.rows.document(place.file).line(place.row) else "row"
        split = next((split.name for split in self.splits if split.order().find(place) >= 0), "")
        return f"{split}  {number}" if number != "row" else f"{split}  row {place.row:,}"

    def _group_decided(self, decision: Decision | None) -> None:
        if decision is None:
            return
        if decision.go is not None:
            self.jump(decision.go)
        if decision.remove:
            self._remove(decision.remove)

    def _remove(self, places: list[Place]) -> None:
        from ftui.store.entry import Deleted

        changes: list[Change] = [
            Deleted(str(self.rows.document(file).path), sorted(row for at, row in places if at == file))
            for file in sorted({place.file for place in places})
        ]
        title = f"remove {len(places):,} row{'s' if len(places) > 1 else ''} of a group"
        if self.make(title, changes):
            self.notify(f"Removed {len(places):,}; {self.key('undo')} takes it back.", timeout=4)
