"""The journal: what was written is there after a crash, and a failure changes nothing."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.store.entry import Accepted, Deleted, Entry, Marked, Raw
from ftui.store.file_states import LOST, FileState, Pending
from ftui.store.fingerprint import fingerprint
from ftui.store.journal import Journal, SessionState


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "train.jsonl"
    path.write_bytes(b'{"a": 1}\n' * 10)
    return path


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.db")


def start(journal: Journal, *paths: Path) -> SessionState:
    return journal.start(FileState.of(str(path), fingerprint(path)) for path in paths)


def edit(path: Path, row: int, raw: bytes = b"{}") -> Entry:
    return Entry(f"edit row {row}", (Raw(str(path), row, raw, b"12345678"),))


def test_another_connection_sees_every_entry(journal: Journal, data: Path) -> None:
    session = start(journal, data)
    entries = [journal.append(session.id, i, edit(data, i)) for i in range(3)]
    other = Journal(journal.path)
    assert list(other.entries(session.id)) == entries
    assert [entry.sequence for entry in entries] == [1, 2, 3]
    assert other.session(session.id).cursor == 3
    other.close()
    journal.close()


def test_a_new_entry_drops_the_undone_ones_and_the_saved_state_with_them(
    journal: Journal, data: Path
) -> None:
    session = start(journal, data)
    (file,) = session.files
    for i in range(3):
        last = journal.append(session.id, i, edit(data, i))
    pending = Pending(file.base, 3, file.base_path, file.base)
    saved = journal.end_save(journal.begin_save(session.id, file, pending, last.at), done=True)
    assert saved.saved == 3
    journal.move(session.id, 2, last, undone=True)
    journal.move(session.id, 1, edit(data, 1), undone=True)
    journal.append(session.id, 1, edit(data, 9))
    assert [entry.title for entry in journal.entries(session.id)] == ["edit row 0", "edit row 9"]
    assert journal.session(session.id).files[0].saved == LOST
    journal.close()


def test_steps_dropped_while_a_save_writes_are_not_taken_for_those_saved(
    journal: Journal, data: Path
) -> None:
    session = start(journal, data)
    (file,) = session.files
    first = journal.append(session.id, 0, edit(data, 1))
    journal.move(session.id, 0, first, undone=True)
    journal.append(session.id, 0, replace(edit(data, 2), at="later"))
    pending = Pending(file.base, 1, file.base_path, file.base)
    noted = journal.begin_save(session.id, file, pending, first.at)
    assert journal.end_save(noted, done=True).saved == LOST
    journal.close()


def test_a_save_that_did_not_happen_leaves_the_state(journal: Journal, data: Path) -> None:
    session = start(journal, data)
    (file,) = session.files
    entry = journal.append(session.id, 0, edit(data, 1))
    noted = journal.begin_save(session.id, file, Pending(file.base, 1, "elsewhere", file.base), entry.at)
    assert journal.session(session.id).files[0].pending is not None
    assert journal.end_save(noted, done=False) == file
    journal.close()


def test_acceptances_and_reviews_follow_undo_and_outlive_the_session(journal: Journal, data: Path) -> None:
    session = start(journal, data)
    accept = Entry(
        "accept", (Accepted("k1", "STP001", "known"), Marked(str(data), [1, 2], True, b"a" * 8 + b"b" * 8))
    )
    made = journal.append(session.id, 0, accept)
    journal.move(session.id, 0, made, undone=True)
    assert journal.acceptances() == {}
    assert journal.reviews(str(data)) == set()
    journal.move(session.id, 1, made, undone=False)
    changed = Entry("accept", (Accepted("k1", "STP001", "fine", previous="known"),))
    journal.append(session.id, 1, changed)
    assert journal.close_files(session.id, [file.id for file in session.files])
    assert journal.last(session.id) == 0
    assert journal.acceptances()["k1"].reason == "fine"
    assert journal.reviews(str(data)) == {b"a" * 8, b"b" * 8}
    journal.close()


def test_files_of_a_session_are_closed_one_by_one(journal: Journal, data: Path, tmp_path: Path) -> None:
    other = tmp_path / "test.jsonl"
    other.write_bytes(b"{}\n")
    session = start(journal, data, other)
    both = Entry(
        "delete", (Deleted(str(data), [1], b"12345678"), Deleted(str(other), [0], b"12345678")), "delete"
    )
    journal.append(session.id, 0, both)
    assert not journal.close_files(session.id, [session.files[0].id])
    assert [state.id for state in journal.sessions_of([str(data)])] == []
    assert [state.id for state in journal.sessions_of([str(other)])] == [session.id]
    (entry,) = journal.entries(session.id)
    assert [change.path for change in entry.changes if isinstance(change, Deleted)] == [str(other)]
    assert journal.editing(session.id, session.files[1].id, 0, 1) == 1
    journal.close()


def test_a_failed_transaction_leaves_everything(journal: Journal, data: Path) -> None:
    session = start(journal, data)
    journal.append(session.id, 0, edit(data, 1))
    with pytest.raises(KeyError):
        journal.append(session.id, 1, Entry("x", (Accepted("k", "X", "y"), Raw("not open", 1, b"{}"))))
    # One page more than is used now: the next large entry meets a full disk.
    pages = journal._db.execute("PRAGMA page_count").fetchone()[0]
    journal._db.execute(f"PRAGMA max_page_count={pages + 1}")
    with pytest.raises(FtuiError, match="full"):
        journal.append(session.id, 1, edit(data, 2, random.Random(1).randbytes(256_000)))
    assert journal.acceptances() == {}
    assert [entry.title for entry in journal.entries(session.id)] == ["edit row 1"]
    journal.append(session.id, 1, edit(data, 3))
    assert journal.session(session.id).cursor == 2
    journal.close()


def test_a_file_that_is_no_database_is_moved_aside(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"not a database, but somebody's bytes" * 100)
    journal = Journal(path)
    start(journal, data)
    journal.close()
    (aside,) = tmp_path.glob("journal.db.unreadable-*")
    assert aside.read_bytes().startswith(b"not a database")


def test_the_journal_of_a_newer_ftui_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(FtuiError, match="newer ftui"):
        Journal(path)


def test_every_commit_is_flushed(journal: Journal) -> None:
    assert journal._db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert journal._db.execute("PRAGMA synchronous").fetchone()[0] == 2
    journal.close()


def test_a_journal_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(b"do not touch")
    (tmp_path / "journal.db").symlink_to(other)
    with pytest.raises(FtuiError, match="symlink"):
        Journal(tmp_path / "journal.db")
    assert other.read_bytes() == b"do not touch"
