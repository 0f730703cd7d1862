"""What came is painted in two halves: a redraw of curves and log together would be too long for a slow line."""

from __future__ import annotations

import pytest

from ftui.tui.screens import training
from tests.tui.training_desk import look, watching

LINES = ["step 1: loss 2.5"]


async def test_curves_and_log_are_painted_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "TICK", 1_000.0)  # the test's ticks alone
    async with watching(look(), lines=LINES) as here:
        screen, state = here.screen, here.app.training
        curves, log, before = screen._drawn, screen.tail._drawn, state.version
        here.feed.say(look(version=2), lines=["a new line"])
        await here.until(lambda: state.version != before, "the reading")
        screen._tick()
        assert (screen._drawn != curves, screen.tail._drawn != log) == (True, False)
        screen._tick()
        assert screen.tail._drawn != log
        await here.pilot.pause()
        assert any("a new line" in each for each in here.lines("#tail"))


async def test_curves_that_come_at_every_tick_do_not_hold_up_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "TICK", 1_000.0)
    async with watching(look(), lines=LINES) as here:
        screen, state = here.screen, here.app.training
        log, drawn = screen.tail._drawn, []
        for version in range(2, 6):
            before = state.version
            here.feed.say(look(version=version), lines=[f"line {version}"])
            await here.until(lambda before=before: state.version != before, "the reading")
            screen._tick()
            drawn.append(screen.tail._drawn != log)
            log = screen.tail._drawn
        assert drawn == [False, True, False, True]
