"""Saving: every other byte stays, the file's nature is kept, and nobody else's work is destroyed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.formats.base import WriteCancelled
from ftui.dataset.save import Conflict
from ftui.dataset.session import Session
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from tests.dataset.desk import crash, line, make_file, open_session, raws, row, shut


def beside(path: Path) -> list[str]:
    """What else is in the folder of a file."""
    return sorted(other.name for other in path.parent.iterdir() if other.name not in (path.name, ".ftui"))


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_other_line_is_byte_identical(tmp_path: Path, end: bytes, last: bool, mark: bytes) -> None:
    odd = [
        b'{"output":"x","n":1.10,"big":100000000000000000000000,"e":1e3,"dup":1,"dup":2}',
        b"",
        b"{broken",
        b'{"output":"\\u00e9\\/\\ud83d","s": "\xe2\x80\xa8"}',
        b'  {"output" : "spaced"}  ',
        b"[1, 2]",
        line(7),
    ]
    path = tmp_path / "train.jsonl"
    path.write_bytes(mark + end.join(odd) + (end if last else b""))
    session = open_session(path)
    session.set_text(0, 5, "output", 'new "text"\n')
    (saved,) = session.save()
    expected = [*odd[:6], line(7, 'new "text"\n')]
    assert path.read_bytes() == mark + end.join(expected) + (end if last else b"")
    assert (saved.rows, saved.size, saved.warnings) == (6, path.stat().st_size, ())
    assert beside(path) == []
    shut(session)


def test_saved_at_once_after_the_first_page_all_rows_are_there(tmp_path: Path) -> None:
    path = make_file(tmp_path, 30_000)
    before = path.read_bytes().splitlines()
    session = open_session(path)
    assert not session.dataset.documents[0].complete
    session.set_text(0, 0, "output", "first")
    session.save()
    after = path.read_bytes().splitlines()
    assert after == [line(0, "first"), *before[1:]]
    shut(session)


def test_fields_first_seen_late_are_kept(tmp_path: Path) -> None:
    path = make_file(tmp_path, 300)
    with path.open("ab") as out:
        out.write(b'{"instruction":"late","output":"x","source":"only here"}\n')
    session = open_session(path)
    session.delete(0, [0])
    session.set_text(0, 5, "output", "edited")
    session.save()
    assert path.read_bytes().splitlines()[-1] == b'{"instruction":"late","output":"x","source":"only here"}'
    shut(session)


def test_mode_owner_and_attributes_are_kept(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    path.chmod(0o640)
    marked = True
    try:
        os.setxattr(path, "user.origin", b"lab 7")
    except OSError:
        marked = False
    if os.getuid() == 0:
        os.chown(path, 12345, 54321)
    before = path.stat()
    session = open_session(path)
    session.delete(0, [0])
    session.save()
    after = path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert stat.S_IMODE(after.st_mode) == 0o640
    if marked:
        assert os.getxattr(path, "user.origin") == b"lab 7"
    shut(session)


def test_a_symlink_stays_and_its_target_is_saved(tmp_path: Path) -> None:
    real = tmp_path / "store" / "data.jsonl"
    real.parent.mkdir()
    make_file(real.parent, 3, real.name)
    link = tmp_path / "train.jsonl"
    link.symlink_to("store/data.jsonl")
    session = open_session(link)
    session.delete(0, [0])
    session.save()
    assert link.is_symlink()
    assert real.read_bytes().splitlines() == [line(1), line(2)]
    assert beside(real) == []
    shut(session)


def test_another_hard_link_keeps_the_old_content_and_the_person_is_told(tmp_path: Path) -> None:
    path = make_file(tmp_path, 3)
    other = tmp_path / "other-name"
    os.link(path, other)
    session = open_session(path)
    session.delete(0, [0])
    (saved,) = session.save()
    assert "hard link" in saved.warnings[0]
    assert len(other.read_bytes().splitlines()) == 3
    shut(session)


def test_a_backup_of_every_version_up_to_five(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    first = path.read_bytes()
    session = open_session(path)
    backups = []
    for version in range(8):
        session.set_text(0, 0, "output", f"version {version}")
        (saved,) = session.save()
        backups.append(saved.backup)
    assert backups[0] is not None
    # The very first one is what undo past the saves and a resume are made from.
    assert backups[0].read_bytes() == first
    assert [backup.exists() for backup in backups if backup] == [
        True,
        False,
        False,
        True,
        True,
        True,
        True,
        True,
    ]
    shut(session)


def test_undo_past_a_save_and_save_again(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    original = path.read_bytes()
    session = open_session(path)
    session.set_text(0, 1, "output", "x")
    session.delete(0, [3])
    session.save()
    assert (session.dirty, session.unsaved) == (False, 0)
    session.undo()
    session.undo()
    assert (session.dirty, session.unsaved) == (True, 2)
    session.redo()
    session.redo()
    assert not session.dirty
    session.undo()
    session.undo()
    session.save()
    assert path.read_bytes() == original
    session.redo()
    session.undo()
    session.set_text(0, 2, "output", "another way")
    assert session.dirty
    session.save()
    assert path.read_bytes().splitlines()[2] == line(2, "another way")
    assert session.save() == []
    shut(session)


def test_a_state_that_was_dropped_after_its_save_counts_as_unsaved(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "saved and then dropped")
    session.save()
    session.undo()
    session.mark_reviewed(0, [4])
    assert session.dirty
    session.save()
    assert path.read_bytes().splitlines()[1] == line(1)
    assert not session.dirty
    shut(session)


def test_every_row_may_be_deleted(tmp_path: Path) -> None:
    path = make_file(tmp_path, 3)
    session = open_session(path)
    session.delete(0, [0, 1, 2])
    (saved,) = session.save()
    assert (path.read_bytes(), saved.rows) == (b"", 0)
    session.undo()
    session.save()
    assert len(path.read_bytes().splitlines()) == 3
    shut(session)


def test_edits_made_during_a_save_stay_unsaved(tmp_path: Path) -> None:
    path = make_file(tmp_path, 50)
    session = open_session(path)
    session.set_text(0, 0, "output", "before")
    done = []

    def meanwhile(_done: int, _total: int) -> None:
        if not done:
            done.append(session.set_text(0, 40, "output", "meanwhile"))

    session.save(progress=meanwhile)
    assert done
    lines = path.read_bytes().splitlines()
    assert (lines[0], lines[40]) == (line(0, "before"), line(40))
    assert session.unsaved == 1
    session.save()
    assert path.read_bytes().splitlines()[40] == line(40, "meanwhile")
    shut(session)


def test_steps_dropped_during_a_save_leave_the_session_dirty(tmp_path: Path) -> None:
    path = make_file(tmp_path, 50)
    session = open_session(path)
    session.set_text(0, 0, "output", "dropped while it was being saved")
    done: list[object] = []

    def meanwhile(_done: int, _total: int) -> None:
        if not done:
            done.append(session.undo())
            done.append(session.set_text(0, 40, "output", "instead"))

    session.save(progress=meanwhile)
    assert session.dirty
    session.save()
    lines = path.read_bytes().splitlines()
    assert (lines[0], lines[40]) == (line(0), line(40, "instead"))
    shut(session)


def test_a_cancelled_save_leaves_the_old_file(tmp_path: Path) -> None:
    path = make_file(tmp_path, 2000)
    before = path.read_bytes()
    session = open_session(path)
    session.set_text(0, 1, "output", "x")
    with pytest.raises(WriteCancelled):
        session.save(cancelled=lambda: True)
    assert path.read_bytes() == before
    assert beside(path) == []
    assert session.dirty
    session.save()
    shut(session)


def test_a_read_only_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.delete(0, [0])
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(FtuiError, match="read-only"):
        session.save()
    shut(session, discard=True)


# Somebody else's work


def replace_on_disk(path: Path, content: bytes) -> None:
    other = path.with_name("other-program.tmp")
    other.write_bytes(content)
    other.replace(path)


def test_a_file_that_changed_on_disk_is_not_overwritten_unasked(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "mine")
    theirs = line(100) + b"\n"
    replace_on_disk(path, theirs)
    with pytest.raises(Conflict) as caught:
        session.save()
    assert (caught.value.kind, caught.value.files) == ("changed-on-disk", (path,))
    assert path.read_bytes() == theirs
    assert beside(path) == []

    copy = tmp_path / "mine.jsonl"
    session.save_as(0, copy)
    assert copy.read_bytes().splitlines()[1] == line(1, "mine")
    with pytest.raises(FtuiError, match="already"):
        session.save_as(0, copy)

    (saved,) = session.save(overwrite=True)
    assert path.read_bytes() == copy.read_bytes()
    assert saved.backup is not None
    assert saved.backup.read_bytes() == theirs
    session.undo()
    crash(session)

    # The bytes as opened were nowhere but in the open file: they were written out for this.
    again = open_session(path)
    assert again.resume is not None
    assert again.resume.reason == ""
    again.resume_accept()
    assert raws(again) == [line(number) for number in range(20)]
    shut(again)


def test_a_file_changed_in_place_cannot_be_overwritten(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "mine")
    with path.open("ab") as out:
        out.write(line(50) + b"\n")
    with pytest.raises(Conflict, match="in place"):
        session.save(overwrite=True)
    report = session.reload_and_replay()
    assert (report.entries, report.rows, report.lost) == (1, 1, [])
    assert raws(session)[1] == line(1, "mine")
    assert raws(session)[-1] == line(50)
    session.save()
    assert path.read_bytes().splitlines() == raws(session)
    shut(session)


def test_a_file_that_is_gone_is_a_conflict_and_may_be_written_anew(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "mine")
    path.unlink()
    with pytest.raises(Conflict, match="no longer there"):
        session.save()
    session.save(overwrite=True)
    assert path.read_bytes().splitlines() == raws(session)
    shut(session)


def test_two_sessions_on_one_file(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    first, second = open_session(path), open_session(path)
    first.set_text(0, 1, "output", "first")
    second.set_text(0, 2, "output", "second")
    with pytest.raises(Conflict) as caught:
        second.save()
    assert caught.value.kind == "held-elsewhere"
    assert str(os.getpid()) in caught.value.message
    assert second.held_elsewhere() == {0: os.getpid()}
    assert first.held_elsewhere() == {}
    third = open_session(path)
    assert third.resume is None
    shut(third)
    first.save()
    shut(first)
    with pytest.raises(Conflict) as caught:
        second.save()
    assert caught.value.kind == "changed-on-disk"
    second.reload_and_replay()
    second.save()
    lines = path.read_bytes().splitlines()
    assert lines[1:3] == [line(1, "first"), line(2, "second")]
    shut(second)


def test_what_a_killed_save_left_is_removed(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    dead, living = 2**22 + 1, os.getpid()
    stale = tmp_path / f".ftui-{dead}-0123abcd-train.jsonl"
    others = [
        tmp_path / f".ftui-{living}-0123abcd-train.jsonl",
        tmp_path / f".ftui-{dead}-0123abcd-test.jsonl",
        tmp_path / ".ftui-notes.txt",
    ]
    for each in (stale, *others):
        each.write_bytes(b"x")
    shut(open_session(path))
    assert not stale.exists()
    assert all(other.exists() for other in others)


# Copies


def test_export_of_some_rows_is_verbatim(tmp_path: Path) -> None:
    path = make_file(tmp_path, end=b"\r\n")
    session = open_session(path)
    session.set_text(0, 4, "output", "edited")
    added = session.insert(0, 6, row(60))
    target = tmp_path / "some.jsonl"
    saved = session.export(target, [(0, added), (0, 4), (0, 2)])
    assert target.read_bytes() == b"".join(part + b"\r\n" for part in (line(2), line(4, "edited"), line(60)))
    assert saved.rows == 3
    assert session.dirty
    with pytest.raises(FtuiError, match="already"):
        session.export(target, [(0, 1)])
    with pytest.raises(FtuiError, match="no rows"):
        session.export(tmp_path / "none.jsonl", [])
    shut(session, discard=True)


def test_export_from_several_files_becomes_json_lines(tmp_path: Path) -> None:
    train = make_file(tmp_path, 3)
    table = tmp_path / "test.csv"
    table.write_bytes(b'text,label\r\n"a ""b""",x\r\nc,y\r\n')
    dataset = Dataset.open([train, table], Project(root=tmp_path))
    session = Session.open(dataset)
    target = tmp_path / "both.jsonl"
    session.export(target, [(1, 0), (0, 2)])
    assert target.read_bytes() == b'{"text": "a \\"b\\"", "label": "x"}\n' + line(2) + b"\n"
    with pytest.raises(FtuiError, match="JSON Lines"):
        session.export(tmp_path / "both.csv", [(1, 0), (0, 2)])
    shut(session)


