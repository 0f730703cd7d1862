"""The training screen on runs that are scripted: what is read comes when the test says so, by a clock of its own."""

from __future__ import annotations

import math
import queue
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from textual.pilot import Pilot

from ftui.project.app_settings import AppSettings
from ftui.project.settings import Project
from ftui.training.diagnosis.inputs import Checkpoint, Context
from ftui.training.diagnosis.verdict import Diagnosis, NotJudged, Verdict
from ftui.training.record import Record
from ftui.training.run import Run
from ftui.tui.screens.training import TrainingScreen
from ftui.tui.training.app import TrainingApp
from ftui.tui.training.feed import Reading, RunLook
from ftui.tui.training.log_lines import cleaned

PATIENCE = 60
OVERFITTING = Verdict(
    "overfitting",
    "critical",
    "validation loss 2.449 is 16 % above its best, 2.104 at step 100, while training loss still falls",
    130.0,
    "likely",
    "Stop here and keep the checkpoint nearest to step 100; fewer epochs, more rows or more dropout next time.",
    {"best": 2.104, "best_step": 100, "now": 2.449, "noise": 0.004, "rising_steps": [110, 120, 130]},
)
SPIKE = Verdict(
    "spike", "warning", "training loss jumped to 3.1 at step 60 and came back", 60.0, "certain", "Look at the rows.",
    {"steps": [60], "recovered": True},
)  # fmt: skip
PLATEAU = Verdict("plateau", "info", "training loss has not moved for 40 steps", 150.0, "possible")
SAID = Diagnosis(
    (OVERFITTING, SPIKE, PLATEAU), (NotJudged("throughput-drop", "the log tells neither a speed nor times"),)
)


def run(name: str = "runs/a/train.log", steps: int = 200, *, shift: float = 0.0) -> Run:
    """A run that overfits from step 100 on, with a spike at 60."""
    made = Run(Path(name), "scripted")
    for step in range(1, steps + 1):
        made.add(Record(values(step, shift), step, step / 50, 1_000.0 + 2 * step))
    made.facts.total_steps, made.facts.total_epochs = 400, 8.0
    return made


def values(step: int, shift: float = 0.0) -> dict[str, float]:
    """What is logged at a step."""
    loss = 1.0 + 2.5 * math.exp(-step / 40) + 0.04 * math.sin(step * 1.7) + shift
    found = {
        "train/loss": 3.1 if step == 60 else loss,
        "learning_rate": 2e-4 * min(step / 20, 1.0) * (1 - step / 400),
        "grad_norm": 0.8 + 0.3 * math.sin(step / 3),
        "entropy": 2.0 - step / 400,
    }
    if step % 10 == 0:
        found["eval/loss"] = 2.1 + abs(step - 100) * 0.0035 + shift
    return found


def line(step: int) -> str:
    """The log's line of a step."""
    found = values(step)
    start = f"step {step}: "
    if step % 10 == 0:
        return f"{start}train loss {found['train/loss']:.4f}, val loss {found['eval/loss']:.4f}"
    return f"{start}loss {found['train/loss']:.4f}, lr {found['learning_rate']:.3g}"


def look(
    of: Run | None = None, name: str = "runs/a/train.log", said: Diagnosis = SAID, **known: Any
) -> RunLook:
    """A run as the feed hands it over."""
    of = of or run(name)
    told = {
        "format": "scripted log", "facts": of.facts, "last_step": of.last_step, "last_epoch": of.last_epoch,
        "has_loss": of.has_loss, "last_line": 100.0, "version": of.version, "restarts": tuple(of.restarts),
        "superseded": [{m: s.curve() for m, s in old.items()} for old in of.superseded],
    } | known  # fmt: skip
    curves = {metric: of.curve(metric) for metric in of.series}
    return RunLook(name, Path(name), curves=curves, diagnosis=said, **told)


