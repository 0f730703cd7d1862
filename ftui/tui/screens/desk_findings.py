"""The desk's way through the findings: jump to one, step to the next, explain its rule."""

from __future__ import annotations

from textual import on

from ftui.tui.screens.desk_panes import DeskPanes
from ftui.tui.widgets.findings_sidebar import FindingsSidebar


class DeskFindings(DeskPanes):
    """What leads from the findings to the rows."""

    @on(FindingsSidebar.Wanted)
    def _rows_wanted(self, event: FindingsSidebar.Wanted) -> None:
        self.app.inspect_rows(event.places)  # type: ignore[attr-defined]

    @on(FindingsSidebar.Chosen)
    def _row_chosen(self, event: FindingsSidebar.Chosen) -> None:
        if self.jump(event.place):
            self._reveal(event.code)
            if self.has_class("-narrow"):
                self.close_charts()
                self.show_pane("record")

    @on(FindingsSidebar.Opened)
    def _whole_opened(self, event: FindingsSidebar.Opened) -> None:
        """All that a finding about a whole file says; from there to its rule or its fix."""
        from ftui.tui.screens.finding_modal import FindingModal

        async def answered(wanted: str | None) -> None:
            if wanted is not None:
                await self.app.run_action(wanted, self)

        self.app.push_screen(FindingModal(event.spot), answered)

    def _reveal(self, code: str) -> None:
        spots = [spot for spot in self.record.spots or () if spot.code == code]
        if spots:
            self.record.reveal(spots[0])

    def action_finding(self, by: int) -> None:
        """The next finding: further on in this row, then in the next row that has one, then in the next split."""
        if self._step_in_row(by):
            return
        for step in range(len(self.splits) + 1):
            index = (self.split + by * step) % len(self.splits)
            order = self.table.order if step == 0 else self.splits[index].order()
            positions = self.found.flagged(order)
            here = self.table.cursor if step == 0 else (-1 if by > 0 else len(order))
            ahead = positions[positions > here] if by > 0 else positions[positions < here]
            if len(ahead):
                place = order[int(ahead[0] if by > 0 else ahead[-1])]
                if step:
                    self.show_split(index, place)
                self.table.jump(place)
                return
        self.notify("No findings." if self.found.state == "done" else "Not checked yet: C runs the rules.")

    def _step_in_row(self, by: int) -> bool:
        spots = [spot for spot in self.record.spots or () if spot.accepted is None and spot.field]
        if self.record.record is None or not self.record.display or len(spots) < 2:
            return False
        current = self.record.revealed
        index = spots.index(current) + by if current in spots else (0 if by > 0 else -1)
        if (current in spots and 0 <= index < len(spots)) or (current not in spots and by > 0):
            self.record.reveal(spots[index])
            return True
        return False

    def action_explain(self) -> None:
        code = self.findings.code if self.pane == "findings" else None
        place = self.table.place
        if code is None and place is not None:
            revealed = self.record.revealed
            codes = self.found.codes(place)
            code = revealed.code if revealed else codes[0] if codes else None
        if code is None:
            self.notify("No finding here to explain; ] goes to the next one.")
        else:
            self.app.explain(code)  # type: ignore[attr-defined]
