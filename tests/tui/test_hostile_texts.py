"""Texts that would write to the terminal, or that the editor would bring back changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.text import Text as RichText
from textual.widgets import Static

from tests.tui.desk import opened, write_rows
from tests.tui.working_desk import Work, working

HOSTILE = "a\x1b]52;c;aGk=\x07b\x9b2Jc\u202ed\u200be\u2028f\x0bg\rh\ni"


def drawn(work: Work) -> Iterator[str]:
    for strip in work.app.screen._compositor.render_strips():
        yield from (segment.text for segment in strip)


async def test_the_editor_shows_what_would_write_to_the_terminal_and_keeps_it(tmp_path: Path) -> None:
    rows = [{"instruction": "Say something.", "output": HOSTILE}]
    async with working(write_rows(tmp_path / "train.jsonl", rows), rules=False) as work:
        await work.press("e")
        editor = work.desk.editor
        assert editor is not None
        assert editor.text == HOSTILE
        assert "a␛]52;c;aGk=␇b▯2Jc⇄d◦e" in "".join(drawn(work))
        assert all(text.isprintable() for text in drawn(work))
        await work.press("Z", "ctrl+s")
        assert work.raw(0)["output"] == "Z" + HOSTILE


async def test_no_widget_can_write_to_the_terminal(tmp_path: Path) -> None:
    """Not even Textual's own, given a text as it is."""
    async with working(write_rows(tmp_path / "train.jsonl"), rules=False) as work:
        work.app.notify(HOSTILE, markup=False)
        await work.app.screen.mount(Static(RichText(HOSTILE)))
        await work.until(lambda: "]52;c;aGk=" in "".join(drawn(work)), "the texts to be drawn")
        assert all(text.isprintable() for text in drawn(work))


async def test_text_from_outside_begins_a_new_undo(tmp_path: Path) -> None:
    """An older text has other stand-ins: brought back under the new ones it would be another text."""
    app = opened(write_rows(tmp_path / "train.jsonl", [{"instruction": "a", "output": HOSTILE}]))
    async with app.run_test() as pilot:
        await pilot.press("e")
        await pilot.pause()
        editor = app.desk.editor
        assert editor is not None
        editor.replace_text("plain")
        await pilot.press("ctrl+z")
        assert editor.text == "plain"
