"""The desk with its keys: rows, record, findings, splits, panes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tui.desk import ALPACA, opened, settle, shown, spot, write_rows

SPOTS = {
    (0, 3): [spot("STP001", "the answer does not end with ### End", start=7, end=15)],
    (0, 40): [
        spot("DUP001", "the same as row 2", "instruction"),
        spot("FMT011", "two spaces", start=0, end=3),
    ],
}


async def test_shows_rows_record_and_findings(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl"), spots=SPOTS)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        table = shown(app, "#table")
        assert "Question number 0?" in table[1]
        assert "✖" in table[4]
        assert "✖" not in table[3]
        record = shown(app, "#record")
        assert any("Answer number 0." in line for line in record)
        assert any("### End" in line for line in record)
        findings = shown(app, "#findings")
        assert "STP001" in findings[1]
        assert "DUP001" in findings[2]
        assert "1 / 60" in shown(app, "#status")[0]


async def test_moves_with_all_the_usual_keys(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl"))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        table = app.desk.table
        for key, expected in [
            ("j", 1),
            ("down", 2),
            ("k", 1),
            ("up", 0),
            ("G", 59),
            ("g", 0),
            ("end", 59),
            ("home", 0),
        ]:
            await pilot.press(key)
            assert table.cursor == expected, key
        await pilot.press("pagedown")
        assert table.cursor == table.top == table.page - 1
        await pilot.press("pageup")
        assert table.cursor == 0
        await pilot.press("ctrl+d")
        assert table.cursor == (table.page - 1) // 2
        await pilot.press("ctrl+u")
        assert table.cursor == 0
        await pilot.press("up")
        assert table.cursor == 0


async def test_steps_through_findings_and_splits(tmp_path: Path) -> None:
    train, test = write_rows(tmp_path / "train.jsonl"), write_rows(tmp_path / "test.jsonl", ALPACA[:20])
    app = opened(train, test, spots={**SPOTS, (1, 5): [spot("STP001", "no end")]})
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        desk = app.desk
        await pilot.press("right_square_bracket")
        assert desk.table.place == (0, 3)
        await pilot.press("right_square_bracket")
        await settle(pilot)
        assert desk.table.place == (0, 40)
        await pilot.press("right_square_bracket")
        assert desk.record.revealed is not None
        assert desk.table.place == (0, 40)
        await pilot.press("right_square_bracket")
        await pilot.press("right_square_bracket")
        assert desk.table.place == (1, 5)
        assert desk.split == 1
        await pilot.press("left_square_bracket")
        assert desk.table.place == (0, 40)
        await pilot.press("full_stop")
        assert desk.split == 1
        assert "Question number 0?" in shown(app, "#table")[1]
        await pilot.press("comma")
        assert desk.split == 0


async def test_enter_on_a_finding_goes_to_its_row(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl"), spots=SPOTS)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("shift+tab", "down", "right")
        await settle(pilot)
        findings = shown(app, "#findings")
        assert "41" in findings[3]
        assert "the same as row 2" in findings[3]
        await pilot.press("down", "enter")
        assert app.desk.table.place == (0, 40)
        await pilot.press("left")
        assert "the same as row 2" not in "".join(shown(app, "#findings"))


@pytest.mark.parametrize(
    ("size", "panes"),
    [((80, 24), {"table"}), ((80, 50), {"table", "record"}), ((120, 40), {"table", "record", "findings"})],
)
async def test_a_narrow_terminal_shows_what_fits(
    tmp_path: Path, size: tuple[int, int], panes: set[str]
) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl"), spots=SPOTS)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        desk = app.desk
        visible = {pane for pane in ("table", "record", "findings") if desk.query_one(f"#{pane}").region.area}
        assert visible == panes
        for pane in ("record", "findings", "table"):
            await pilot.press("tab")
            await pilot.pause()
            assert desk.focused is not None
            assert desk.focused.id == pane
            assert desk.query_one(f"#{pane}").region.area > 0


async def test_zoom_and_back(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl"), spots=SPOTS)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.desk.record.size.width == 120
        assert app.desk.record.has_focus
        await pilot.press("n")
        assert app.desk.table.cursor == 2
        assert any("Answer number 2." in line for line in shown(app, "#record"))
        await pilot.press("escape")
        await pilot.pause()
        assert app.desk.table.has_focus
        assert app.desk.findings.region.area > 0


async def test_resizing_keeps_the_cursor_in_sight(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl"))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("G")
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        table = app.desk.table
        assert table.top <= table.cursor < table.top + table.page
        assert "Question number 59?" in shown(app, "#table")[table.cursor - table.top + 1]


async def test_selects_rows(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl"))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        table = app.desk.table
        await pilot.press("space", "space")
        assert {place.row for place in table.selection} == {0, 1}
        await pilot.press("escape")
        assert not table.selection
        await pilot.press("v", "down", "down", "up")
        assert {place.row for place in table.selection} == {2, 3}
        await pilot.press("v", "down", "escape", "shift+up", "shift+up")
        assert {place.row for place in app.desk.table.selection} == {2, 3, 4}
        assert "3 selected" in shown(app, "#status")[0]


async def test_marks_reviewed_rows_and_takes_it_back(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl"))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("space", "space", "m")
        await settle(pilot)
        assert [app.session.reviewed(0, row) for row in range(3)] == [True, True, False]
        assert "✓" in shown(app, "#table")[1]
        await pilot.press("u")
        await settle(pilot)
        assert not app.session.reviewed(0, 0)
        assert "✓" not in shown(app, "#table")[1]
        await pilot.press("ctrl+r")
        assert app.session.reviewed(0, 0)


async def test_an_edit_shows_at_once_and_its_row_is_looked_at_again(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl"), spots=SPOTS)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.checker.spots.clear()  # type: ignore[union-attr]
        app.session.set_text(0, 3, "output", "Mended.")
        await settle(pilot)
        line = shown(app, "#table")[4]
        assert "Mended." in line
        assert "●" in line
        assert "✖" not in line
        assert app.checker.updates == [(0, 3)]  # type: ignore[union-attr]
        assert "STP001" not in "".join(shown(app, "#findings"))
        assert "1 unsaved" in shown(app, "#status")[0]
        await pilot.press("u")
        await settle(pilot)
        assert "Answer number 3." in shown(app, "#table")[4]
        assert "unsaved" not in shown(app, "#status")[0]


async def test_deleted_and_added_rows(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl"))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("down", "down")
        app.session.delete(0, [0, 1])
        await settle(pilot)
        assert app.desk.table.place == (0, 2)
        assert app.desk.table.cursor == 0
        assert "58" in shown(app, "#tabs")[0]
        app.session.insert(0, 2, {"instruction": "Brand new?", "input": "", "output": "Yes."})
        await settle(pilot)
        line = shown(app, "#table")[2]
        assert "new" in line
        assert "Brand new?" in line
        assert "+" in line


async def test_no_rows_left(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl", ALPACA[:3]), spots={})
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.session.delete(0, [0, 1, 2])
        await settle(pilot)
        assert "no rows" in shown(app, "#status")[0]
        keys = (
            "down",
            "G",
            "space",
            "v",
            "enter",
            "escape",
            "m",
            "right_square_bracket",
            "tab",
            "x",
            "tab",
            "enter",
        )
        for key in keys:
            await pilot.press(key)
        await pilot.press("u")
        await settle(pilot)
        assert "Question number 0?" in "".join(shown(app, "#table"))


async def test_numbers_are_those_of_the_files_own_lines(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text("\n" + json.dumps(ALPACA[0]) + "\n\n" + json.dumps(ALPACA[1]) + "\n")
    app = opened(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert [line.split()[0] for line in shown(app, "#table")[:3]] == ["line", "2", "4"]


async def test_quitting_asks_while_something_is_unsaved(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl"))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.session.set_text(0, 0, "output", "Mended.")
        await pilot.press("q")
        await pilot.pause()
        assert app.is_running
        assert len(app.screen_stack) == 2
        await pilot.press("escape", "u")
        await pilot.press("q")
        await pilot.pause()
        assert app._exit


async def test_sorts_by_findings(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl"), spots=SPOTS)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.desk.sort_by("findings")
        assert [app.desk.table.order[i].row for i in range(4)] == [3, 40, 0, 1]
        app.desk.sort_by("file")
        assert [app.desk.table.order[i].row for i in range(2)] == [0, 1]


async def test_goes_to_the_line_that_was_named(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "train.jsonl")
    app = opened(Path(f"{path}:31"))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert app.desk.table.place == (0, 30)


async def test_a_far_line_is_gone_to_when_the_index_reaches_it(tmp_path: Path) -> None:
    rows = [{"instruction": f"Question {i}?" * 20, "input": "", "output": "Yes."} for i in range(4000)]
    path = write_rows(tmp_path / "train.jsonl", rows)
    app = opened(Path(f"{path}:3900"))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert app.desk.table.place == (0, 3899)


async def test_broken_lines_are_rows_too(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps(ALPACA[0]) + '\n{"instruction": "cut of\n' + json.dumps(ALPACA[1]) + "\n")
    app = opened(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert len(app.desk.table.order) == 3
        await pilot.press("down")
        record = "\n".join(shown(app, "#record"))
        assert "✖" in record
        assert '{"instruction": "cut of' in record


async def test_nothing_from_the_data_reaches_the_terminal(tmp_path: Path) -> None:
    evil = "a\x1b[2J\x07b\u202ec\u200bd\x9be\x7f"
    app = opened(
        write_rows(tmp_path / "train.jsonl", [{"instruction": evil, "input": "", "output": evil}] * 3)
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        for keys in ((), ("w",), ("w", "b"), ("b", "z")):
            await pilot.press(*keys)
            await pilot.pause()
            text = "".join(shown(app, "#table") + shown(app, "#record") + shown(app, "#status"))
            assert "a␛[2J␇b⇄c◦d▯e␡" in text or "b" in keys
            assert all(character.isprintable() for character in text)
