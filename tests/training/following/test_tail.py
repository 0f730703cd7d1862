"""What a log's writer may do to its file: every byte comes once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.training.following import tail as tail_module
from ftui.training.following.tail import Polled, Tail


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "train.log"


@pytest.fixture
def tail(log: Path) -> Iterator[Tail]:
    tail = Tail(log)
    yield tail
    tail.close()


def read(tail: Tail) -> list[Polled]:
    """Polls until everything is read."""
    polls = [tail.poll()]
    while polls[-1].more:
        polls.append(tail.poll())
    return polls


def data(polls: list[Polled]) -> bytes:
    return b"".join(each.data for each in polls)


def restarts(polls: list[Polled]) -> list[str]:
    return [each.restarted for each in polls if each.restarted]


def test_a_file_that_is_not_there_yet_is_waited_for(tail: Tail, log: Path) -> None:
    assert tail.poll() == Polled(gone=True)
    log.write_bytes(b"one\n")
    assert tail.poll() == Polled(b"one\n")
    assert tail.poll() == Polled()


def test_so_is_its_folder(tmp_path: Path) -> None:
    tail = Tail(tmp_path / "runs" / "a" / "train.log")
    assert tail.poll().gone
    tail.path.parent.mkdir(parents=True)
    tail.path.write_bytes(b"x")
    assert tail.poll().data == b"x"
    tail.close()


def test_what_is_added_comes_once(tail: Tail, log: Path) -> None:
    with log.open("ab", buffering=0) as file:
        file.write(b"one\ntw")
        assert tail.poll().data == b"one\ntw"
        file.write(b"o\n")
        assert tail.poll().data == b"o\n"
    assert tail.poll().data == b""


def test_a_file_that_was_cut_is_read_from_its_beginning(tail: Tail, log: Path) -> None:
    log.write_bytes(b"first\nsecond\n")
    tail.poll()
    log.write_bytes(b"new\n")
    assert tail.poll() == Polled(b"new\n", "rewritten")


def test_one_that_was_cut_and_grew_past_the_old_place_is_too(tail: Tail, log: Path) -> None:
    log.write_bytes(b'{"loss":6}\n' * 3)
    tail.poll()
    log.write_bytes(b'{"NEW":1}\n' * 10)
    assert tail.poll() == Polled(b'{"NEW":1}\n' * 10, "rewritten")


def test_also_where_it_begins_as_before(tail: Tail, log: Path) -> None:
    banner = b"=" * 300 + b"\n"
    log.write_bytes(banner + b"loss 1\n" * 50)
    tail.poll()
    log.write_bytes(banner + b"loss 2\n" * 90)
    assert tail.poll() == Polled(banner + b"loss 2\n" * 90, "again")


def test_also_where_it_has_the_very_size_of_before(tail: Tail, log: Path) -> None:
    log.write_bytes(b"loss 1\n" * 50)
    tail.poll()
    log.write_bytes(b"loss 2\n" * 50)
    assert tail.poll() == Polled(b"loss 2\n" * 50, "rewritten")


def test_a_renamed_log_is_read_to_its_end_before_the_new_one(tail: Tail, log: Path) -> None:
    with log.open("ab", buffering=0) as old:
        old.write(b"one\n")
        tail.poll()
        log.rename(log.with_suffix(".1"))
        old.write(b"late\n")
        log.write_bytes(b"two\n")
        polls = read(tail)
    assert data(polls) == b"late\ntwo\n"
    assert restarts(polls) == ["rotated"]
    assert polls[-1] == Polled(b"two\n", "rotated")


def test_lines_go_on_into_a_renamed_log_until_the_new_one_is_written_to(tail: Tail, log: Path) -> None:
    with log.open("ab", buffering=0) as old:
        old.write(b"one\n")
        tail.poll()
        log.rename(log.with_suffix(".1"))
        log.touch()
        assert data(read(tail)) == b""
        old.write(b"late\n")
        assert data(read(tail)) == b"late\n"
        log.write_bytes(b"two\n")
        assert read(tail)[-1] == Polled(b"two\n", "rotated")


def test_also_while_nothing_has_the_name(tail: Tail, log: Path) -> None:
    with log.open("ab", buffering=0) as old:
        old.write(b"one\n")
        tail.poll()
        log.rename(log.with_suffix(".1"))
        old.write(b"late\n")
        assert tail.poll() == Polled(b"late\n", gone=True)
    assert tail.poll() == Polled(gone=True)
    log.write_bytes(b"two\n")
    assert read(tail) == [Polled(b"two\n", "rotated")]


def test_what_was_copied_before_the_log_was_truncated_is_read_from_the_copy(tail: Tail, log: Path) -> None:
    with log.open("ab", buffering=0) as file:
        file.write(b"one\n")
        tail.poll()
        file.write(b"unread\n")
        shutil.copyfile(log, f"{log}.1")
        os.truncate(log, 0)
        file.write(b"two\n")
        polls = read(tail)
    assert data(polls) == b"unread\ntwo\n"
    assert restarts(polls) == ["rotated"]


def test_a_longer_copy_in_its_place_goes_on_where_the_old_one_was(tail: Tail, log: Path) -> None:
    log.write_bytes(b"one\n" * 100)
    tail.poll()
    beside = log.with_suffix(".part")
    beside.write_bytes(b"one\n" * 100 + b"two\n")
    beside.replace(log)
    assert tail.poll() == Polled(b"two\n")


@pytest.mark.parametrize(("text", "how"), [(b"new\n" * 100, "rewritten"), (b"one\n" * 20, "again")])
def test_another_file_in_its_place_is_read_from_its_beginning(
    tail: Tail, log: Path, text: bytes, how: str
) -> None:
    log.write_bytes(b"one\n" * 80)
    tail.poll()
    beside = log.with_suffix(".part")
    beside.write_bytes(text)
    beside.replace(log)
    assert tail.poll() == Polled(text, how)  # type: ignore[arg-type]


def test_a_log_that_was_truncated_and_then_renamed_between_two_polls(tail: Tail, log: Path) -> None:
    log.write_bytes(b"one\n" * 50)
    tail.poll()
    log.write_bytes(b"two\n" * 70)
    log.rename(log.with_suffix(".1"))
    log.write_bytes(b"three\n")
    polls = read(tail)
    assert data(polls) == b"two\n" * 70 + b"three\n"
    assert restarts(polls) == ["rewritten", "rotated"]


def test_a_poll_is_bounded(tail: Tail, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail_module, "MOST", 1000)
    log.write_bytes(bytes(range(250)) * 13)
    polls = read(tail)
    assert [len(each.data) for each in polls] == [1000, 1000, 1000, 250]
    assert data(polls) == log.read_bytes()


def test_what_cannot_be_read_says_why_and_is_tried_again(tail: Tail, log: Path) -> None:
    log.mkdir()
    assert tail.poll().trouble == "is no regular file"
    log.rmdir()
    log.symlink_to(log)
    assert "symbolic links" in tail.poll().trouble
    log.unlink()
    os.mkfifo(log)
    assert tail.poll().trouble == "is no regular file"
    log.unlink()
    log.write_bytes(b"now\n")
    assert tail.poll() == Polled(b"now\n")


def test_a_file_without_permission_is_waited_for(
    tail: Tail, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_bytes(b"one\n")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refuse)
        assert tail.poll() == Polled(trouble="permission denied")
    assert tail.poll().data == b"one\n"


def test_no_descriptor_is_left_open(log: Path) -> None:
    def opened() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("no /proc here")
    before = opened()
    tail = Tail(log)
    for text in (b"one\n", b"two\n", b"one\ntwo\n"):
        beside = log.with_suffix(".part")
        beside.write_bytes(text)
        beside.replace(log)
        read(tail)
    log.unlink()
    read(tail)
    tail.close()
    assert opened() == before


@given(
    st.lists(st.sampled_from(["append", "rename", "copytruncate", "rsync", "replace", "poll"]), max_size=25)
)
def test_every_line_comes_once_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    log = tmp_path_factory.mktemp("tail") / "train.log"
    tail, written = Tail(log), [b"the first line, which tells a copy of this log from another file\n"]
    file = log.open("ab", buffering=0)
    file.write(written[0])
    got = data(read(tail))
    for number, step in enumerate(steps):
        if step == "append":
            written.append(b"line %d of a log\n" % number)
            file.write(written[-1])
        elif step == "poll":
            got += data(read(tail))
        else:
            # Two of these between two polls would need files that nobody holds any more.
            got += data(read(tail))
            written.append(b"last line %d\n" % number)
            file.write(written[-1])
            if step == "copytruncate":
                shutil.copyfile(log, f"{log}.{number}")
                os.truncate(log, 0)
            else:
                beside = log.with_suffix(".new")
                if step == "rsync":
                    shutil.copyfile(log, beside)
                if step == "rename":
                    log.rename(f"{log}.{number}")
                    log.touch()
                else:
                    with beside.open("ab"):
                        pass
                    beside.replace(log)
                file.close()
                file = log.open("ab", buffering=0)
            if step != "rsync":
                written.append(b"first line %d\n" % number)
                file.write(written[-1])
    got += data(read(tail))
    file.close()
    tail.close()
    assert got.splitlines() == b"".join(written).splitlines()
