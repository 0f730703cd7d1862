"""A key that is held down, or pressed before an output was seen, judges nothing that nobody saw."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from ftui.tui.review.held_key import GAP_S, HeldKey
from tests.tui.reviewing import Reviewing, reviewing


async def send(work: Reviewing, *pressed: tuple[str, float]) -> None:
    """Keys as a terminal sends them, each so many seconds after the present output was drawn."""
    drawn = work.screen.drawn_at
    for key, after in pressed:
        event = events.Key(key, key)
        event.time = drawn + after
        work.app.post_message(event)
        await work.pilot.pause()
    await work.pilot.pause()


def said(work: Reviewing) -> int:
    return len(work.store.votes("ana")) + len(work.store.judgements("ana"))


@pytest.mark.parametrize(("mode", "key"), [("pair", "1"), ("pair", "t"), ("single", "a"), ("single", "r")])
async def test_a_key_that_is_held_down_judges_one(tmp_path: Path, mode: str, key: str) -> None:
    async with reviewing(tmp_path, mode) as work:
        work.screen.held_key.gap_s = GAP_S
        work.screen.drawn_at -= 60  # it was read for a minute
        # As a terminal repeats: after half a second, then 30 a second.
        await send(work, (key, 60), *((key, 60.5 + n / 30) for n in range(20)))
        assert said(work) == 1
        assert "1 of" in work.text
        await send(work, (key, 5))
        assert said(work) == 2, "pressed again, it judges"


async def test_a_held_key_takes_nothing_back_that_was_said_with_care(tmp_path: Path) -> None:
    async with reviewing(tmp_path) as work:
        work.screen.held_key.gap_s = GAP_S
        for expected in range(1, 4):
            work.screen.drawn_at -= 60
            at = 60.0 + expected
            await send(work, ("1", at), ("1", at + 0.05), ("1", at + 0.1))
            assert said(work) == expected


async def test_undo_that_is_held_takes_one_back(tmp_path: Path) -> None:
    async with reviewing(tmp_path) as work:
        await work.press("1", "2", "1")
        work.screen.held_key.gap_s = GAP_S
        await send(work, ("u", 5), ("u", 5.03), ("u", 5.06))
        assert said(work) == 2


async def test_a_key_that_was_pressed_before_the_output_was_drawn_says_nothing(tmp_path: Path) -> None:
    async with reviewing(tmp_path) as work:
        await work.press("1")
        await send(work, ("2", -0.01))
        assert said(work) == 1
        await send(work, ("2", 0.01))
        assert said(work) == 2


def test_the_same_key_pressed_again_or_another_one_is_not_held() -> None:
    key = HeldKey()
    pressed = [("1", 0.0), ("1", 0.2), ("2", 0.22), ("1", 0.24), ("1", 0.27), ("1", 0.3), ("1", 0.5)]
    assert [key.repeats(*each) for each in pressed] == [False, False, False, False, True, True, False]
