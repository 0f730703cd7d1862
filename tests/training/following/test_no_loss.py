"""What is said of a log in which no loss was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.training.following.follow import Follower
from ftui.training.following.no_loss import COLUMNS_HINT, FORMAT_HINT, why_no_loss


@pytest.mark.parametrize(
    ("content", "why", "hint"),
    [
        (b"", "is empty", ""),
        (b"\x00\x01\xff" * 100, "holds no text, and is no log that is known (300 bytes)", FORMAT_HINT),
        (b"a\nb\nc", "3 lines in no format that is known", FORMAT_HINT),
        (b"n;objective;eta\n1;2.5;0.1\n2;2.25;0.1\n", "its columns are n, objective, eta", COLUMNS_HINT),
        (b'{"n": 1, "objective": 2.5}\n', "its columns are n, objective", COLUMNS_HINT),
    ],
)
def test_it_is_told_as_it_is(tmp_path: Path, content: bytes, why: str, hint: str) -> None:
    log = tmp_path / "x.log"
    log.write_bytes(content)
    follower = Follower(log)
    follower.poll()
    follower.finish()
    assert why_no_loss(follower) == (why, hint)
    follower.close()


def test_lines_are_those_of_this_log_in_whatever_pieces_they_come(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_text("a\nb")
    follower = Follower(log)
    follower.poll()
    assert follower.lines_read == 2
    with log.open("a") as more:
        more.write("b\nc\n")
    follower.poll()
    assert follower.lines_read == 3
    follower.close()


def test_a_log_that_is_not_there_yet(tmp_path: Path) -> None:
    follower = Follower(tmp_path / "x.log")
    follower.poll()
    assert why_no_loss(follower) == ("is not there yet", "")
