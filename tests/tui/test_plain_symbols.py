"""The desk in ASCII."""

from __future__ import annotations

from pathlib import Path

from ftui.project.app_settings import AppSettings
from tests.tui.desk import opened, settle, spot, write_rows
from tests.tui.training_desk import line, look, watching


async def test_the_desk_is_ascii_when_asked(tmp_path: Path) -> None:
    spots = {(0, 0): [spot("STP001", "no end", start=0, end=5), spot("FMT011", "x"), spot("DUP001", "y")]}
    app = opened(write_rows(tmp_path / "train.jsonl"), spots=spots, settings=AppSettings(plain_symbols=True))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("space", "m", "w", "shift+tab", "right")
        await settle(pilot)
        drawn = "".join(strip.text for strip in app.screen._compositor.render_strips())
        assert drawn.isascii(), set(drawn) - set(map(chr, range(128)))


async def test_curves_verdicts_and_the_log_are_ascii_when_asked() -> None:
    lines = [line(step) for step in range(1, 50)]
    async with watching(look(), lines=lines, settings=AppSettings(plain_symbols=True)) as here:
        await here.press("left", "L", "L")
        drawn = "".join(strip.text for strip in here.screen._compositor.render_strips())
        assert drawn.isascii(), set(drawn) - set(map(chr, range(128)))
