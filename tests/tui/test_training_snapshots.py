"""How the training screen looks, at three sizes; `pytest --snapshot-update` takes the pictures anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ftui.project.app_settings import AppSettings
from ftui.project.settings import Project
from ftui.training.diagnosis.verdict import Diagnosis, Rule, Threshold
from ftui.tui.training.app import TrainingApp
from ftui.tui.training.feed import RunLook
from tests.tui.training_desk import SAID, ScriptedFeed, Watching, line, look, run

Compare = Callable[..., bool]
Step = Callable[[Watching], Any]
SIZES = [(80, 24), (120, 40), (160, 50)]
QUIET = Diagnosis((), ())
LOG = [
    "loading checkpoint shards: 100%|██████████| 4/4 [00:03<00:00]",
    "UserWarning: gradient checkpointing is on, use_cache is off",
    *(line(step) for step in range(1, 201)),
    "日本語のログ行 and an escape \x1b[31mred\x1b[0m",
]

RULE = Rule(
    "overfitting",
    "Validation loss rises",
    "What the model still learns is the training rows themselves; new rows are done worse and worse.",
    "Keep the checkpoint of the best step.",
    "Prechelt, Early Stopping - But When? (1998)",
    lambda _: iter(()),
    {
        "floor": Threshold(0.02, "the least rise that counts"),
        "evaluations": Threshold(3, "that rise in a row"),
    },
)


async def one_run(here: Watching) -> None:
    """A run that overfits, its verdicts and its log."""
    await here.say(look(), lines=LOG)


async def crosshair(here: Watching) -> None:
    """The second verdict, the crosshair on its step, log scale and smoothing."""
    await one_run(here)
    await here.press("right_square_bracket", "right_square_bracket", "y", "s")


async def searched(here: Watching) -> None:
    """The log scrolled back to what was looked for, while lines come."""
    await one_run(here)
    await here.press("slash", *"val loss 2.1", "enter", "N")
    await here.say(lines=["step 201: loss 1.02", "RuntimeError: CUDA out of memory"])


async def compared(here: Watching) -> None:
    """Three runs beside each other."""
    runs: Sequence[RunLook] = [
        look(),
        look(run("runs/b/train.log", 150, shift=0.3), "runs/b/train.log", Diagnosis(SAID.verdicts[1:2], ())),
        look(run("runs/longer-name/train.log", 90, shift=-0.2), "runs/longer-name/train.log", QUIET),
    ]
    await here.say(*runs, lines=LOG)
    await here.press("tab", "tab")


async def explained(here: Watching) -> None:
    """The page of a rule."""
    await one_run(here)
    await here.press("x")


async def waiting(here: Watching) -> None:
    """A file that is not there yet."""
    nothing = run(steps=0)
    await here.say(look(nothing, said=QUIET, trouble="is not there yet", last_line=None, format=""))


async def no_loss(here: Watching) -> None:
    """A log in which nobody finds a loss."""
    await here.say(look(run(steps=0), said=QUIET, format="", has_loss=False), lines=["one", "two", "three"])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "step",
    [one_run, crosshair, searched, compared, explained, waiting, no_loss],
    ids=lambda step: step.__name__,
)
def test_training(
    snap_compare: Compare, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], step: Step
) -> None:
    monkeypatch.setattr("ftui.training.diagnosis.diagnose.rules", lambda: (RULE,))
    assert _pictured(snap_compare, size, step)


@pytest.mark.parametrize("theme", ["ftui-light", "mono"])
def test_in_other_colours(snap_compare: Compare, theme: str) -> None:
    settings = AppSettings(theme=theme, plain_symbols=theme == "mono")
    assert _pictured(snap_compare, (120, 40), one_run, settings)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_log_is_known(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def nothing(here: Watching) -> None:
        here.app.training.paths.clear()
        here.screen.show_all()

    assert _pictured(snap_compare, size, nothing)


def _pictured(
    snap_compare: Compare, size: tuple[int, int], step: Step, settings: AppSettings | None = None
) -> bool:
    feed = ScriptedFeed()
    app = TrainingApp(feed, [Path("runs")], Project(root=Path()), settings)

    async def before(pilot: Pilot[Any]) -> None:
        here = Watching(app, pilot, feed)
        await here.until(
            lambda: here.app.training_screen() is not None and here.screen.is_mounted, "the screen"
        )
        await step(here)
        await pilot.pause()
        app.clear_notifications()
        await pilot.pause()

    return snap_compare(app, terminal_size=size, run_before=before)
