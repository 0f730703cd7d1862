"""Fixes and acceptances on the real desk: preview, scopes, one step of undo, the end marker, reasons."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Input

from ftui.tui.screens.fix_modal import FixModal, Preview, Scope
from tests.tui.working_desk import Work, answers, lines, samples, working

NO_END = "It means work without an end, in case"


def unmarked(path: Path, bad: tuple[int, ...] = (2, 5, 6, 11), rows: int = 80) -> Path:
    """Rows with an end marker, but for some."""
    return answers(
        path,
        [
            f"{NO_END} {n}." if n in bad else f"It is the word for thing number {n}.\n### End"
            for n in range(rows)
        ],
    )


def output(work: Work, row: int) -> str:
    text: str = work.raw(row)["output"]
    return text


async def fix(work: Work) -> str:
    """Ask for the fix of the finding in question; gives what the dialog shows."""
    await work.press("f")
    modal = await work.modal("FixModal")
    return "\n".join(str(widget.render()) for widget in modal.query("Static"))


async def test_a_fix_is_shown_then_made_in_this_row(tmp_path: Path) -> None:
    async with working(unmarked(tmp_path / "train.jsonl")) as work:
        assert work.rows("STP001") == [2, 5, 6, 11]
        await work.press("right_square_bracket")
        await work.looked_at()
        shown = await fix(work)
        assert "STP001" in shown
        assert "{+" in shown
        assert "### End+}" in shown
        assert "train.jsonl:3" in shown
        assert "fix this row (1 row)" in shown
        assert "fix all rows of this view (4 rows)" in shown
        await work.press("escape")
        await work.closed()
        assert work.app.session.cursor == 0
        await fix(work)
        await work.press("enter")
        await work.until(lambda: output(work, 2).endswith("\n### End"), "the fix")
        await work.told("Fix STP001 in 1 row; u takes it back.")
        await work.until(lambda: work.rows("STP001") == [5, 6, 11], "the findings to follow")
        await work.press("u")
        assert output(work, 2) == f"{NO_END} 2."
        await work.until(lambda: work.rows("STP001") == [2, 5, 6, 11], "the findings to follow")


async def test_a_fix_of_all_rows_is_one_step(tmp_path: Path) -> None:
    path = unmarked(tmp_path / "train.jsonl")
    async with working(path) as work:
        await work.press("right_square_bracket")
        await work.looked_at()
        await fix(work)
        await work.press("a")
        await work.until(lambda: not work.rows("STP001"), "no more findings")
        assert all(output(work, row).endswith("\n### End") for row in range(80))
        assert work.app.session.unsaved == 1
        await work.press("u")
        await work.until(lambda: work.rows("STP001") == [2, 5, 6, 11], "the findings to come back")
        assert work.app.session.cursor == 0
        await work.press("ctrl+r")
        await work.until(lambda: not work.rows("STP001"), "no more findings")
        before = path.read_bytes().splitlines()
        await work.press("ctrl+s")
        await work.told("Saved")
        after = path.read_bytes().splitlines()
        assert [n for n in range(80) if before[n] != after[n]] == [2, 5, 6, 11]


async def test_a_fix_of_the_selection_and_of_a_filtered_view(tmp_path: Path) -> None:
    async with working(unmarked(tmp_path / "train.jsonl")) as work:
        await work.press("right_square_bracket", "space", "right_square_bracket", "space")
        await work.press("k")
        await work.looked_at()
        shown = await fix(work)
        assert "fix the selection (2 rows)" in shown
        await work.press("s")
        await work.until(lambda: work.rows("STP001") == [6, 11], "the selection to be fixed")
        await work.press("escape", "slash")
        await work.type("in case 6")
        await work.until(lambda: work.desk.table.count == 1, "the search")
        await work.press("enter")
        await work.looked_at()
        assert "fix all rows of this view (1 row)" in await fix(work)
        await work.press("a")
        await work.until(lambda: work.rows("STP001") == [11], "the view to be fixed")


async def test_a_rule_is_fixed_from_the_findings(tmp_path: Path) -> None:
    async with working(unmarked(tmp_path / "train.jsonl")) as work:
        await work.press("G", "shift+tab")
        while work.desk.findings.code != "STP001":
            await work.press("down")
        shown = await fix(work)
        assert shown.count("train.jsonl:") == 4
        assert "fix this row" not in shown
        await work.press("a")
        await work.until(lambda: not work.rows("STP001"), "no more findings")


async def test_an_unsafe_fix_of_many_rows_asks_twice(tmp_path: Path) -> None:
    """Rows of the test split that stand in train, too: removing them is for a person to decide."""
    rows = [
        {
            "instruction": f"Say the number {n} in many words, as slowly as you can.",
            "input": "",
            "output": f"It is {n}.",
        }
        for n in range(30)
    ]
    train, test = lines(tmp_path / "train.jsonl", rows), lines(tmp_path / "test.jsonl", rows[20:24])
    async with working(train, test) as work:
        code = next(code for code in work.desk.found.hits[1] if code.startswith("LEK"))
        await work.press("full_stop")
        assert work.desk.table.count == 4
        await work.looked_at()
        work.desk.record.reveal(next(spot for spot in work.spots if spot.code == code))
        shown = await fix(work)
        assert "unsafe" in shown
        assert "the row is removed" in shown
        assert "fix all rows of this view, split test (4 rows)" in shown
        await work.press("a")
        assert type(work.app.screen).__name__ == "FixModal"
        assert "Press a again" in str(work.app.screen.query_one("#fix-scopes").render())
        await work.press("a")
        await work.until(lambda: work.desk.table.count == 0, "the rows to be removed")
        await work.until(lambda: code not in work.desk.found.hits[1], "the findings to follow")
        await work.press("u")
        assert work.desk.table.count == 4
        await work.until(lambda: len(work.desk.found.hits[1].get(code, ())) == 4, "the findings to come back")


async def test_a_finding_without_fix_says_so(tmp_path: Path) -> None:
    async with working(answers(tmp_path / "train.jsonl", [f"Word {n}." for n in range(10)])) as work:
        await work.press("f")
        await work.told("No finding here that has a fix")
        assert work.app.screen is work.desk


async def test_mixed_endings_the_person_chooses_one(tmp_path: Path) -> None:
    """Half of the data ends with a marker, half with none, and no project says which is meant."""
    texts = [f"The word for thing {n} is long.{'' if n % 2 else chr(10) + '### End'}" for n in range(60)]
    async with working(answers(tmp_path / "train.jsonl", texts)) as work:
        assert any(spot.code == "STP002" for spot in work.desk.found.whole)
        await work.press("f")
        modal = await work.modal("AskModal")
        assert "50" in "".join(choice.label for choice in modal.choices)
        await work.press("1")
        await work.until(lambda: all(output(work, row).endswith("\n### End") for row in range(60)), "the fix")
        assert work.app.session.unsaved == 1
        await work.until(
            lambda: (
                work.desk.found.state == "done"
                and not any(spot.code == "STP002" for spot in work.desk.found.whole)
            ),
            "a new check",
        )
        await work.press("u")
        assert output(work, 1).endswith("long.")


async def test_accept_with_a_reason_and_take_it_back(tmp_path: Path) -> None:
    path = unmarked(tmp_path / "train.jsonl")
    async with working(path) as work:
        await work.press("right_square_bracket")
        await work.looked_at()
        await work.press("a")
        modal = await work.modal("InputModal")
        await work.press("enter")
        assert work.app.screen is modal
        assert "needs a reason" in work.text("#input-verdict")
        modal.query_one(Input).value = "a poem ends like this"
        await work.press("enter")
        await work.closed()
        await work.until(lambda: work.rows("STP001") == [5, 6, 11], "the finding to be accepted")
        await work.looked_at()
        assert "✖" not in work.text("#table").splitlines()[3]
        await work.until(lambda: "a poem ends like this" in work.text("#record"), "the reason to be shown")
        assert list(work.app.session.accepted.values()) == ["a poem ends like this"]
        assert not work.app.session.dirty
        await work.press("a")
        await work.until(lambda: work.rows("STP001") == [2, 5, 6, 11], "the finding to be open again")
        assert not work.app.session.accepted
        await work.press("u")
        await work.until(lambda: work.rows("STP001") == [5, 6, 11], "undo to accept again")
        await work.press("u")
        await work.until(lambda: work.rows("STP001") == [2, 5, 6, 11], "undo to open it")
        await work.press("ctrl+r")
        await work.until(lambda: work.rows("STP001") == [5, 6, 11], "redo to accept it")
    async with working(path) as work:
        assert work.rows("STP001") == [5, 6, 11]


async def test_the_samples_end_with_their_marker_after_one_fix(tmp_path: Path) -> None:
    files, project = samples(tmp_path)
    async with working(*files, project=project) as work:
        missing = {
            file: rows["STP001"].tolist()
            for file, rows in enumerate(work.desk.found.hits)
            if "STP001" in rows
        }
        assert missing
        while "STP001" not in work.codes:
            await work.press("right_square_bracket")
            await work.looked_at()
        work.desk.record.reveal(next(spot for spot in work.spots if spot.code == "STP001"))
        await fix(work)
        await work.press("a")
        await work.told("u takes it back")
        await work.until(lambda: len(work.desk.found.hits[0].get("STP001", ())) == 0, "no more in train")
        assert work.app.session.unsaved == 1


async def test_everything_works_where_only_the_table_fits(tmp_path: Path) -> None:
    """At 80×24 the record is behind the table: its findings are known all the same."""
    async with working(unmarked(tmp_path / "train.jsonl"), size=(80, 24)) as work:
        assert not work.desk.record.display
        await work.press("right_square_bracket")
        await work.until(lambda: work.desk.spots, "the findings of the row")
        await fix(work)
        await work.press("enter")
        await work.until(lambda: work.rows("STP001") == [5, 6, 11], "the fix")
        await work.press("right_square_bracket")
        await work.until(lambda: work.desk.spots, "the findings of the row")
        await work.press("x")
        await work.modal("ExplainModal")
        await work.press("escape")
        await work.closed()
        await work.press("a")
        modal = await work.modal("InputModal")
        modal.query_one(Input).value = "so be it"
        await work.press("enter")
        await work.until(lambda: work.rows("STP001") == [6, 11], "the acceptance")
        await work.press("right_square_bracket", "e")
        editor = work.desk.editor
        assert editor is not None
        assert (editor.place.row, editor.field) == (6, "output")
        assert editor.display
        await work.press("X", "ctrl+s")
        assert work.desk.table.has_focus
        assert "X" in output(work, 6)


async def test_the_choices_are_on_a_small_screen_too(tmp_path: Path) -> None:
    async with working(unmarked(tmp_path / "train.jsonl"), size=(80, 24)) as work:
        previews = [Preview(f"train.jsonl:{n}", "output", "It is so.", "It was so.") for n in range(1, 11)]
        scopes = [Scope("enter", "fix this row", "row", 1), Scope("a", "fix all rows", "all", 400)]
        modal = FixModal("XYZ001", "put it right", previews, scopes, unsafe=True)
        work.app.push_screen(modal)
        await work.modal("FixModal")
        await work.until(lambda: modal.query_one("#fix-scopes").region.height > 0, "the choices")
        for key in ("a", "down"):  # asked again, with its line; and scrolled
            choices = modal.query_one("#fix-scopes").region
            assert choices.bottom < 24
            assert modal.query_one(VerticalScroll).region.height >= 4
            await work.press(key)
        await work.press("escape")
        await work.closed()


async def test_after_a_change_of_very_many_rows_the_rules_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ftui.tui.desk.changes.MANY", 3)
    async with working(unmarked(tmp_path / "train.jsonl")) as work:
        checks: list[str] = []
        check = work.app.check
        monkeypatch.setattr(work.app, "check", lambda: (checks.append("again"), check()))
        await work.press("right_square_bracket")
        await work.looked_at()
        await fix(work)
        await work.press("a")
        await work.until(lambda: len(checks) == 1, "a new check")
        await work.until(lambda: work.desk.found.state == "done" and work.rows("STP001") == [], "its end")
        await work.press("u")
        assert len(checks) == 2
        await work.until(lambda: work.rows("STP001") == [2, 5, 6, 11], "its end")


async def test_a_fix_that_marks_rows_is_shown_and_made(tmp_path: Path) -> None:
    """Rows of a small language get a field that says so; every other byte stays."""
    rows = [
        {
            "instruction": f"What is kept in the old shed number {n}?",
            "input": "",
            "output": f"It holds {n} tools.",
        }
        for n in range(120)
    ]
    dutch = {"instruction": "Hoe bewaar ik het brood het beste?", "input": "",
             "output": "Bewaar het brood in een papieren zak, dan blijft het twee dagen vers."}  # fmt: skip
    path = lines(tmp_path / "train.jsonl", [*rows, dutch])
    async with working(path) as work:
        assert work.rows("LNG003") == [120]
        await work.press("G", "shift+tab")
        while work.desk.findings.code != "LNG003":
            await work.press("down")
        shown = await fix(work)
        assert "language" in shown
        assert "{+nl+}" in shown
        await work.press("a", "a")
        await work.until(lambda: not work.rows("LNG003"), "no more findings")
        assert work.raw(120) == {**dutch, "language": "nl"}
        await work.press("u")
        await work.until(lambda: work.rows("LNG003") == [120], "the finding to come back")
        assert work.raw(120) == dutch
