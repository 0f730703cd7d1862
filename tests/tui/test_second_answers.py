"""After an edit the worker tells of other rows that it concerns, many of them in a second answer: the desk follows."""

from __future__ import annotations

from pathlib import Path

from tests.tui.working_desk import Work, lines, working

COPIES = 700
"""More rows than the worker looks at before its first answer."""
SAME = {"instruction": "Where is the nightly archive kept?", "input": "", "output": "On the second disk."}


def copies(folder: Path) -> Path:
    other = {"instruction": "Who may read the archive?", "input": "", "output": "The people of the office."}
    return lines(folder / "train.jsonl", [SAME] * COPIES + [other])


def marked(work: Work) -> int:
    """The rows that the desk believes to be copies."""
    return len(work.rows("DUP001"))


async def test_rows_told_later_are_followed_everywhere(tmp_path: Path) -> None:
    async with working(copies(tmp_path)) as work:
        desk = work.desk
        assert marked(work) == COPIES - 1  # the first is the original
        # A second row says what the first said; when the first changes, the next copy is the original.
        work.app.session.set_text(0, 0, "output", "In another building, behind the harbour.")
        await work.until(lambda: marked(work) == COPIES - 2, "the copies of the row that comes first now")
        await work.until(lambda: desk.found.counts.get("DUP001") == COPIES - 2, "their number")
        await work.until(lambda: 1 not in work.rows("DUP001"), "the new original")
        line = next(line for line in work.text("#findings").splitlines() if "DUP001" in line)
        assert str(COPIES - 2) in line
        await work.press("u")
        await work.until(lambda: marked(work) == COPIES - 1, "all copies again")
        assert 0 not in work.rows("DUP001")


async def test_a_filter_by_rule_follows_too(tmp_path: Path) -> None:
    async with working(copies(tmp_path)) as work:
        desk = work.desk
        await work.press("down", "R")
        await work.until(lambda: desk.table.count == COPIES - 1, "the filter")
        work.app.session.set_text(0, 0, "output", "In another building, behind the harbour.")
        await work.until(lambda: desk.table.count == COPIES - 2, "the rows that are copies still")
        assert all(place.row != 1 for place in desk.table.order)
