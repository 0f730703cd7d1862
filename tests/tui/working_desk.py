"""The whole app on files of a test: a real session and a real worker process; waits for states, never for a time."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import psutil
from textual.pilot import Pilot

from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.project.app_settings import AppSettings
from ftui.project.load import read_project
from ftui.project.settings import Project
from ftui.tui.app import FtuiApp, make_checker
from ftui.tui.desk.found import Spot
from ftui.tui.screens.desk import DeskScreen

PATIENCE = 60
"""Seconds after which a state that does not come is a failure; on an idle machine each takes less than two."""
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
MARKED = "### End"


class Work:
    """One opened app, with what a test asks of it again and again."""

    def __init__(self, app: FtuiApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot
        self.notices: list[str] = []
        """All that the app said, oldest first."""
        notify = app.notify

        def noted(message: str, **how: Any) -> None:
            self.notices.append(message)
            notify(message, **how)

        app.notify = noted  # type: ignore[method-assign, assignment]

    @property
    def desk(self) -> DeskScreen:
        return self.app.desk

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until something is so."""
        end = monotonic() + PATIENCE
        while not condition():
            assert monotonic() < end, f"waited in vain for {what}; notices: {self.notices}"
            await self.pilot.pause(0.01)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*({"\n": "enter"}.get(letter, letter) for letter in text))

    async def checked(self) -> None:
        """Until the check ended."""
        await self.until(lambda: self.desk.found.state == "done", "the check")
        await self.looked_at()

    async def looked_at(self) -> None:
        """Until the row under the cursor was looked at exactly."""
        await self.until(
            lambda: self.desk.record.record is None or self.desk.record.spots is not None or not self.codes,
            "the findings of the row",
        )

    async def modal(self, name: str) -> Any:
        """Until a dialog is open; gives it."""
        await self.until(lambda: type(self.app.screen).__name__ == name, name)
        await self.pilot.pause()
        return self.app.screen

    async def closed(self) -> None:
        """Until no dialog is open."""
        await self.until(lambda: self.app.screen is self.desk, "the desk")
        await self.pilot.pause()

    async def told(self, words: str) -> None:
        """Until a notice says so."""
        await self.until(lambda: any(words in notice for notice in self.notices), f"a notice of {words!r}")

    @property
    def codes(self) -> list[str]:
        """The rules that found something in the row under the cursor."""
        place = self.desk.table.place
        return self.desk.found.codes(place) if place is not None else []

    @property
    def spots(self) -> Sequence[Spot]:
        """The findings of the row under the cursor."""
        return self.desk.record.spots or ()

    def rows(self, code: str) -> list[int]:
        """The rows of the first file that a rule hits."""
        return [int(row) for row in self.desk.found.hits[0].get(code, ())]

    def text(self, selector: str) -> str:
        """What a widget shows, line by line."""
        widget = self.app.screen.query_one(selector)
        lines = (widget.render_line(y).text.rstrip() for y in range(widget.size.height))
        return "\n".join(lines)

    @property
    def status(self) -> str:
        return self.text("#status")

    def raw(self, row: int, file: int = 0) -> Any:
        """The value of a row as it is now."""
        return json.loads(self.app.session.dataset.documents[file].raw(row))

    @property
    def workers(self) -> list[psutil.Process]:
        """The worker processes that run."""
        return worker_processes()


def worker_processes() -> list[psutil.Process]:
    """Worker processes of this test process, with all that they started; not Python's own helper of earlier tests."""
    children = psutil.Process().children(recursive=True)
    return [process for process in children if _works(process)]


def _works(process: psutil.Process) -> bool:
    try:
        words = " ".join(process.cmdline())
        return process.status() != psutil.STATUS_ZOMBIE and "multiprocessing.resource_tracker" not in words
    except psutil.NoSuchProcess:
        return False


@asynccontextmanager
async def working(
    *paths: Path,
    size: tuple[int, int] = (120, 40),
    project: Project | None = None,
    settings: AppSettings | None = None,
    read_only: bool = False,
    rules: bool = True,
) -> AsyncIterator[Work]:
    """The app on some files, checked; afterwards no worker process is left. Without `rules` nothing is checked."""
    dataset = Dataset.open(list(paths), project or Project(root=paths[0].parent))
    session = Session.open(dataset, read_only=read_only)
    app = FtuiApp(session, settings, make_checker if rules else None)
    try:
        async with app.run_test(size=size) as pilot:
            work = Work(app, pilot)
            if rules:
                await work.checked()
            else:
                await work.until(lambda: app.session.on_change, "the work after the first paint")
            yield work
            # As `run` does it, answers stop before the widgets go.
            if app.checker is not None:
                app.checker.close()
            await pilot.pause()
    finally:
        session.close()
        dataset.close()
    assert not worker_processes()


def samples(folder: Path) -> tuple[list[Path], Project]:
    """A copy of the samples: its files and its project."""
    target = folder / "samples"
    target.mkdir()
    for name in ("ftui.toml", "train.jsonl", "validation.jsonl", "test.jsonl"):
        shutil.copy(SAMPLES / name, target / name)
    return [target / f"{name}.jsonl" for name in ("train", "validation", "test")], read_project(
        target / "ftui.toml"
    )


def answers(path: Path, outputs: Sequence[str]) -> Path:
    """A file of rows in the alpaca layout with these answers and questions of their own."""
    rows = [
        {
            "instruction": f"What is the meaning of word number {n} in list {chr(97 + n % 26)}?",
            "input": "",
            "output": text,
        }
        for n, text in enumerate(outputs)
    ]
    return lines(path, rows)


def lines(path: Path, rows: Sequence[Any]) -> Path:
    """A JSON Lines file."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path
