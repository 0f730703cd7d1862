"""Editing on the real desk: the inline editor, raw lines, long lines, $EDITOR from inside, undo."""

from __future__ import annotations

import json
from pathlib import Path

from tests.tui.working_desk import Work, answers, lines, working

GOOD = "It means a good deal of work.\n### End"
BAD = "It means a good deal of rest."


def some(path: Path, bad: int = 4) -> Path:
    """Twenty rows, one of which lacks the end marker."""
    return answers(
        path, [BAD if n == bad else f"It is the word for thing number {n}.\n### End" for n in range(20)]
    )


def editor_shows(work: Work, words: str) -> bool:
    return words in work.text("#editor-verdict") and work.desk.editor is not None


async def test_the_field_of_the_finding_is_edited_and_kept(tmp_path: Path) -> None:
    path = some(tmp_path / "train.jsonl")
    async with working(path) as work:
        await work.press("right_square_bracket")
        await work.looked_at()
        assert work.desk.table.cursor == 4
        assert work.codes == ["STP001"]
        await work.press("e")
        editor = work.desk.editor
        assert editor is not None
        assert editor.field == "output"
        assert editor.area.has_focus
        await work.until(lambda: editor_shows(work, "STP001"), "the verdict on the text as it is")
        await work.press("ctrl+end", "enter")
        await work.type("### End")
        await work.until(lambda: editor_shows(work, "no findings"), "the verdict on the text as typed")
        assert "● changed" in work.text("#editor-title")
        await work.press("ctrl+s")
        assert work.desk.editor is None
        assert work.raw(4)["output"] == BAD + "\n### End"
        assert work.desk.table.has_focus
        await work.until(lambda: not work.rows("STP001"), "the counts to follow")
        assert "STP001" not in work.text("#findings")
        assert "● 1 unsaved" in work.status
        await work.press("u")
        await work.until(lambda: work.rows("STP001") == [4], "the counts to follow the undo")
        assert work.raw(4)["output"] == BAD
        assert "unsaved" not in work.status
        await work.press("ctrl+r")
        await work.until(lambda: not work.rows("STP001"), "the counts to follow the redo")
        assert json.loads(path.read_bytes().splitlines()[4])["output"] == BAD


async def test_escape_discards_and_asks_a_second_time_when_changed(tmp_path: Path) -> None:
    async with working(some(tmp_path / "train.jsonl"), rules=False) as work:
        await work.press("e", "escape")
        assert work.desk.editor is None
        await work.press("e")
        assert work.desk.editor is not None
        await work.press("x", "escape")
        assert work.desk.editor is not None
        await work.told("again throws the changes away")
        await work.press("escape")
        assert work.desk.editor is None
        assert not work.app.session.dirty
        assert work.desk.table.has_focus


async def test_escape_asks_anew_after_more_was_typed(tmp_path: Path) -> None:
    async with working(some(tmp_path / "train.jsonl"), rules=False) as work:
        await work.press("e", "x", "escape", "y", "escape")
        assert work.desk.editor is not None
        await work.press("escape")
        assert work.desk.editor is None


async def test_undo_and_redo_inside_the_editor_are_its_own(tmp_path: Path) -> None:
    async with working(some(tmp_path / "train.jsonl"), rules=False) as work:
        await work.press("e")
        editor = work.desk.editor
        assert editor is not None
        original = editor.text
        await work.press("X", "Y")
        assert editor.text == "XY" + original
        await work.press("ctrl+z")
        assert editor.text == original
        await work.press("ctrl+y")
        assert editor.text == "XY" + original
        await work.press("ctrl+z")
        assert not editor.changed
        await work.until(lambda: "unchanged" in work.text("#editor-title"), "the mark to go")
        await work.press("escape")
        assert work.desk.editor is None
        assert work.app.session.cursor == 0


async def test_a_row_without_finding_and_the_text_under_the_eye(tmp_path: Path) -> None:
    async with working(some(tmp_path / "train.jsonl"), rules=False) as work:
        await work.press("down", "tab", "left", "left", "e")
        editor = work.desk.editor
        assert editor is not None
        assert (editor.place.row, editor.field) == (1, "instruction")
        await work.press("W", "ctrl+s")
        assert work.raw(1)["instruction"].startswith("WWhat")


