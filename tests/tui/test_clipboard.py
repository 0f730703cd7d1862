"""Copying: the sequence a terminal takes, its limits, and honest words."""

from __future__ import annotations

import base64
from pathlib import Path

from ftui.tui import clipboard


def test_the_sequence_carries_the_text() -> None:
    sequence = clipboard.osc52("grüße\n", {})
    assert sequence is not None
    assert sequence.startswith("\x1b]52;c;")
    assert base64.b64decode(sequence[7:-1]).decode() == "grüße\n"


def test_tmux_gets_it_bare_and_wrapped() -> None:
    bare = clipboard.osc52("x", {})
    sequence = clipboard.osc52("x", {"TMUX": "socket,1,0"})
    assert bare is not None
    assert sequence is not None
    assert sequence.startswith(bare)
    assert sequence[len(bare) :] == "\x1bPtmux;\x1b" + bare + "\x1b\\"


def test_screen_gets_it_in_short_strings() -> None:
    sequence = clipboard.osc52("x" * 5000, {"TERM": "screen-256color"})
    assert sequence is not None
    parts = [part.removeprefix("\x1bP") for part in sequence.split("\x1b\\") if part]
    assert max(map(len, parts)) <= 764
    assert "".join(parts) == clipboard.osc52("x" * 5000, {})


def test_a_text_that_terminals_drop_is_not_sent() -> None:
    assert clipboard.osc52("x" * (clipboard.LIMIT + 1), {}) is None
    assert clipboard.osc52("x" * clipboard.LIMIT, {}) is not None


def test_the_file_is_exact_and_private(tmp_path: Path) -> None:
    path = clipboard.save("a\r\nb\ud83d", tmp_path / "state")
    assert path.read_bytes() == "a\r\nb\ud83d".encode("utf-8", "surrogatepass")
    assert path.stat().st_mode & 0o077 == 0


def test_nothing_is_claimed_that_cannot_be_known(tmp_path: Path) -> None:
    for sent in (True, False):
        words = clipboard.said(sent, tmp_path / "copied.txt", 3, {"TMUX": "x"})
        assert "copied to" not in words.lower()
        assert str(tmp_path) in words