def with_checkpoints(folder: Path, *steps: int) -> Context:
    """What is known of a run whose checkpoints lie in a folder."""
    made = []
    for step in steps:
        path = folder / f"checkpoint-{step}"
        path.mkdir(parents=True, exist_ok=True)
        made.append(Checkpoint(step, path))
    return Context(checkpoints=tuple(made))


class ScriptedFeed:
    """Gives what the test put in; its clock stands until the test moves it."""

    def __init__(self, *readings: Reading) -> None:
        self.readings: queue.SimpleQueue[Reading] = queue.SimpleQueue()
        for each in readings:
            self.readings.put(each)
        self.time = 103.0
        self.interval = 0.005
        self.added: list[Path] = []
        self.closed = self.handed_in = False
        self.fails = ""
        self.pause: Callable[[], None] = lambda: None

    def read(self) -> Reading:
        if self.fails:
            raise RuntimeError(self.fails)
        try:
            return self.readings.get_nowait()
        except queue.Empty:
            return Reading()

    def say(self, *runs: RunLook, lines: Sequence[str] = (), **more: Any) -> None:
        """As if this had been read."""
        name = runs[0].name if runs else "runs/a/train.log"
        said = {name: cleaned(lines)} if lines else {}
        self.readings.put(Reading(list(runs) or None, said, **more))

    def add(self, path: Path) -> None:
        self.added.append(path)

    def now(self) -> float:
        return self.time

    def close(self) -> None:
        self.closed = True

    def hand_in(self) -> None:
        self.handed_in = True


class Watching:
    """The open screen, with what a test asks of it again and again."""

    def __init__(self, app: TrainingApp, pilot: Pilot[Any], feed: ScriptedFeed) -> None:
        self.app = app
        self.pilot = pilot
        self.feed = feed
        self.notices: list[str] = []
        self.bells = 0
        notify = app.notify

        def noted(message: str, **how: Any) -> None:
            self.notices.append(f"{how.get('title', '')} {message}".strip())
            notify(message, **how)

        def rung() -> None:
            self.bells += 1

        app.notify = noted  # type: ignore[method-assign, assignment]
        app.bell = rung  # type: ignore[method-assign]

    @property
    def screen(self) -> TrainingScreen:
        screen = self.app.training_screen()
        assert screen is not None
        return screen

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def say(self, *runs: RunLook, lines: Sequence[str] = (), **more: Any) -> None:
        """Have something read, and wait until it is drawn."""
        self.feed.say(*runs, lines=lines, **more)
        state = self.app.training
        before = (state.version, state.log.version, state.loaded)
        await self.until(lambda: (state.version, state.log.version, state.loaded) != before, "the reading")
        for _ in range(2):  # what is painted may take turns
            self.screen.renew()
            await self.pilot.pause()

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until something is so."""
        end = monotonic() + PATIENCE
        while not condition():
            assert monotonic() < end, f"waited in vain for {what}; notices: {self.notices}\n{self.text}"
            await self.pilot.pause(0.005)
        await self.pilot.pause()

    def lines(self, selector: str) -> list[str]:
        """The text of a widget, a string a line."""
        widget = self.screen.query_one(selector)
        drawn = [strip.text.rstrip().lstrip("│") for strip in widget.render_lines(widget.outer_size.region)]
        return [each for each in drawn if not each or set(each) != {"─"}]  # without the border

    @property
    def text(self) -> str:
        """What the terminal shows."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())


@asynccontextmanager
async def watching(
    *runs: RunLook,
    size: tuple[int, int] = (120, 40),
    project: Project | None = None,
    settings: AppSettings | None = None,
    lines: Sequence[str] = (),
) -> AsyncIterator[Watching]:
    """The screen of `ftui logs` after these runs were read."""
    feed = ScriptedFeed()
    app = TrainingApp(feed, [Path("runs")], project or Project(root=Path()), settings)
    async with app.run_test(size=size) as pilot:
        here = Watching(app, pilot, feed)
        if runs:
            await here.say(*runs, lines=lines)
        yield here
