"""Search, filters, sorting, help and the palette on the real desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.tui.working_desk import Work, answers, lines, working

FRUITS = [
    "apple pie",
    "banana bread",
    "cherry cake",
    "apple sauce",
    "date roll",
    "elder wine",
    "fig jam",
    "grape gum",
]


def fruits(path: Path) -> Path:
    """Eight rows about fruits; the third lacks the end marker that the others have... as few as they are, DUP-free."""
    return lines(
        path,
        [
            {
                "instruction": f"How do I make {fruit} at home?",
                "input": "",
                "output": f"Take {fruit.split()[0]}s.{'' if n == 2 else chr(10) + '### End'}",
            }
            for n, fruit in enumerate(FRUITS)
        ],
    )


def shown(work: Work) -> list[int]:
    """The rows in the table, in its order."""
    order = work.desk.table.order
    return [order[position].row for position in range(len(order))]


async def search(work: Work, text: str, rows: list[int]) -> None:
    await work.press("slash")
    await work.type(text)
    await work.until(lambda: sorted(shown(work)) == rows, f"the rows with {text}")


async def test_search_while_typing_keep_and_drop(tmp_path: Path) -> None:
    async with working(fruits(tmp_path / "train.jsonl")) as work:
        await search(work, "apple", [0, 3])
        assert "/apple" in work.status
        assert "2 rows" in work.text("#search-verdict")
        await work.type(" s")
        await work.until(lambda: shown(work) == [3], "the rows to follow")
        await work.press("backspace", "backspace")
        await work.until(lambda: shown(work) == [0, 3], "the rows to follow")
        await work.press("enter")
        assert work.desk.table.has_focus
        assert shown(work) == [0, 3]
        assert "/apple" in work.status
        await work.press("slash")
        assert work.app.screen.query_one("SearchBar Input", Input).value == "apple"
        await work.press("escape")
        assert shown(work) == list(range(8))
        assert "/apple" not in work.status
        assert work.desk.table.has_focus
        await search(work, "nowhere", [])
        assert "⌫ takes the newest filter off" in work.text("#table")
        await work.press("enter", "backspace")
        assert shown(work) == list(range(8))


async def test_search_by_pattern_and_fuzzily(tmp_path: Path) -> None:
    async with working(fruits(tmp_path / "train.jsonl")) as work:
        await work.press("slash", "ctrl+t")
        assert "/ regex" in work.text("#search-mode")
        await work.pilot.press(
            *"make", "space", "left_parenthesis", *"fig", "vertical_line", *"date", "right_parenthesis"
        )
        await work.until(lambda: shown(work) == [4, 6], "the rows of the pattern")
        assert "/regex" in work.status
        await work.press("left_parenthesis")
        await work.until(lambda: "rows" not in work.text("#search-verdict"), "the fault of the pattern")
        assert work.app.is_running
        await work.press("escape", "slash", "ctrl+t")
        assert "/ fuzzy" in work.text("#search-mode")
        await work.type("make cherri caek")
        await work.until(lambda: shown(work)[:1] == [2], "the best match first")
        await work.press("enter")
        assert "/fuzzy" in work.status
        assert work.desk.table.cursor == 0
        assert work.desk.table.place == (0, 2)


async def test_filters_combine_show_and_drop_the_newest_first(tmp_path: Path) -> None:
    async with working(fruits(tmp_path / "train.jsonl")) as work:
        assert work.rows("STP001") == [2]
        await work.press("m", "down", "m", "down", "m", "home")
        await search(work, "make", list(range(8)))
        await work.press("enter", "F")
        await work.modal("PickModal")
        await work.type("stp001")
        await work.press("enter")
        await work.closed()
        await work.until(lambda: shown(work) == [2], "the row that both filters leave")
        assert "STP001" in work.status
        assert "/make" in work.status
        await work.press("backspace")
        assert shown(work) == list(range(8)), "the rule was the newest"
        await work.press("backspace")
        for words, rows in (("not reviewed", [3, 4, 5, 6, 7]), ("errors", [])):
            await work.press("F")
            await work.modal("PickModal")
            await work.type(words)
            await work.press("enter")
            await work.closed()
            assert shown(work) == rows
        assert "errors" in work.status
        await work.press("backspace", "backspace")
        assert shown(work) == list(range(8))
        await work.press("backspace")
        await work.told("No filter")


async def test_the_filter_follows_edits(tmp_path: Path) -> None:
    async with working(fruits(tmp_path / "train.jsonl")) as work:
        await work.press("right_square_bracket", "R")
        assert shown(work) == [2]
        await work.looked_at()
        await work.press("f")
        await work.modal("FixModal")
        await work.press("enter")
        await work.until(lambda: shown(work) == [], "the mended row to leave the view")
        assert "None of the 8 rows is STP001." in work.text("#table")
        await work.press("u")
        await work.until(lambda: shown(work) == [2], "the row to come back")
        await work.press("R")
        assert shown(work) == list(range(8))
        await work.press("F")
        await work.modal("PickModal")
        await work.type("edited")
        await work.press("enter")
        await work.closed()
        assert shown(work) == []
        await work.press("ctrl+r")
        await work.until(lambda: shown(work) == [2], "the edited row to come")


async def test_a_finding_that_the_filter_hides_can_be_gone_to(tmp_path: Path) -> None:
    async with working(fruits(tmp_path / "train.jsonl")) as work:
        await search(work, "apple", [0, 3])
        await work.press("enter", "shift+tab")
        while work.desk.findings.code != "STP001":
            await work.press("down")
        await work.press("enter", "down", "enter")
        assert work.desk.table.place == (0, 2)
        assert shown(work) == list(range(8))
        await work.told("The filter hid that row")


@pytest.mark.parametrize(
    ("key", "first"), [("l", 1), ("p", 0), ("n", 2), ("a", 0)], ids=["length", "prompt", "findings", "answer"]
)
async def test_sorting(tmp_path: Path, key: str, first: int) -> None:
    async with working(fruits(tmp_path / "train.jsonl")) as work:
        await work.press("s")
        await work.modal("AskModal")
        await work.press(key)
        await work.closed()
        await work.until(lambda: work.desk.sort != "file", "the order")
        assert shown(work)[0] == first
        await work.press("slash")
        await work.type("apple")
        await work.until(lambda: sorted(shown(work)) == [0, 3], "a search in the order")
        await work.press("escape", "s")
        await work.modal("AskModal")
        await work.press("f")
        await work.closed()
        assert shown(work) == list(range(8))


async def test_help_narrows_and_does_what_it_lists(tmp_path: Path) -> None:
    async with working(answers(tmp_path / "train.jsonl", ["One.", "Two.", "Three."]), rules=False) as work:
        await work.press("question_mark")
        modal = await work.modal("PickModal")
        everything = len(modal.query_one("PickList").items)
        await work.type("reviewed")
        assert 0 < len(modal.query_one("PickList").items) < everything
        await work.press("enter")
        await work.closed()
        assert work.app.session.reviewed(0, 0)
        await work.press("f1")
        await work.modal("PickModal")
        await work.type("last row")
        await work.press("enter")
        await work.closed()
        assert work.desk.table.cursor == 2
        await work.press("question_mark")
        await work.modal("PickModal")
        await work.type("no such words")
        await work.press("enter", "escape")
        await work.closed()


async def test_the_palette_does_what_help_lists(tmp_path: Path) -> None:
    async with working(answers(tmp_path / "train.jsonl", ["One.", "Two.", "Three."]), rules=False) as work:
        await work.press("colon")
        await work.until(lambda: work.app.screen is not work.desk, "the palette")
        await work.type("reviewed")
        await work.pilot.pause()
        await work.until(
            lambda: (
                work.app.screen.query("OptionList") and work.app.screen.query_one("OptionList").option_count
            ),
            "the commands",
        )
        await work.press("enter")
        await work.closed()
        await work.until(lambda: work.app.session.reviewed(0, 0), "the command")


async def test_remapped_keys_work_and_show(tmp_path: Path, own_settings: Path) -> None:
    own_settings.mkdir(parents=True)
    (own_settings / "keymap.toml").write_text('help = "H"\nreview = "ctrl+x"\nsearch = "f"\n')
    async with working(answers(tmp_path / "train.jsonl", ["One.", "Two."]), rules=False) as work:
        await work.told("f is both")
        await work.press("ctrl+x")
        assert work.app.session.reviewed(0, 0)
        await work.press("m")
        assert work.app.session.reviewed(0, 0)
        await work.press("H")
        modal = await work.modal("PickModal")
        await work.type("mark the row")
        assert [item.key for item in modal.query_one("PickList").items] == ["^X"]