def test_a_new_file_that_cannot_be_read_again_does_not_replace_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_file(tmp_path)
    before = path.read_bytes()
    session = open_session(path)
    session.set_text(0, 1, "output", "x")
    records = session.dataset.documents[0].records
    for written in (b"", line(1) + b"\n"):
        monkeypatch.setattr(records, "write", lambda out, *_, written=written: out.write(written))
        with pytest.raises(FtuiError, match="the old one stays"):
            session.save()
        assert path.read_bytes() == before
        assert beside(path) == []
    shut(session, discard=True)


def test_a_row_that_is_no_object_may_be_copied(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_bytes(b'["a", "b"]')
    session = open_session(path)
    session.duplicate(0, 0)
    session.save()
    assert path.read_bytes() == b'["a", "a", "b"]'
    shut(session)


def test_formats_other_than_jsonl(tmp_path: Path) -> None:
    table = tmp_path / "train.csv"
    table.write_bytes(b'text,label\r\n"a ""b"", c",x\r\nplain,y\r\n')
    array = tmp_path / "list.json"
    array.write_bytes(b'[\n  {"text": "a", "n": 1.10},\n  {"text": "b"}\n]\n')
    session = open_session(table, array)
    session.set_text(0, 1, "text", "changed, with a comma")
    session.set_text(1, 0, "text", "A")
    session.delete(1, [1])
    session.save()
    assert table.read_bytes() == b'text,label\r\n"a ""b"", c",x\r\n"changed, with a comma",y\r\n'
    assert array.read_bytes() == b'[\n  {"text": "A", "n": 1.10}\n]\n'
    with pytest.raises(FtuiError, match="not a row"):
        session.set_raw(1, 0, b'{"text": ')
    shut(session)
