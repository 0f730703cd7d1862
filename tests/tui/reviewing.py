"""The review screen on a review whose texts are known; waits for states, never for a time."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from textual.pilot import Pilot

from ftui.project.app_settings import AppSettings
from ftui.project.settings import Project, Review
from ftui.review.judging.corrections import Corrections
from ftui.review.judging.session import Sitting
from ftui.review.sample import Sample
from ftui.review.store import ReviewStore
from ftui.tui.review.app import ReviewApp
from ftui.tui.screens.review import ReviewScreen
from ftui.tui.screens.review_looking import Nearest
from tests.review.reviewed import MODELS, prompt, review

PATIENCE = 60
RUBRIC = ("helpful", "true", "tone")


class Reviewing:
    """One open review, with what a test asks of it again and again."""

    def __init__(self, app: ReviewApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot
        self.notices: list[str] = []
        notify = app.notify

        def noted(message: str, **how: Any) -> None:
            self.notices.append(message)
            notify(message, **how)

        app.notify = noted  # type: ignore[method-assign, assignment]

    @property
    def screen(self) -> ReviewScreen:
        return self.app.review

    @property
    def store(self) -> ReviewStore:
        return self.screen.sitting.store

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until something is so."""
        end = monotonic() + PATIENCE
        while not condition():
            assert monotonic() < end, f"waited in vain for {what}; notices: {self.notices}\n{self.text}"
            await self.pilot.pause(0.01)
        await self.pilot.pause()

    async def add(self, *samples: Sample) -> None:
        """Have another connection add outputs for the first prompt, and wait until one is on the screen."""
        store = ReviewStore.open(self.store.folder)
        store.add_prompts([prompt(0)])
        store.add_samples(samples)
        store.close()
        await self.until(
            lambda: self.screen.outputs() and "What does word number 0" in self.text, "the outputs"
        )

    async def modal(self, name: str) -> Any:
        """Until a dialog is open; gives it."""
        await self.until(lambda: type(self.app.screen).__name__ == name, name)
        return self.app.screen

    async def closed(self) -> None:
        """Until no dialog is open."""
        await self.until(lambda: self.app.screen is self.screen, "the review screen")

    @property
    def text(self) -> str:
        """What the terminal shows."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())


def project(folder: Path, rubric: Sequence[str] = RUBRIC) -> Project:
    """A project with a training file, a rubric and a file for edge cases."""
    path = folder / "train.jsonl"
    rows = [{"instruction": f"Q{n}?", "input": "", "output": f"A{n}.\n### End"} for n in range(9)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    settings = Review(rubric=tuple(rubric), edge_cases=folder / "edge.jsonl")
    return Project(root=folder, splits={"train": (path,)}, review=settings, config=folder / "ftui.toml")


def app_on(
    folder: Path,
    store: ReviewStore,
    mode: str,
    settings: AppSettings | None = None,
    nearest: Nearest | None = None,
    made: Project | None = None,
) -> ReviewApp:
    """The app on a review."""
    made = made or project(folder)
    sitting = Sitting(store, "ana", seed=3)
    sitting.set_mode("single" if mode == "single" else "pair")
    screen = ReviewScreen(sitting, made, Corrections(made), nearest)
    screen.held_key.gap_s = 0.0  # a test presses faster than a person
    return ReviewApp(screen, settings)


@asynccontextmanager
async def reviewing(
    folder: Path,
    mode: str = "pair",
    *,
    prompts: int = 6,
    models: Sequence[str] = MODELS,
    flags: Mapping[int, str] | None = None,
    size: tuple[int, int] = (120, 40),
    nearest: Nearest | None = None,
    made: Project | None = None,
) -> AsyncIterator[Reviewing]:
    """The review screen on a review of some prompts."""
    store = review(folder / "r", prompts, models, flags)
    app = app_on(folder, store, mode, nearest=nearest, made=made)
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Reviewing(app, pilot)
    finally:
        app.review.corrections.close()
        store.close()
