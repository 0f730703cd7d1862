"""Groups side by side on the real desk: differing words marked, one kept, the rest removed in one step of undo."""

from __future__ import annotations

import json
from pathlib import Path

from ftui.tui.desk.order import Place
from ftui.tui.screens.group_screen import GroupScreen
from ftui.tui.widgets.member_view import MemberView
from tests.tui.working_desk import Work, working

LONG = "The archive is written to the second disk every night, checked for damage, and kept for thirty days"


def copies(path: Path) -> Path:
    """Sixty rows, three of which say nearly the same; the middle one says most."""
    topics = (
        "harbour",
        "orchard",
        "railway",
        "kitchen",
        "library",
        "glacier",
        "theatre",
        "factory",
        "stadium",
        "museum",
    )
    rows = [
        {
            "instruction": f"Tell what happens on day {n} at the {topics[n % 10]} and who is in charge of it",
            "input": "",
            "output": f"On day {n} the {topics[n % 10]} opens at {n} past six, and ferry {n * 7} leaves.",
        }
        for n in range(60)
    ]
    ask = "Where does the nightly archive of the office server go and how long is it kept there"
    for place, end in ((10, "."), (20, " or longer."), (30, " .")):
        rows[place] = {"instruction": ask, "input": "", "output": LONG + end}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


async def compare(work: Work) -> GroupScreen:
    """Go to the first near duplicate and open its group."""
    work.desk.jump(Place(0, 20))
    await work.until(lambda: bool(work.desk.spots), "the findings of the row")
    await work.press("c")
    screen = await work.modal("GroupScreen")
    await work.until(lambda: len(screen.query(MemberView)) > 1, "the columns")
    assert isinstance(screen, GroupScreen)
    return screen


def column(view: MemberView) -> str:
    return "\n".join(view.render_line(y).text.rstrip() for y in range(view.size.height))


async def test_the_best_is_kept_and_the_rest_removed_as_one_step(tmp_path: Path) -> None:
    async with working(copies(tmp_path / "train.jsonl"), size=(160, 50)) as work:
        screen = await compare(work)
        assert len(screen.members) == 3
        views = list(screen.query(MemberView))
        assert screen.members[screen.best].place.row == 20  # the longest
        shown = [column(view) for view in views]
        assert sum("★ best" in each for each in shown) == 1
        assert any("line 21" in each and "★ best" in each for each in shown)
        marked = {
            segment.text.strip()
            for view in views
            for y in range(view.size.height)
            for segment in view.render_line(y)
            if segment.style is not None and segment.style.underline
        }
        assert "or longer" in " ".join(marked)
        await work.press("b")
        await work.closed()
        document = work.app.session.dataset.documents[0]
        assert [row for row in (10, 20, 30) if document.deleted(row)] == [10, 30]
        await work.press("u")
        assert not any(document.deleted(row) for row in (10, 20, 30))


async def test_another_than_the_best_can_be_kept_or_only_one_removed(tmp_path: Path) -> None:
    async with working(copies(tmp_path / "train.jsonl"), size=(80, 24)) as work:
        screen = await compare(work)
        assert len(screen.query(MemberView)) == 2
        before = screen.cursor
        await work.press("right")
        if screen.cursor == before:
            await work.press("left")
        kept = screen.members[screen.cursor].place.row
        await work.press("enter")
        await work.closed()
        document = work.app.session.dataset.documents[0]
        assert [row for row in (10, 20, 30) if not document.deleted(row)] == [kept]


async def test_leaving_changes_nothing(tmp_path: Path) -> None:
    async with working(copies(tmp_path / "train.jsonl")) as work:
        await compare(work)
        await work.press("escape")
        await work.closed()
        assert work.app.session.cursor == 0


async def test_a_finding_of_one_row_has_no_group(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps({"instruction": "What is it?", "input": "", "output": ""}) + "\n")
    async with working(path) as work:
        await work.press("right_square_bracket", "c")
        await work.told("No finding here that is about several rows")


async def test_where_the_record_is_hidden_its_findings_are_looked_up_too(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    row = json.dumps({"instruction": "Where does the archive go?", "input": "", "output": "To the cellar."})
    path.write_text(f"{row}\n{row}\n")
    async with working(path, size=(80, 24)) as work:
        await work.press("j")
        await work.until(lambda: bool(work.desk.spots), "the findings of the row")
        work.desk.found._details.clear()
        work.desk.found_changed()  # as at the end of a check
        await work.until(lambda: bool(work.desk.spots), "the findings of the row, looked up again")
