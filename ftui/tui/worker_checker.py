"""The rules in the worker process: requests to it, and its answers as messages to the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ftui.jobs.client import Worker
from ftui.jobs.protocol import Message, dump_project, dump_ticket
from ftui.tui.checking import CheckDone, CheckFailed, CheckProgress, Explained, RowsInspected, Sorted
from ftui.tui.found import Spot
from ftui.tui.order import Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ftui.dataset.session import Session
    from ftui.tui.app import FtuiApp


class WorkerChecker:
    """Sends what is asked to the worker; its answers arrive on a thread and are posted to the app."""

    def __init__(self, app: FtuiApp, log: Path) -> None:
        self._app = app
        self.worker = Worker(self._heard, log)
        self._opened = False
        self._check = 0
        self._asked: dict[int, set[Place]] = {}
        self._sorting: dict[int, tuple[str, int]] = {}
        self.listeners: dict[int, Callable[[Message], None]] = {}
        """Who else waits for the answers to a request (search, fixes, rows as typed); called on the worker's thread."""

    @property
    def session(self) -> Session:
        return self._app.session

    def request(self, kind: str, payload: bytes = b"", **fields: Any) -> int:
        """Send a request with where the session is now; returns its number."""
        if not self._opened:
            self._opened = True
            dataset = self.session.dataset
            paths = [str(document.path) for document in dataset.documents]
            self.worker.request("open", paths=paths, project=dump_project(dataset.project), jobs=0)
        return self.worker.request(kind, payload, ticket=dump_ticket(self.session.ticket), **fields)

    def check(self) -> None:
        self._asked.clear()
        self._check = self.request("check")

    def inspect(self, places: Sequence[Place]) -> None:
        waiting = set().union(*self._asked.values())
        new = [place for place in places if place not in waiting]
        if new:
            number = self.request("inspect", rows=[list(place) for place in new])
            self._asked[number] = set(new)

    def update(self, places: Sequence[Place]) -> None:
        self.request("update", rows=[list(place) for place in places])

    def explain(self, code: str) -> None:
        self.request("explain", code=code)

    def sort(self, key: str, split: int, runs: Sequence[tuple[int, str]]) -> None:
        number = self.request("sort", key=key, runs=[list(run) for run in runs])
        self._sorting[number] = (key, split)

    def stop(self) -> None:
        self.worker.cancel(self._check)

    def close(self) -> None:
        self.worker.close()

    # Answers

    def _heard(self, message: Message) -> None:
        head = message.head
        kind, number = head["kind"], int(head["id"])
        self._asked.pop(number, None)
        listener = self.listeners.get(number)
        if listener is not None:
            listener(message)
            return
        post = self._app.post_message
        if kind == "progress":
            post(CheckProgress(head["phase"], head["done"], head["total"]))
        elif kind == "checked":
            post(self._checked(message))
        elif kind in ("inspected", "updated"):
            spots = {Place(file, row): [Spot.read(data) for data in found] for file, row, found in head["rows"]}
            post(RowsInspected(spots, head["counts"]))
        elif kind == "sorted":
            files, rows = np.split(np.frombuffer(message.payload, np.int64), 2)
            post(Sorted(*self._sorting.pop(number), files.astype(np.int32), rows))
        elif kind == "explained":
            post(Explained(head["code"], head["page"]))
        elif kind == "died":
            self._opened = False
            post(CheckFailed(head["log"] or f"the worker ended with code {head['code']}"))
        elif number == self._check and kind in ("failed", "cancelled"):
            post(CheckFailed(head.get("error", "")))

    def _checked(self, message: Message) -> CheckDone:
        head = message.head
        hits: list[dict[str, NDArray[np.int64]]] = [{} for _ in self.session.dataset.documents]
        at = 0
        for file, code, count in head["hits"]:
            hits[file][code] = np.frombuffer(message.payload, np.int64, count, at)
            at += count * 8
        rules: Mapping[str, tuple[str, str]] = {code: (name, severity) for code, (name, severity) in head["rules"].items()}
        return CheckDone(hits, head["counts"], rules, [Spot.read(data) for data in head["whole"]], head["skipped"])
