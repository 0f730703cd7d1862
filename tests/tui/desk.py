"""A desk on small files, with findings that the tests choose: the feed is injected, the screen is real."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from textual.pilot import Pilot

from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.project.app_settings import AppSettings
from ftui.project.settings import Project
from ftui.tui.app import FtuiApp
from ftui.tui.desk.checking import CheckDone, Counted, RowRendered, RowsInspected
from ftui.tui.desk.distributions import Chart, Distributions, Side
from ftui.tui.desk.found import Spot
from ftui.tui.desk.order import Place
from ftui.tui.desk.trained_text import TrainedText

RULES = {
    "STP001": ("missing-end-marker", "error"),
    "DUP001": ("exact-duplicate", "warning"),
    "FMT011": ("stray-whitespace", "info"),
}
ALPACA = [
    {"instruction": f"Question number {i}?", "input": "", "output": f"Answer number {i}.\n### End"}
    for i in range(60)
]


def spot(
    code: str, message: str, field: str = "output", start: int | None = None, end: int | None = None
) -> Spot:
    """A finding as the worker would tell it."""
    name, severity = RULES[code]
    data: dict[str, Any] = {"fix": None, "related": [], "evidence": {}}
    return Spot(code, name, severity, field, start, end, message, f"{code}-{message}", None, data)


class KnownFindings:
    """A checker whose findings are given by hand; it answers at once."""

    def __init__(
        self, app: FtuiApp, spots: Mapping[tuple[int, int], Sequence[Spot]], whole: Sequence[Spot] = ()
    ) -> None:
        self.app = app
        self.whole = whole
        self.spots = {Place(*place): tuple(found) for place, found in spots.items()}
        self.updates: list[Place] = []
        self.closed = False

    def check(self) -> None:
        files = len(self.app.session.dataset.documents)
        hits: list[dict[str, Any]] = [{} for _ in range(files)]
        counts: dict[str, int] = {}
        for place, found in sorted(self.spots.items()):
            for each in found:
                counts[each.code] = counts.get(each.code, 0) + 1
                hits[place.file].setdefault(each.code, set()).add(place.row)
        columns = [{code: np.array(sorted(rows), np.int64) for code, rows in each.items()} for each in hits]
        self.app.post_message(CheckDone(columns, counts, RULES, self.whole))

    def inspect(self, places: Sequence[Place]) -> None:
        self.app.post_message(RowsInspected({place: self.spots.get(place, ()) for place in places}))

    def update(self, places: Sequence[Place]) -> None:
        self.updates += places
        self.inspect(places)

    def count(self, split: str, rows: tuple[list[list[Any]], bytes] | None) -> None:
        """The table's rows differ from all rows where it is filtered."""
        lengths = ["1–19", "20–49", "50–99", "100–199"]
        charts = [
            Chart("splits", ["train", "test"], [45, 7], None if rows is None else [3, 0]),
            Chart(
                "types of answers",
                ["prose", "code", "empty"],
                [30, 20, 2],
                None if rows is None else [1, 2, 0],
            ),
            Chart("answer, characters", lengths, [1, 30, 20, 1], None if rows is None else [0, 1, 2, 0]),
            Chart("tokens (estimate)", ["8–11", "12–19"], [31, 21], None if rows is None else [2, 1]),
        ]
        shown = None if rows is None else Side(3, 3)
        self.app.post_message(Counted(Distributions(Side(1_200_052, 20_000), shown, charts)))

    def stop_counting(self) -> None: ...

    def render(self, place: Place) -> None:
        text = "<|user|>How do I print it?<|end|>\n<|assistant|>Call show().\nThat is all.<|end|>\n"
        start = text.index("Call")
        view = TrainedText(text, [(start, len(text) - 1)], "chat.jinja", "chat", "", 24, 9, "estimate")
        self.app.post_message(RowRendered(place, view))

    def stop(self) -> None: ...

    def close(self) -> None:
        self.closed = True


def write_rows(path: Path, rows: Sequence[Any] = ALPACA) -> Path:
    """A JSON Lines file."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def opened(
    *paths: Path,
    spots: Mapping[tuple[int, int], Sequence[Spot]] | None = None,
    settings: AppSettings | None = None,
    whole: Sequence[Spot] = (),
) -> FtuiApp:
    """The app on some files; without `spots` nothing is checked."""
    dataset = Dataset.open(list(paths), Project(root=paths[0].parent))
    checker = None if spots is None else lambda app: KnownFindings(app, spots, whole)
    return FtuiApp(Session.open(dataset), settings, checker)  # type: ignore[arg-type]


async def settle(pilot: Pilot[Any]) -> None:
    """Until the index is there, the findings have arrived and everything is painted."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def shown(app: FtuiApp, selector: str) -> list[str]:
    """The text of a widget, a string a line."""
    widget = app.desk.query_one(selector)
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]
