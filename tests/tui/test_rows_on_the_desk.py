"""Whole rows on the real desk: add, duplicate, delete, turns, labels, selections, reviewed marks, go to, export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftui.tui.desk.order import Place
from tests.tui.working_desk import Work, answers, lines, working


def ten(path: Path) -> Path:
    return answers(path, [f"It is the word for thing number {n}.\n### End" for n in range(10)])


def chat(path: Path) -> Path:
    turns = [("user", "How do I cut a sheaf?"), ("assistant", "With `hayrick cut`.")]
    rows = [{"id": n, "messages": [{"role": r, "content": f"{t} ({n})"} for r, t in turns]} for n in range(6)]
    return lines(path, rows)


def classes(path: Path, suffix: str = ".csv") -> Path:
    names = ["billing", "billing", "billing", "login", "login", "refund"]
    if suffix == ".csv":
        text = "text,label\n" + "".join(
            f'"Where is my thing, number {n}?",{name}\n' for n, name in enumerate(names)
        )
        path.write_text(text)
        return path
    return lines(path, [{"text": f"Where is thing {n}?", "label": name} for n, name in enumerate(names)])


def said(work: Work) -> list[str]:
    return [
        json.loads(raw)["messages"][0]["content"]
        for raw in work.app.session.dataset.documents[0].raws(range(6))
    ]


def place_of(work: Work) -> Place:
    place = work.desk.table.place
    assert place is not None
    return place


async def test_add_duplicate_and_delete_a_row(tmp_path: Path) -> None:
    path = ten(tmp_path / "train.jsonl")
    async with working(path, rules=False) as work:
        table = work.desk.table
        await work.press("down", "down", "A")
        assert table.count == 11
        assert table.cursor == 3
        place = table.place
        assert place is not None
        assert set(work.raw(place.row)) >= {"instruction", "output"}
        await work.press("e")
        assert work.desk.editor is not None
        await work.type("new words")
        await work.press("ctrl+s")
        assert "new words" in json.dumps(work.raw(place.row))
        await work.press("down", "D")
        assert table.count == 12
        assert table.cursor == 5
        copy = table.place
        assert copy is not None
        assert work.raw(copy.row) == work.raw(3)
        await work.press("d")
        assert table.count == 11
        await work.press("k", "d")
        assert table.count == 10
        for _ in range(5):
            await work.press("u")
        assert table.count == 10
        assert not work.app.session.dirty
        await work.press("u")
        await work.told("Nothing to undo")
        for _ in range(5):
            await work.press("ctrl+r")
        assert table.count == 10
        await work.press("ctrl+s")
        await work.told("Saved train.jsonl")
        assert not work.app.session.dirty
        saved = [json.loads(line) for line in path.read_text().splitlines()]
        assert len(saved) == 10
        assert "new words" in json.dumps(saved[3])
        assert [row["instruction"] for row in saved if "number 3" in row["instruction"]] == []


async def test_delete_a_selection_asks_and_is_one_step(tmp_path: Path) -> None:
    async with working(ten(tmp_path / "train.jsonl")) as work:
        table = work.desk.table
        await work.press("space", "down", "space", "J")
        assert "4 selected" in work.status or len(table.selection) == 4
        await work.press("d")
        await work.modal("AskModal")
        await work.press("escape")
        await work.closed()
        assert table.count == 10
        await work.press("d")
        await work.modal("AskModal")
        await work.press("d")
        await work.closed()
        assert table.count == 6
        assert not table.selection
        await work.press("u")
        assert table.count == 10
        assert work.app.session.cursor == 0


async def test_every_row_deleted_leaves_a_desk_that_says_so(tmp_path: Path) -> None:
    async with working(ten(tmp_path / "train.jsonl")) as work:
        await work.press("ctrl+a", "d")
        await work.modal("AskModal")
        await work.press("d")
        await work.closed()
        assert work.desk.table.count == 0
        assert "u takes the last step back, A adds a row." in work.text("#table")
        for key in (
            "e",
            "o",
            "f",
            "a",
            "d",
            "D",
            "t",
            "r",
            "m",
            "y",
            "Y",
            "x",
            "number_sign",
            "right_square_bracket",
        ):
            await work.press(key)
        await work.press("A")
        assert work.desk.table.count == 1
        await work.press("u", "u")
        assert work.desk.table.count == 10


async def test_turns_are_added_changed_and_removed(tmp_path: Path) -> None:
    async with working(chat(tmp_path / "train.jsonl")) as work:
        await work.press("t")
        modal = await work.modal("AskModal")
        assert modal.question == "Turn 2"
        await work.press("u")
        await work.closed()
        turns = work.raw(0)["messages"]
        assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
        assert work.raw(0)["id"] == 0
        await work.until(
            lambda: work.desk.found.details(place_of(work)) is not None, "the row to be looked at"
        )
        await work.press("t", "S")
        await work.closed()
        assert [turn["role"] for turn in work.raw(0)["messages"]] == ["user", "assistant", "system"]
        await work.press("t", "d")
        await work.closed()
        assert [turn["role"] for turn in work.raw(0)["messages"]] == ["user", "assistant"]
        for _ in range(3):
            await work.press("u")
        assert [turn["role"] for turn in work.raw(0)["messages"]] == ["user", "assistant"]
        assert not work.app.session.dirty


async def test_turns_of_rows_without_turns_are_refused(tmp_path: Path) -> None:
    async with working(ten(tmp_path / "train.jsonl"), rules=False) as work:
        await work.press("t")
        await work.told("have no turns")
        await work.press("r")
        await work.told("have no label")


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
async def test_relabel_by_number_by_name_and_a_selection(tmp_path: Path, suffix: str) -> None:
    async with working(classes(tmp_path / f"train{suffix}", suffix), rules=False) as work:
        document = work.app.session.dataset.documents[0]

        def label(row: int) -> str | None:
            example = document.example(row)
            assert example is not None
            return example.label

        assert work.desk.labels(0) == [("billing", 3), ("login", 2), ("refund", 1)]
        await work.press("2")
        assert label(0) == "login"
        assert work.desk.table.cursor == 1
        await work.press("r")
        await work.modal("PickModal")
        await work.type("ref")
        await work.press("enter")
        await work.closed()
        assert label(1) == "refund"
        await work.press("space", "space", "r")
        await work.modal("PickModal")
        await work.press("3")
        await work.closed()
        assert [label(row) for row in range(4)] == ["login", "refund", "refund", "login"]
        await work.press("u")
        assert [label(row) for row in range(4)] == ["login", "refund", "billing", "login"]
        await work.press("9")
        assert work.app.session.unsaved == 2
        await work.press("escape", "G", "ctrl+s")
        await work.told("Saved")
        written = (tmp_path / f"train{suffix}").read_text()
        assert written.count("login") == 3
        assert written.count("refund") == 2


async def test_reviewed_marks_are_kept_for_the_next_session(tmp_path: Path) -> None:
    path = ten(tmp_path / "train.jsonl")
    async with working(path, rules=False) as work:
        await work.press("m", "down", "space", "space", "m")
        assert [work.app.session.reviewed(0, row) for row in range(4)] == [True, True, True, False]
        assert "✓" in work.text("#table").splitlines()[1]
        assert not work.app.session.dirty
        await work.press("m")
        assert [work.app.session.reviewed(0, row) for row in range(4)] == [True, False, False, False]
        await work.press("u")
    async with working(path, rules=False) as work:
        assert [work.app.session.reviewed(0, row) for row in range(4)] == [True, True, True, False]
        assert "✓" in work.text("#table").splitlines()[3]


async def test_go_to_a_line_and_to_a_row(tmp_path: Path) -> None:
    async with working(ten(tmp_path / "train.jsonl"), rules=False) as work:
        for typed, cursor in (("7", 6), ("#7", 7), ("99", 9), ("1", 0)):
            await work.press("number_sign")
            await work.modal("InputModal")
            await work.type(typed)
            await work.press("enter")
            await work.closed()
            assert work.desk.table.cursor == cursor, typed
        for typed in ("#10", "x", "0", ""):
            await work.press("number_sign")
            await work.modal("InputModal")
            await work.type(typed)
            await work.press("enter")
            await work.pilot.pause()
            assert work.desk.table.cursor == 0, typed
            if work.app.screen is not work.desk:
                await work.press("escape")
            await work.closed()


async def test_export_the_filter_and_the_selection(tmp_path: Path) -> None:
    path = ten(tmp_path / "train.jsonl")
    raws = path.read_bytes().splitlines(keepends=True)

    async def export(work: Work, name: str) -> bytes:
        await work.press("E")
        modal = await work.modal("InputModal")
        from textual.widgets import Input

        modal.query_one(Input).value = str(tmp_path / name)
        await work.press("enter")
        await work.closed()
        await work.told(f"{name}")
        return (tmp_path / name).read_bytes()

    async with working(path, rules=False) as work:
        await work.press("m", "down", "down", "m", "F")
        await work.modal("PickModal")
        await work.type("reviewed")
        await work.press("enter")
        await work.closed()
        assert work.desk.table.count == 2
        assert await export(work, "reviewed.jsonl") == raws[0] + raws[2]
        await work.press("backspace")
        assert work.desk.table.count == 10
        await work.press("G", "space")
        assert await export(work, "selected.jsonl") == raws[9]
        await work.press("E")
        modal: Any = await work.modal("InputModal")
        from textual.widgets import Input

        modal.query_one(Input).value = str(path)
        await work.press("enter")
        assert work.app.screen is modal
        assert "already" in work.text("#input-verdict")
        assert path.read_bytes() == b"".join(raws)
