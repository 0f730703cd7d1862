"""From the desk to the training screen and back, with what a verdict is about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from ftui.training.diagnosis.verdict import Diagnosis
from ftui.tui.app import FtuiApp
from ftui.tui.screens.desk import DeskScreen
from ftui.tui.screens.sampling import SamplingScreen
from tests.tui.desk import opened, settle, spot, write_rows
from tests.tui.sampling_desk import ScriptedSampler
from tests.tui.training_desk import SAID, SPIKE, ScriptedFeed, Watching, line, look, with_checkpoints

LINES = [line(step) for step in range(1, 201)]


@asynccontextmanager
async def desk(folder: Path, *, logs: bool = True) -> AsyncIterator[tuple[FtuiApp, Watching, ScriptedFeed]]:
    """The desk on a small file, its project's logs scripted."""
    spots = {
        (0, 0): [spot("DUP001", "twice")],
        (0, 2): [spot("DUP001", "twice")],
        (0, 1): [spot("FMT011", "x")],
    }
    app = opened(write_rows(folder / "train.jsonl"), spots=spots)
    dataset = app.session.dataset
    training = replace(dataset.project.training, logs=folder / "runs" if logs else None)
    dataset.project = replace(dataset.project, training=training)
    feed = ScriptedFeed()

    def make_feed(paths: Sequence[Path]) -> ScriptedFeed:
        assert paths
        return feed

    app.make_feed = make_feed  # type: ignore[method-assign]
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        yield app, Watching(app, pilot, feed), feed  # type: ignore[arg-type]


async def test_without_a_log_the_screen_says_what_to_press(tmp_path: Path) -> None:
    async with desk(tmp_path, logs=False) as (app, here, _):
        await here.press("L")
        assert "No training log is known" in here.text
        assert "o opens one" in here.text
        assert app.training_reader is None
        await here.press("o", *"new.log", "enter")
        await here.until(lambda: app.training_reader is not None, "the log to be followed")
        await here.say(look(), lines=LINES)
        assert "overfitting" in here.text


async def test_from_a_verdict_to_the_rows_that_may_explain_it(tmp_path: Path) -> None:
    async with desk(tmp_path) as (app, here, _):
        await here.press("L")
        await here.say(look(), lines=LINES)
        await here.press("d", "d")
        assert isinstance(app.screen, DeskScreen)
        assert app.desk.filter.rule == "DUP"
        assert app.desk.table.count == 2
        await here.press("L")
        assert "overfitting" in here.text, "the runs are known still"


async def test_the_split_is_opened_that_has_rows_of_the_family(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("train", "validation")]
    for folder in folders:
        folder.mkdir()
    files = [write_rows(folder / f"{folder.name}.jsonl") for folder in folders]
    app = opened(*files, spots={(1, 2): [spot("STP001", "no end")]})
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        here = Watching(app, pilot, ScriptedFeed())  # type: ignore[arg-type]
        app.training_to_data("STP")
        await pilot.pause()
        assert app.desk.split == 1
        assert app.desk.table.count == 1
        assert "Rows with STP findings: 1 in validation" in here.notices[-1]
        assert "L goes back to the training screen" in here.notices[-1]
        app.training_to_data("LBL")
        await pilot.pause()
        assert "No row has a LBL finding" in here.notices[-1]


async def test_alerts_come_on_the_desk_once_the_screen_was_opened(tmp_path: Path) -> None:
    async with desk(tmp_path) as (app, here, feed):
        assert app.training_reader is None, "nothing is read before"
        await here.press("L")
        await here.say(look(said=Diagnosis((), ())), lines=LINES)
        await here.press("escape")
        assert isinstance(app.screen, DeskScreen)
        feed.say(look(said=Diagnosis((SPIKE,), ())))
        await here.until(lambda: here.bells == 1, "the bell")
        assert "L opens the training screen" in here.notices[-1]
        await here.press("L", "a")
        assert here.screen.verdicts.verdict is SPIKE


async def test_the_checkpoint_is_among_the_models_that_are_sampled(tmp_path: Path) -> None:
    known = with_checkpoints(tmp_path / "runs", 90)
    (known.checkpoints[0].path / "model.gguf").write_bytes(b"GGUF")
    async with desk(tmp_path) as (app, here, _):
        sampler = ScriptedSampler(app)
        app.make_sampler = lambda: sampler  # type: ignore[method-assign]
        await here.press("L")
        await here.say(look(said=SAID, context=known), lines=LINES)
        await here.press("c")
        assert isinstance(app.screen, SamplingScreen)
        assert app.choices.models == (f"step-90={known.checkpoints[0].path}/model.gguf",)
