"""The app's worker processes: requests go out, answers come back as the app's messages."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftui.jobs.client import Worker
from ftui.jobs.protocol import Message as Answer
from ftui.jobs.protocol import dump_project, dump_ticket, load_changes
from ftui.tui.desk.checking import (
    CheckDone,
    CheckFailed,
    CheckProgress,
    Counted,
    CountingProgress,
    Explained,
    FixPlanned,
    GroupFound,
    ProjectFixPlanned,
    RequestFailed,
    RowRendered,
    RowsInspected,
    RowsUpdated,
    SearchFound,
    Sorted,
    TypedInspected,
)
from ftui.tui.desk.found import Spot
from ftui.tui.desk.order import Place
from ftui.tui.desk.trained_text import TrainedText

if TYPE_CHECKING:
    from textual.message import Message

    from ftui.dataset.session import Session

Post = Callable[["Message"], object]


class Background:
    """One process for the rules and one for looking for rows, each started when it is first needed.

    Two, so that a search answers while a check runs. Answers arrive on threads; they only post messages.
    """

    def __init__(self, session: Session, post: Post, folder: Path) -> None:
        self._session = session
        self._post = post
        self._rules = Worker(self._rules_answered, folder / "worker.log")
        self._finder = Worker(self._finder_answered, folder / "search.log")
        self._opened: set[int] = set()
        self._check = 0
        self._search = 0
        self._count = 0

    def _request(self, worker: Worker, kind: str, payload: bytes = b"", **fields: Any) -> int:
        if id(worker) not in self._opened:
            self._opened.add(id(worker))
            dataset = self._session.dataset
            # One core stays with the screen.
            jobs = max(1, (os.cpu_count() or 2) - 1)
            paths = [str(document.path) for document in dataset.documents]
            worker.request("open", paths=paths, project=dump_project(dataset.project), jobs=jobs)
        return worker.request(kind, payload, ticket=dump_ticket(self._session.ticket), **fields)

    # The rules

    def check(self) -> None:
        """Run all rules over all rows as they are now."""
        self._check = self._request(self._rules, "check", unsaved=self._session.dirty)

    def inspect(self, places: Sequence[Place]) -> None:
        """Look at some rows exactly."""
        self._request(self._rules, "inspect", rows=[list(place) for place in places])

    def inspect_typed(self, place: Place, raw: bytes) -> None:
        """Look at a row with the bytes that it would have."""
        self._request(self._rules, "typed", raw, file=place.file, row=place.row)

    def update(self, places: Sequence[Place]) -> None:
        """Some rows changed: set the hits right and look at them."""
        self._request(self._rules, "update", rows=[list(place) for place in places])

    def explain(self, code: str) -> None:
        """Get a rule's page."""
        self._request(self._rules, "explain", code=code)

    def group(self, place: Place, code: str) -> None:
        """Get the rows that a row's finding is about."""
        self._request(self._rules, "group", file=place.file, row=place.row, code=code)

    def plan(
        self, code: str, places: Sequence[Place] | None, *, unsafe: bool, marker: str | None = None
    ) -> None:
        """Work out what the fix of a rule would change."""
        rows = None if places is None else [list(place) for place in places]
        self._request(self._rules, "plan", code=code, rows=rows, unsafe=unsafe, marker=marker)

    def plan_project(self, key: str) -> None:
        """Work out what would mend a finding about the project."""
        self._request(self._rules, "plan-project", key=key)

    def stop(self) -> None:
        """Stop the check that runs."""
        self._rules.cancel(self._check)

    def close(self) -> None:
        """End both processes."""
        self._rules.close()
        self._finder.close()

    def _rules_answered(self, answer: Answer) -> None:
        head = answer.head
        kind = head["kind"]
        if kind == "progress":
            self._post(CheckProgress(head["phase"], head["done"], head["total"]))
        elif kind == "checked":
            self._post(self._done(answer))
        elif kind in ("inspected", "updated"):
            message = RowsInspected if kind == "inspected" else RowsUpdated
            spots = {Place(file, row): _spots(found) for file, row, found in head["rows"]}
            self._post(message(spots, head["counts"], head["severities"]))
        elif kind == "typed":
            self._post(TypedInspected(Place(head["file"], head["row"]), _spots(head["findings"])))
        elif kind == "explained":
            self._post(Explained(head["code"], head["page"]))
        elif kind == "grouped":
            places = [Place(file, row) for file, row in head["members"]]
            self._post(GroupFound(head["code"], places, head["best"], head["why"]))
        elif kind == "project-planned":
            files = [(path, before, after) for path, before, after in head["files"]]
            self._post(ProjectFixPlanned(head["code"], head["title"], head["safety"], files))
        elif kind == "planned":
            self._post(
                FixPlanned(
                    head["code"],
                    load_changes(head["changes"], answer.payload),
                    head["edited"] + head["removed"],
                    wording=head["wording"],
                    unsafe=head["unsafe"],
                    skipped=head["skipped"],
                )
            )
        elif kind == "died":
            self._opened.discard(id(self._rules))
            self._post(CheckFailed(_last_words("runs the rules", head)))
        elif head["of"] == "plan":
            self._post(FixPlanned(head["code"], error=head.get("error", "stopped")))
        elif head["of"] == "check" and head["id"] >= self._check:
            self._post(CheckFailed(head.get("error", "")))
        elif kind == "failed":
            self._post(RequestFailed(head["error"]))

    def _done(self, answer: Answer) -> CheckDone:
        import numpy as np

        head = answer.head
        hits: list[dict[str, Any]] = [{} for _ in self._session.dataset.documents]
        rows = np.frombuffer(answer.payload, dtype=np.int64)
        at = 0
        for file, code, length in head["hits"]:
            hits[file][code] = rows[at : at + length]
            at += length
        rules = {code: (name, severity) for code, (name, severity) in head["rules"].items()}
        whole = _spots(head["whole"])
        return CheckDone(hits, head["counts"], rules, whole, head["skipped"], head["severities"])

    # Looking for rows

    def search(self, text: str, mode: str) -> None:
        """Look for rows; a newer search stops the older."""
        self._search = self._request(self._finder, "search", text=text, mode=mode)

    def stop_search(self) -> None:
        """Stop looking."""
        self._finder.cancel(self._search)

    def sort(self, sort: str, runs: Sequence[tuple[int, int, int]]) -> None:
        """Order the rows of some runs."""
        self._request(self._finder, "sort", key=sort, runs=[list(run) for run in runs])

    def count(self, split: str, rows: tuple[list[list[Any]], bytes] | None) -> None:
        """Count all rows and those shown."""
        heads, payload = (None, b"") if rows is None else rows
        self._count = self._request(self._finder, "distribution", payload, split=split, rows=heads)

    def stop_counting(self) -> None:
        """Stop counting."""
        self._finder.cancel(self._count)

    def render(self, place: Place) -> None:
        """Get a row as training reads it."""
        self._request(self._finder, "rendered", file=place.file, row=place.row)

    def _finder_answered(self, answer: Answer) -> None:
        head = answer.head
        if head["kind"] == "died":
            self._opened.discard(id(self._finder))
            self._post(RequestFailed(_last_words("looks for rows", head)))
        elif head["of"] == "distribution":
            self._count_answered(head)
        elif head["of"] == "rendered":
            if head["kind"] == "rendered":
                view = head["view"]
                place = Place(head["file"], head["row"])
                self._post(RowRendered(place, TrainedText.read(view) if view else None))
            elif head["kind"] == "failed":
                self._post(RequestFailed(head["error"]))
        elif head["of"] == "sort":
            self._sort_answered(answer)
        elif head["kind"] != "cancelled":
            self._search_answered(answer)

    def _count_answered(self, head: Mapping[str, Any]) -> None:
        from ftui.tui.desk.distributions import Distributions

        if head["id"] < self._count:  # of rows that are not asked for any more
            return
        if head["kind"] == "progress":
            self._post(CountingProgress(100 * head["done"] // max(1, head["total"])))
        elif head["kind"] == "distribution":
            self._post(Counted(Distributions.read(head)))
        else:
            self._post(Counted(None, head.get("error", "")))

    def _search_answered(self, answer: Answer) -> None:
        import numpy as np

        head = answer.head
        message = SearchFound(head["text"], head["mode"], {}, {})
        if head["kind"] == "found":
            message.rows = {head["file"]: np.frombuffer(answer.payload, dtype=np.int64)}
            message.scores = {head["file"]: head["scores"] or ()}
            message.percent = 100 * head["done"] // max(1, head["total"])
        message.complete = head["kind"] != "found"
        message.error = head.get("error", "")
        self._post(message)

    def _sort_answered(self, answer: Answer) -> None:
        import numpy as np

        columns = np.frombuffer(answer.payload, dtype=np.int64)
        half = len(columns) // 2
        error = "" if answer.head["kind"] == "sorted" else answer.head.get("error", "stopped")
        self._post(Sorted(answer.head["key"], columns[:half].astype(np.int32), columns[half:], error))


def _last_words(work: str, head: Mapping[str, Any]) -> str:
    """That a process ended, and the last line that it left in its log."""
    log = head["log"].splitlines()
    return f"the process that {work} ended (code {head['code']}){f': {log[-1]}' if log else ''}"


def _spots(found: Sequence[Mapping[str, Any]]) -> tuple[Spot, ...]:
    return tuple(Spot.read(each) for each in found)
