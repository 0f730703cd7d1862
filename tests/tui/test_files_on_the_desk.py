"""Saving, conflicts, leaving and coming back on the real desk."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep

from textual.widgets import Input

from ftui.dataset.dataset import Dataset
from ftui.dataset.formats.base import Cancelled, Progress
from ftui.dataset.new_file import Saved
from ftui.dataset.session import Session
from ftui.project.settings import Project
from tests.tui.working_desk import Work, answers, working

KILLED = """
import os, signal, sys
from pathlib import Path
from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.project.settings import Project
path = Path(sys.argv[1])
session = Session.open(Dataset.open([path], Project(root=path.parent)))
session.set_text(0, 1, "output", "kept before the end")
session.delete(0, [3])
os.kill(os.getpid(), signal.SIGKILL)
"""


def five(path: Path) -> Path:
    return answers(path, [f"It is the word number {n}." for n in range(5)])


def outputs(path: Path) -> list[str]:
    return [json.loads(line)["output"] for line in path.read_text(encoding="utf-8").splitlines()]


def here(work: Work) -> list[str]:
    document = work.app.session.dataset.documents[0]
    return [json.loads(raw)["output"] for raw in document.raws([int(row) for row in document.order()])]


async def edit(work: Work, text: str) -> None:
    """Put a text before the answer of the row under the cursor."""
    await work.press("e")
    await work.type(text)
    await work.press("ctrl+s")
    assert work.desk.editor is None


async def change_on_disk(work: Work, path: Path) -> None:
    """Somebody else adds a row at the start of the file, after an edit here; then we save."""
    await edit(work, "mine ")
    rows = path.read_text(encoding="utf-8")
    first = json.dumps({"instruction": "Somebody else?", "input": "", "output": "Theirs."}) + "\n"
    other = path.with_name("other")
    other.write_text(first + rows, encoding="utf-8")
    other.replace(path)
    await work.press("ctrl+s")
    modal = await work.modal("AskModal")
    assert "changed" in modal.text
    assert outputs(path)[0] == "Theirs."


async def test_save_writes_only_what_changed_and_the_mark_goes(tmp_path: Path) -> None:
    path = five(tmp_path / "train.jsonl")
    before = path.read_bytes().splitlines()
    async with working(path, rules=False) as work:
        await work.press("ctrl+s")
        await work.told("Everything is saved")
        await work.press("down", "down")
        await edit(work, "Oh ")
        assert "● 1 unsaved" in work.status
        await work.press("ctrl+s")
        await work.told("Saved train.jsonl")
        assert "unsaved" not in work.status
        after = path.read_bytes().splitlines()
        assert [n for n in range(5) if before[n] != after[n]] == [2]
        assert outputs(path)[2] == "Oh It is the word number 2."
        assert any((tmp_path / ".ftui" / "backups").iterdir())
        await work.press("u")
        assert "● 1 unsaved" in work.status
        await work.press("ctrl+s")
        await work.until(lambda: path.read_bytes().splitlines() == before, "the undone edit to be saved")


async def test_conflict_reload_and_make_the_edits_again(tmp_path: Path) -> None:
    path = five(tmp_path / "train.jsonl")
    async with working(path) as work:
        await change_on_disk(work, path)
        await work.press("r")
        await work.closed()
        await work.until(lambda: work.desk.table.count == 6, "the rows of the changed file")
        await work.told("Made again: 1 step, in 1 row.")
        await work.checked()
        assert here(work)[:2] == ["Theirs.", "mine It is the word number 0."]
        assert "unsaved" in work.status
        await work.press("ctrl+s")
        await work.told("Saved train.jsonl")
        assert outputs(path)[:2] == ["Theirs.", "mine It is the word number 0."]
        assert len(outputs(path)) == 6


async def test_edits_whose_row_is_gone_are_named(tmp_path: Path) -> None:
    path = five(tmp_path / "train.jsonl")
    async with working(path, rules=False) as work:
        await edit(work, "mine ")
        other = tmp_path / "other"
        other.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[1:]))
        other.replace(path)
        await work.press("ctrl+s")
        await work.modal("AskModal")
        await work.press("r")
        await work.told("not made again: edit output in row 0 (train.jsonl, row 0)")
        assert work.desk.table.count == 4
        assert not work.app.session.dirty


async def test_a_file_changed_in_place_can_only_be_reloaded(tmp_path: Path) -> None:
    """The rows that the app has open were written over: they cannot be saved anywhere."""
    path = five(tmp_path / "train.jsonl")
    async with working(path, rules=False) as work:
        await edit(work, "mine ")
        with path.open("ab") as file:
            file.write(b'{"instruction": "More?", "input": "", "output": "More."}\n')
        await work.press("W")
        await work.modal("InputModal")
        await work.press("enter")
        await work.told("changed in place")
        assert not (tmp_path / "train-edited.jsonl").exists()
        await work.press("ctrl+s")
        modal = await work.modal("AskModal")
        assert [choice.value for choice in modal.choices] == ["reload"]
        await work.press("r")
        await work.closed()
        await work.until(lambda: work.desk.table.count == 6, "the rows of the changed file")
        assert here(work)[0] == "mine It is the word number 0."
        await work.press("ctrl+s")
        await work.told("Saved train.jsonl")
        assert outputs(path)[5] == "More."


async def test_conflict_overwrite_keeps_a_backup(tmp_path: Path) -> None:
    path = five(tmp_path / "train.jsonl")
    async with working(path, rules=False) as work:
        await change_on_disk(work, path)
        await work.press("o")
        await work.told("Saved train.jsonl")
        assert outputs(path)[0] == "mine It is the word number 0."
        assert len(outputs(path)) == 5
        backups = [file for file in (tmp_path / ".ftui" / "backups").rglob("*") if file.is_file()]
        assert any(b"Theirs." in file.read_bytes() for file in backups)


async def test_conflict_save_under_another_name_or_leave_it(tmp_path: Path) -> None:
    path = five(tmp_path / "train.jsonl")
    async with working(path, rules=False) as work:
        await change_on_disk(work, path)
        await work.press("escape")
        await work.closed()
        assert "● 1 unsaved" in work.status
        await work.press("ctrl+s")
        await work.modal("AskModal")
        await work.press("a")
        modal = await work.modal("InputModal")
        assert modal.query_one(Input).value == str(tmp_path / "train-edited.jsonl")
        await work.press("enter")
        await work.told("5 rows are in")
        assert outputs(tmp_path / "train-edited.jsonl")[0] == "mine It is the word number 0."
        assert outputs(path)[0] == "Theirs."
        assert "● 1 unsaved" in work.status


async def test_a_file_that_another_ftui_edits_can_only_be_saved_under_another_name(tmp_path: Path) -> None:
    path = five(tmp_path / "train.jsonl")
    dataset = Dataset.open([path], Project(root=tmp_path))
    other = Session.open(dataset)
    other.set_text(0, 0, "output", "theirs")
    try:
        async with working(path, rules=False) as work:
            await work.press("down")
            await edit(work, "mine ")
            await work.told("train.jsonl is open in another ftui with edits")
            await work.press("ctrl+s")
            modal = await work.modal("AskModal")
            assert "another ftui" in modal.text
            assert [choice.value for choice in modal.choices] == ["as"]
            await work.press("a")
            await work.modal("InputModal")
            await work.press("enter")
            await work.told("5 rows are in")
            assert outputs(tmp_path / "train-edited.jsonl")[1] == "mine It is the word number 1."
            assert outputs(path)[0] == "It is the word number 0."
    finally:
        other.close()
        dataset.close()


async def test_a_session_for_reading_only_says_so_and_changes_nothing(tmp_path: Path) -> None:
    path = five(tmp_path / "train.jsonl")
    async with working(path, read_only=True) as work:
        assert "read only" in work.status
        for key in ("A", "D", "d", "m"):
            await work.press(key)
        await work.told("only reads")
        await work.press("e", "x", "ctrl+s")
        assert work.desk.editor is not None, "what was typed is not thrown away"
        await work.press("escape", "escape")
        assert work.desk.table.count == 5
        await work.press("u", "ctrl+r")
        assert not (tmp_path / ".ftui").exists()


async def test_a_save_can_be_stopped(tmp_path: Path) -> None:
    path = five(tmp_path / "train.jsonl")
    before = path.read_bytes()
    async with working(path, rules=False) as work:
        await edit(work, "Oh ")
        session, save = work.app.session, work.app.session.save

        def slow(progress: Progress, cancelled: Cancelled, **how: bool) -> list[Saved]:
            """A save of a file so large that somebody has the time to stop it."""
            progress(1, 100)
            while not cancelled():
                sleep(0.001)
            return save(progress, cancelled, **how)

        session.save = slow  # type: ignore[method-assign]
        await work.press("ctrl+s")
        await work.until(lambda: "saving 1 %" in work.status, "the progress of the save")
        await work.press("ctrl+k")
        await work.told("Stopped: the files are as they were")
        assert path.read_bytes() == before
        assert session.dirty
        await work.until(lambda: "saving" not in work.status, "the progress to go")


async def test_leaving_asks_when_something_is_not_saved(tmp_path: Path) -> None:
    path = five(tmp_path / "train.jsonl")
    async with working(path, rules=False) as work:
        await edit(work, "Oh ")
        await work.press("q")
        await work.modal("AskModal")
        await work.press("escape")
        await work.closed()
        assert work.app.is_running
        await work.press("q")
        await work.modal("AskModal")
        await work.press("s")
        await work.until(lambda: not work.app.is_running, "the end")
    assert outputs(path)[0].startswith("Oh ")


async def test_leaving_with_a_changed_text_in_the_editor_keeps_it_there(tmp_path: Path) -> None:
    async with working(five(tmp_path / "train.jsonl"), rules=False) as work:
        await work.press("e", "x", "ctrl+q")
        assert work.app.is_running
        assert work.desk.editor is not None
        await work.told("not kept")
        await work.press("escape", "escape", "ctrl+q")
        await work.until(lambda: not work.app.is_running, "the end")


async def test_edits_left_unsaved_are_offered_at_the_next_start(tmp_path: Path) -> None:
    path = five(tmp_path / "train.jsonl")
    async with working(path, rules=False) as work:
        await edit(work, "Oh ")
        await work.press("q")
        await work.modal("AskModal")
        await work.press("l")
        await work.until(lambda: not work.app.is_running, "the end")
    assert outputs(path)[0] == "It is the word number 0."
    async with working(path) as work:
        modal = await work.modal("AskModal")
        assert "1 unsaved step" in modal.text
        await work.press("r")
        await work.closed()
        await work.until(lambda: "● 1 unsaved" in work.status, "the edit to be taken up")
        await work.checked()
        assert here(work)[0] == "Oh It is the word number 0."
        await work.press("u")
        assert here(work)[0] == "It is the word number 0."


async def test_edits_of_a_killed_session_are_offered_and_can_be_thrown_away(tmp_path: Path) -> None:
    path = five(tmp_path / "train.jsonl")
    for answer in ("r", "d"):
        killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, timeout=60)
        assert killed.returncode == -signal.SIGKILL
        async with working(path) as work:
            modal = await work.modal("AskModal")
            assert "2 unsaved steps" in modal.text
            await work.press(answer)
            await work.closed()
            if answer == "r":
                await work.until(lambda: work.desk.table.count == 4, "the edits to be taken up")
                assert here(work)[1] == "kept before the end"
                await work.press("u", "u")
                assert work.desk.table.count == 5
            else:
                await work.told("thrown away")
                assert work.desk.table.count == 5
                assert not work.app.session.dirty
    async with working(path) as work:
        assert work.app.screen is work.desk


async def test_copying_says_what_was_done(tmp_path: Path, own_settings: Path) -> None:
    path = five(tmp_path / "train.jsonl")
    async with working(path, rules=False) as work:
        sent: list[str] = []
        work.app.write_to_terminal = sent.append  # type: ignore[method-assign]
        await work.press("y")
        await work.told("characters are in")
        copied = own_settings / "state" / "copied.txt"
        copied = next((own_settings.parent / "state").rglob("copied.txt"))
        assert copied.read_text() == "It is the word number 0."
        assert sent
        assert sent[0].startswith("\x1b]52;c;")
        await work.press("Y")
        await work.until(
            lambda: json.loads(copied.read_text())["output"] == "It is the word number 0.", "the row"
        )


async def test_a_full_disk_is_told_and_changes_nothing(tmp_path: Path, monkeypatch: object) -> None:
    path = five(tmp_path / "train.jsonl")
    async with working(path, rules=False) as work:
        from ftui.project.errors import FtuiError

        def full(*_: object, **__: object) -> None:
            raise FtuiError("no space left on the disk", "make room")

        work.app.session.apply = full  # type: ignore[method-assign, assignment]
        for key in ("A", "D", "d", "m"):
            await work.press(key)
        await work.told("no space left on the disk; make room")
        await work.press("e", "x", "ctrl+s")
        assert work.desk.editor is not None
        await work.press("escape", "escape")
        assert work.desk.table.count == 5
        assert work.app.is_running


async def test_a_file_cut_off_while_it_is_open_does_not_end_the_app(tmp_path: Path) -> None:
    path = answers(tmp_path / "train.jsonl", [f"It is the word number {n}." for n in range(300)])
    async with working(path) as work:
        with path.open("r+b") as file:
            file.truncate(1000)
        await work.press("G", "k", "g", "ctrl+d", "]", "y", "e")
        await work.press("X", "ctrl+s", "escape", "escape", "slash")
        await work.type("word")
        await work.press("escape", "C")
        await work.until(lambda: work.desk.found.state != "running", "the end of the check")
        assert work.app.is_running
