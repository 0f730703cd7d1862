"""What a person does on the desk: edits, undo, acceptances, reviewed marks; and what a worker sees of it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.mirror import Mirror, Ticket
from ftui.dataset.record import NEW_ROW
from ftui.dataset.session import Session
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.store.entry import Deleted, Entry, Inserted, Marked, Raw, Splice, Splices, row_hash
from tests.dataset.desk import line, make_file, open_session, raws, row, shut


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    session = open_session(make_file(tmp_path))
    raws(session)
    assert session.undo() is None
    assert session.redo() is None
    assert session.set_text(0, 2, "output", "answer 2") is None
    assert not session.dirty
    shut(session)
    assert [path.name for path in tmp_path.iterdir()] == ["train.jsonl"]


def test_every_kind_of_edit_and_all_of_it_undone(tmp_path: Path) -> None:
    session = open_session(make_file(tmp_path, 6))
    states = [raws(session)]
    session.set_text(0, 0, "output", "answer zero")
    states.append(raws(session))
    session.set_value(0, 1, {**row(1), "tags": [1.50]})
    states.append(raws(session))
    session.set_raw(0, 2, b'{"output": 1e3}')
    states.append(raws(session))
    session.delete(0, [3, 4])
    states.append(raws(session))
    top = session.insert(0, -1, row(100))
    states.append(raws(session))
    session.duplicate(0, 5)
    states.append(raws(session))
    session.set_text(0, top, "output", "edited")
    states.append(raws(session))
    path = str(session.dataset.documents[0].path)
    session.apply(
        "many", [Splices.of(path, [(0, [Splice("output", 0, 6, "ANSWER")])]), Deleted("train.jsonl", [1])]
    )
    states.append(raws(session))
    assert session.unsaved == session.cursor == 8
    assert states[-1][1:3] == [line(0, "ANSWER zero"), b'{"output": 1e3}']
    assert states[-1][0] == line(100, "edited")

    for state in reversed(states[:-1]):
        assert session.undo() is not None
        assert raws(session) == state
    assert session.undo() is None
    assert not session.dirty
    for state in states[1:]:
        assert session.redo() is not None
        assert raws(session) == state
    assert session.redo() is None
    shut(session, discard=True)


def test_a_new_edit_drops_what_was_undone(tmp_path: Path) -> None:
    session = open_session(make_file(tmp_path))
    session.set_text(0, 0, "output", "one")
    session.set_text(0, 0, "output", "two")
    session.undo()
    session.set_text(0, 0, "output", "three")
    assert session.redo() is None
    assert [entry.sequence for entry in session.history] == [1, 2]
    assert raws(session)[0] == line(0, "three")
    shut(session, discard=True)


def test_listeners_hear_of_every_step(tmp_path: Path) -> None:
    session = open_session(make_file(tmp_path))
    heard: list[tuple[str, bool]] = []

    def listen(entry: Entry, undone: bool) -> None:
        heard.append((entry.title, undone))

    session.on_change.append(listen)
    session.delete(0, [1, 2, 2])
    session.undo()
    session.redo()
    assert heard == [("delete 2 rows", False), ("delete 2 rows", True), ("delete 2 rows", False)]
    shut(session, discard=True)


def test_a_field_that_is_no_text_yet(tmp_path: Path) -> None:
    path = tmp_path / "chat.jsonl"
    path.write_bytes(b'{"messages": [{"role": "user", "content": null}], "n": 1.10}\n')
    session = open_session(path)
    session.set_text(0, 0, "messages[0].content", "hello")
    assert raws(session) == [b'{"messages": [{"role": "user", "content": "hello"}], "n": 1.10}']
    with pytest.raises(FtuiError, match="no place"):
        session.set_text(0, 0, "messages[7].content", "x")
    shut(session, discard=True)


def test_one_letter_of_a_messages_cell_keeps_the_list(tmp_path: Path) -> None:
    raw = b'{"messages":[{"role":"user","content":"h\\u00e9llo \\/ 1"},{"role":"assistant","content":"ok"}],"x":1e3}'
    path = tmp_path / "chat.jsonl"
    path.write_bytes(raw + b"\n")
    session = open_session(path)
    session.set_text(0, 0, "messages[1].content", "oK")
    session.save()
    assert path.read_bytes() == raw.replace(b'"ok"', b'"oK"') + b"\n"
    shut(session)


@pytest.mark.parametrize("raw", [b"", b"   ", b'{"a": 1}\n{"b": 2}x\n"'])
def test_bytes_that_are_not_one_row_never_split_a_file(tmp_path: Path, raw: bytes) -> None:
    session = open_session(make_file(tmp_path, 4))
    try:
        session.set_raw(0, 1, raw)
    except FtuiError:
        assert session.cursor == 0
    else:
        session.save()
        assert len((tmp_path / "train.jsonl").read_bytes().splitlines()) == 4
    shut(session, discard=True)


def test_a_step_that_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    session = open_session(make_file(tmp_path, 5))
    before = raws(session)
    good = Raw("train.jsonl", 0, b"{}")
    path = str(tmp_path / "train.jsonl")
    stale = Splices.of(path, [(1, [Splice("output", 0, 1, "x")])], row_hash(b"another row"))
    for bad in (
        Raw("nowhere.jsonl", 1, b"{}"),
        Raw("train.jsonl", 77, b"{}"),
        Splices.of(path, [(1, [Splice("nothing", 0, 1, "x")])]),
        Splices.of(path, [(1, [Splice("output", 5, 500, "x")])]),
        stale,
        Deleted("train.jsonl", [99]),
    ):
        with pytest.raises(FtuiError):
            session.apply("bad", [good, bad])
    with pytest.raises(ValueError, match="twice"):
        session.apply("bad", [good, Deleted("train.jsonl", [0])])
    assert raws(session) == before
    assert session.cursor == 0
    session.delete(0, [2])
    with pytest.raises(FtuiError, match="deleted"):
        session.set_text(0, 2, "output", "x")
    shut(session, discard=True)


def test_several_rows_may_be_added_in_one_step(tmp_path: Path) -> None:
    session = open_session(make_file(tmp_path, 2))
    added = [Inserted("train.jsonl", NEW_ROW, 0, b"{}"), Inserted("train.jsonl", NEW_ROW + 1, NEW_ROW, b"[]")]
    session.apply("paste", added, "add")
    assert raws(session) == [line(0), b"{}", b"[]", line(1)]
    shut(session, discard=True)


# Acceptances and reviewed marks


def test_acceptances_are_steps_and_outlive_the_session(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.accept([("k1", "STP001"), ("k2", "DUP001")], "on purpose")
    session.accept([("k1", "STP001")], "better reason")
    assert session.accepted == {"k1": "better reason", "k2": "on purpose"}
    session.undo()
    assert session.accepted["k1"] == "on purpose"
    session.unaccept([("k2", "DUP001")])
    assert session.accepted == {"k1": "on purpose"}
    assert not session.dirty
    shut(session)
    again = open_session(path)
    assert again.resume is None
    assert again.accepted == {"k1": "on purpose"}
    assert again.acceptances()["k1"].code == "STP001"
    shut(again)


def test_reviewed_marks_stay_with_their_rows(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.mark_reviewed(0, [2, 4, 6])
    session.mark_reviewed(0, [4], on=False)
    session.set_text(0, 6, "output", "edited after the review")
    assert [session.reviewed(0, rid) for rid in (2, 4, 6)] == [True, False, True]
    session.delete(0, [0])
    session.save()
    shut(session)
    again = open_session(path)
    assert again.reviewed_rows(0).tolist() == [1, 5]
    again.mark_reviewed(0, [1], on=False)
    assert again.reviewed_rows(0).tolist() == [5]
    again.undo()
    assert again.reviewed(0, 1)
    assert again.mark_reviewed(0, [1]) is None
    shut(again)


def test_a_mark_made_twice_is_undone_once(tmp_path: Path) -> None:
    session = open_session(make_file(tmp_path))
    session.mark_reviewed(0, [1])
    second = session.mark_reviewed(0, [1, 2])
    assert second is not None
    (change,) = second.changes
    assert isinstance(change, Marked)
    assert list(change.rows) == [2]
    session.undo()
    assert session.reviewed(0, 1)
    shut(session)


# What others see


def test_a_worker_sees_unsaved_edits_and_follows(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "one")
    session.set_text(0, 2, "output", "two")
    project = Project(root=tmp_path)
    ticket = Ticket(*json.loads(json.dumps(session.ticket)))
    worker = Mirror(Dataset.open([path], project, bases=ticket.bases), ticket)
    assert raws(worker) == raws(session)

    session.undo()
    session.set_text(0, 3, "output", "three")
    session.delete(0, [0])
    worker.follow(session.ticket)
    assert raws(worker) == raws(session)
    while session.undo():
        pass
    worker.follow(session.ticket)
    assert raws(worker) == raws(session)
    session.redo()
    session.save()
    session.set_text(0, 5, "output", "after the save")
    ticket = session.ticket
    late = Mirror(Dataset.open([path], project, bases=ticket.bases), ticket)
    assert raws(late) == raws(session)
    with pytest.raises(FtuiError, match="changed on disk"):
        Mirror(Dataset.open([path], project), ticket)
    for each in (worker, late):
        each.close()
        each.dataset.close()
    shut(session, discard=True)


def test_a_reading_session_refuses_edits_and_takes_no_lock(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    writer = open_session(path)
    writer.accept([("k", "STP001")], "fine")
    reader = Session.open(Dataset.open([path], Project(root=tmp_path)), read_only=True)
    assert reader.accepted == {"k": "fine"}
    with pytest.raises(FtuiError, match="only reads"):
        reader.set_text(0, 0, "output", "x")
    shut(reader)
    shut(writer)


def test_a_store_that_cannot_be_used_hides_no_rows(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    shut(open_session(path))
    (tmp_path / ".ftui").mkdir()
    with sqlite3.connect(tmp_path / ".ftui" / "journal.db") as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    session = open_session(path)
    assert session.store_problem is not None
    assert "newer ftui" in session.store_problem.message
    assert len(raws(session)) == 20
    with pytest.raises(FtuiError, match="newer ftui"):
        session.set_text(0, 0, "output", "x")
    assert raws(session)[0] == line(0)
    shut(session)


def test_undo_of_an_edit_of_several_files_is_one_step(tmp_path: Path) -> None:
    paths = [make_file(tmp_path, 3, name) for name in ("train.jsonl", "test.jsonl")]
    session = open_session(*paths)
    session.apply("both", [Deleted("train.jsonl", [0]), Deleted("test.jsonl", [2])], "delete")
    assert (len(raws(session, 0)), len(raws(session, 1))) == (2, 2)
    assert session.dirty_files() == [0, 1]
    assert session.unsaved == 1
    session.undo()
    assert (len(raws(session, 0)), len(raws(session, 1))) == (3, 3)
    shut(session)