async def test_an_unreadable_line_is_edited_as_it_stands(tmp_path: Path) -> None:
    path = some(tmp_path / "train.jsonl")
    content = path.read_bytes().splitlines(keepends=True)
    content[7] = content[7].replace(b'"}', b'"')
    path.write_bytes(b"".join(content))
    async with working(path) as work:
        await work.until(lambda: work.rows("FMT001") == [7], "the unreadable line")
        await work.press(*["down"] * 7)
        await work.looked_at()
        await work.press("e")
        editor = work.desk.editor
        assert editor is not None
        assert editor.field == ""
        await work.until(lambda: editor_shows(work, "FMT001"), "the verdict on the broken line")
        await work.press("ctrl+end", "}")
        await work.until(lambda: editor_shows(work, "no findings"), "the verdict on the mended line")
        await work.press("ctrl+s")
        assert work.raw(7)["output"].startswith("It is the word")
        await work.until(lambda: not work.rows("FMT001"), "the counts to follow")


async def test_a_missing_field_is_added_in_the_row_as_it_stands(tmp_path: Path) -> None:
    path = some(tmp_path / "train.jsonl", bad=99)
    content = path.read_bytes().splitlines(keepends=True)
    content[5] = b'{"instruction": "What is missing here?", "input": ""}\n'
    path.write_bytes(b"".join(content))
    async with working(path) as work:
        await work.until(lambda: work.rows("FMT003") == [5], "the missing field")
        await work.press(*["down"] * 5)
        await work.looked_at()
        await work.press("e")
        editor = work.desk.editor
        assert editor is not None
        assert editor.field == ""
        await work.press("ctrl+end", "backspace")
        await work.type(', "output": "The answer.\\n### End"}')
        await work.until(lambda: editor_shows(work, "no findings"), "the verdict on the mended row")
        await work.press("ctrl+s")
        assert work.raw(5)["output"] == "The answer.\n### End"
        await work.press("b", "e")
        editor = work.desk.editor
        assert editor is not None
        assert editor.field == "", "the bytes are shown, so they are edited"
        await work.press("escape")


async def test_a_line_break_in_a_raw_line_does_not_make_two_rows(tmp_path: Path) -> None:
    path = some(tmp_path / "train.jsonl")
    content = path.read_bytes().splitlines(keepends=True)
    content[0] = b'{"instruction": \n'
    path.write_bytes(b"".join(content))
    async with working(path, rules=False) as work:
        await work.press("e", "ctrl+end", "enter", "1", "ctrl+s")
        assert work.desk.editor is None
        document = work.app.session.dataset.documents[0]
        assert document.raw(0) == b'{"instruction":  1'
        assert work.desk.table.count == 20


async def test_a_64_kb_answer_on_one_line_comes_back_as_it_was(tmp_path: Path) -> None:
    long = "A word and another. " * 3300
    path = lines(
        tmp_path / "train.jsonl", [{"instruction": "Say much.", "input": "", "output": long.strip()}] * 1
    )
    async with working(path, rules=False) as work:
        await work.press("e")
        editor = work.desk.editor
        assert editor is not None
        assert editor.text == long.strip()
        assert max(map(len, editor.area.text.split("\n"))) < 4000
        assert "↩ folds a long line" in work.text("#editor-title")
        await work.press("ctrl+end", "Z")
        await work.press("ctrl+s")
        assert work.raw(0)["output"] == long.strip() + "Z"


async def test_keeping_an_unchanged_text_is_no_step(tmp_path: Path) -> None:
    async with working(some(tmp_path / "train.jsonl"), rules=False) as work:
        await work.press("e", "ctrl+s")
        assert work.desk.editor is None
        assert not work.app.session.dirty


async def test_the_desk_is_still_while_the_editor_is_open(tmp_path: Path) -> None:
    """Keys of the desk are letters here, and the row cannot be left by the mouse or another pane's key."""
    async with working(some(tmp_path / "train.jsonl"), rules=False) as work:
        await work.press("e")
        editor = work.desk.editor
        assert editor is not None
        await work.press(*"duxq")
        assert editor.text.startswith("duxq")
        await work.press("tab")
        assert editor.area.has_focus
        assert work.app.session.cursor == 0


async def test_keys_of_the_editor_can_be_remapped(tmp_path: Path, own_settings: Path) -> None:
    own_settings.mkdir(parents=True)
    (own_settings / "keymap.toml").write_text('editor-keep = "ctrl+k"\nedit = "0"\n')
    async with working(some(tmp_path / "train.jsonl"), rules=False) as work:
        await work.press("0")
        editor = work.desk.editor
        assert editor is not None
        assert "^K keep  Esc discard  ^O $EDITOR" in work.text("#keys")
        assert "quit" not in work.text("#keys")
        await work.press("Z", "ctrl+k")
        assert work.desk.editor is None
        assert work.raw(0)["output"].startswith("Z")
