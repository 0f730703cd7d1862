"""A finding about a whole file or project: all of its message, where it is, and what it was decided by."""

from __future__ import annotations

from textual.binding import Binding

from ftui.report.evidence import DRAWN, bars, plainly
from ftui.tui.desk.found import Spot
from ftui.tui.screens.page_modal import PageModal

MOST_BARS = 12
FIXED = 46
"""Cells of a line of bars beside its name, both sides drawn."""


class FindingModal(PageModal):
    """Gives back "explain" or "fix" where that key was pressed."""

    BINDINGS = [
        Binding("x,i", "explain", show=False),
        Binding("f", "fix", show=False),
    ]
    AS_WRITTEN = ("counted", "evidence")

    def __init__(self, spot: Spot) -> None:
        self.spot = spot
        fix = "   f  show its fix" if spot.data.get("fix") and spot.accepted is None else ""
        super().__init__(spot.code, self._parts, f"   x  explain the rule{fix}")

    def _parts(self, width: int) -> dict[str, str]:
        spot, evidence = self.spot, self.spot.data.get("evidence") or {}
        drawn = bars(spot.data, MOST_BARS, max(8, width - FIXED))
        where = spot.data.get("path") or ""
        split = spot.data.get("split") or ""
        fix = spot.data.get("fix") or {}
        return {
            "name": f"{spot.name} · {spot.severity}",
            "": spot.message,
            "where": f"{where}, split {split}" if where and split else where or "the whole project",
            "counted": "\n".join(drawn),
            "evidence": "\n".join(plainly(evidence, DRAWN if drawn else ())),
            "its fix": f"{fix['title']} ({fix['safety']})" if fix else "",
            "accepted": spot.accepted or "",
        }

    def action_explain(self) -> None:
        self.dismiss("explain")

    def action_fix(self) -> None:
        self.dismiss("fix")
