"""Unsaved work after a crash, and work on a file that somebody else changed meanwhile."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.store.entry import Splice, Splices
from tests.dataset.desk import crash, line, make_file, open_session, raws, row, shut
from tests.dataset.test_save import replace_on_disk


def edit_a_lot(session: Session) -> None:
    session.set_text(0, 1, "output", "one")
    session.delete(0, [3, 4])
    added = session.insert(0, 10, row(100))
    session.set_text(0, added, "output", "added and edited")
    path = str(session.dataset.documents[0].path)
    session.apply(
        "fix", [Splices.of(path, [(n, [Splice("output", 0, 0, "> ")]) for n in (0, 1, 12)])], "fix", "X001"
    )
    session.mark_reviewed(0, [0])


def test_work_that_was_never_saved_is_offered(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    edit_a_lot(session)
    expected = raws(session)
    crash(session)

    again = open_session(path)
    offer = again.resume
    assert offer is not None
    assert (offer.count, offer.reason) == (5, "")
    assert offer.when.startswith("20")
    assert raws(again) == [line(number) for number in range(20)]
    report = again.resume_accept()
    assert (report.entries, report.lost) == (6, [])
    assert raws(again) == expected
    assert again.reviewed(0, 0)
    assert again.unsaved == 5
    while again.undo():
        pass
    assert raws(again) == [line(number) for number in range(20)]
    while again.redo():
        pass
    again.save()
    assert path.read_bytes().splitlines() == expected
    shut(again)
    last = open_session(path)
    assert last.resume is None
    shut(last)


def test_leaving_without_saving_is_offered_too_unless_discarded(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "one")
    shut(session)
    again = open_session(path)
    assert again.resume is not None
    again.resume_discard()
    assert again.resume is None
    shut(again)
    third = open_session(path)
    assert third.resume is None
    third.set_text(0, 1, "output", "two")
    shut(third, discard=True)
    fourth = open_session(path)
    assert fourth.resume is None
    shut(fourth)


def test_work_after_a_save_is_resumed_from_the_backup(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "saved")
    session.delete(0, [0])
    session.save()
    session.set_text(0, 5, "output", "after the save")
    session.insert(0, -1, row(9))
    expected = raws(session)
    crash(session)

    again = open_session(path)
    assert again.resume is not None
    assert (again.resume.count, again.resume.reason) == (2, "")
    again.resume_accept()
    assert raws(again) == expected
    again.save()
    assert path.read_bytes().splitlines() == expected
    while again.undo():
        pass
    again.save()
    assert path.read_bytes().splitlines() == [line(number) for number in range(20)]
    shut(again)


def test_steps_undone_after_a_save_are_resumed(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "saved")
    session.save()
    session.undo()
    crash(session)
    again = open_session(path)
    assert again.resume is not None
    assert again.resume.count == 1
    again.resume_accept()
    assert raws(again)[1] == line(1)
    assert again.dirty
    again.redo()
    assert not again.dirty
    shut(again)


def test_an_offer_that_nobody_answers_waits(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "first")
    crash(session)
    busy = open_session(path)
    busy.set_text(0, 2, "output", "unanswered")
    with pytest.raises(FtuiError, match="nothing to resume"):
        busy.resume_accept()
    shut(busy, discard=True)
    again = open_session(path)
    assert again.resume is not None
    again.resume_accept()
    assert raws(again)[1:3] == [line(1, "first"), line(2)]
    shut(again, discard=True)


def test_a_crash_between_rename_and_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "saved just before the crash")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("ftui.store.journal.Journal.end_save", die)
        with pytest.raises(KeyboardInterrupt):
            session.save()
    crash(session)
    assert path.read_bytes().splitlines()[1] == line(1, "saved just before the crash")
    again = open_session(path)
    assert again.resume is None
    shut(again)


def test_a_crash_between_note_and_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "not saved")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", die)
        with pytest.raises(KeyboardInterrupt):
            session.save()
    crash(session)
    assert path.read_bytes().splitlines()[1] == line(1)
    again = open_session(path)
    assert again.resume is not None
    again.resume_accept()
    assert raws(again)[1] == line(1, "not saved")
    again.save()
    shut(again)


# Changed on disk


def shuffled(path: Path, **replacements: bytes) -> list[bytes]:
    """Somebody reorders the file, adds rows, and changes those named by number."""
    lines = [
        replacements.get(f"row{number}", each) for number, each in enumerate(path.read_bytes().splitlines())
    ]
    lines += [line(500), line(501)]
    random.Random(3).shuffle(lines)
    replace_on_disk(path, b"".join(each + b"\n" for each in lines))
    return lines


@pytest.mark.parametrize("after_a_crash", [False, True])
def test_edits_find_their_rows_in_a_reordered_file(tmp_path: Path, after_a_crash: bool) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    edit_a_lot(session)
    theirs = shuffled(path, row12=line(12, "changed by somebody else"))
    if after_a_crash:
        crash(session)
        session = open_session(path)
        assert session.resume is not None
        assert session.resume.reason == "changed-on-disk"
        report = session.resume_accept()
    else:
        report = session.reload_and_replay()

    changes = {line(0): line(0, "> answer 0"), line(1): line(1, "> one")}
    expected = [changes.get(each, each) for each in theirs if each not in (line(3), line(4))]
    expected.insert(expected.index(line(10)) + 1, line(100, "added and edited"))
    assert raws(session) == expected
    # The new session is held against others, as the old one was.
    other = open_session(path)
    assert other.resume is None
    shut(other)
    assert [(lost.row, lost.title) for lost in report.lost] == [(12, "fix")]
    assert session.dirty
    session.save()
    assert path.read_bytes().splitlines() == expected
    session.undo()
    session.undo()
    assert line(1, "one") in raws(session)
    shut(session, discard=True)
    # What found no row is still in the store, but is not offered again and again.
    last = open_session(path)
    assert last.resume is None
    kept = last._journal._read("SELECT count(*) FROM entries")  # type: ignore[union-attr]
    assert kept[0][0] == 6
    shut(last)


def test_equal_rows_keep_their_order(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes((line(1) + b"\n") * 4 + line(2) + b"\n")
    session = open_session(path)
    session.set_text(0, 1, "output", "second")
    session.set_text(0, 3, "output", "fourth")
    replace_on_disk(path, line(2) + b"\n" + (line(1) + b"\n") * 4)
    assert session.reload_and_replay().lost == []
    assert sorted(raws(session)) == sorted([line(2), line(1), line(1), line(1, "second"), line(1, "fourth")])
    assert raws(session).index(line(1, "second")) < raws(session).index(line(1, "fourth"))
    shut(session, discard=True)


@pytest.mark.parametrize("after_a_crash", [False, True])
def test_what_was_saved_is_not_done_twice(tmp_path: Path, after_a_crash: bool) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "saved")
    session.delete(0, [2])
    session.save()
    session.set_text(0, 1, "output", "saved, then edited")
    theirs = shuffled(path)
    if after_a_crash:
        crash(session)
        session = open_session(path)
        report = session.resume_accept()
    else:
        report = session.reload_and_replay()
    assert report.lost == []
    assert raws(session) == [
        line(1, "saved, then edited") if each == line(1, "saved") else each for each in theirs
    ]
    assert session.unsaved == 1
    shut(session, discard=True)


@pytest.mark.parametrize("after_a_crash", [False, True])
def test_steps_taken_back_after_a_save_are_taken_back_in_the_new_file(
    tmp_path: Path, after_a_crash: bool
) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "saved")
    session.delete(0, [2])
    session.insert(0, 5, row(60))
    session.save()
    for _ in range(3):
        session.undo()
    theirs = shuffled(path)
    assert line(60) in theirs
    if after_a_crash:
        crash(session)
        session = open_session(path)
        report = session.resume_accept()
    else:
        report = session.reload_and_replay()
    assert report.lost == []
    expected = [line(1) if each == line(1, "saved") else each for each in theirs if each != line(60)]
    assert sorted(raws(session)) == sorted([*expected, line(2)])
    shut(session, discard=True)


def test_a_cancelled_reload_changes_nothing(tmp_path: Path) -> None:
    path = make_file(tmp_path, 3000)
    session = open_session(path)
    session.set_text(0, 1, "output", "mine")
    before = raws(session)
    shuffled(path)
    with pytest.raises(Exception, match=r"^$"):
        session.reload_and_replay(cancelled=lambda: True)
    assert raws(session) == before
    assert session.unsaved == 1
    assert session.reload_and_replay().lost == []
    shut(session, discard=True)


def test_only_the_file_that_changed_is_read_anew(tmp_path: Path) -> None:
    train, test = make_file(tmp_path, 5), make_file(tmp_path, 5, "test.jsonl")
    session = open_session(train, test)
    session.set_text(0, 0, "output", "train")
    session.set_text(1, 1, "output", "test")
    session.save()
    session.set_text(0, 2, "output", "train 2")
    session.set_text(1, 3, "output", "test 2")
    shuffled(test)
    expected = raws(session, 0)
    report = session.reload_and_replay()
    assert report.lost == []
    assert raws(session, 0) == expected
    assert line(3, "test 2") in raws(session, 1)
    assert session.dirty_files() == [0, 1]
    session.save()
    assert train.read_bytes().splitlines() == raws(session, 0)
    assert test.read_bytes().splitlines() == raws(session, 1)
    shut(session)


def test_a_session_over_two_files_is_resumed_by_halves(tmp_path: Path) -> None:
    train, test = make_file(tmp_path, 5), make_file(tmp_path, 5, "test.jsonl")
    session = open_session(train, test)
    session.set_text(0, 0, "output", "train")
    session.set_text(1, 1, "output", "test")
    crash(session)
    half = open_session(train)
    half.resume_accept()
    assert raws(half)[0] == line(0, "train")
    half.save()
    shut(half)
    both = open_session(train, test)
    assert both.resume is not None
    both.resume_accept()
    assert raws(both, 1)[1] == line(1, "test")
    assert raws(both, 0)[0] == line(0, "train")
    assert both.dirty_files() == [1]
    both.set_text(0, 4, "output", "further")
    both.save()
    assert train.read_bytes().splitlines() == raws(both, 0)
    shut(both)


def test_the_journal_of_a_living_session_is_left_alone(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "alive")
    other = open_session(path)
    assert other.resume is None
    shut(other)
    session.set_text(0, 2, "output", "still alive")
    assert session.unsaved == 2
    shut(session, discard=True)


def test_a_session_opens_where_the_project_is(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    path = make_file(data)
    project = Project(root=tmp_path, config=tmp_path / "ftui.toml")
    session = Session.open(Dataset.open([path], project))
    session.set_text(0, 1, "output", "x")
    assert (tmp_path / ".ftui" / "journal.db").exists()
    assert not (data / ".ftui").exists()
    shut(session, discard=True)
