"""A real terminal shows the same with the differ as without; the differ writes far less."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil

from tests.tui.desk import write_rows
from tests.tui.terminal import Terminal

ROWS = [
    {
        "instruction": f"Question number {i}? 日本語 ❤️",
        "input": "",
        "output": f"Answer {i}.\n```python\nx = {i}\n```",
    }
    for i in range(300)
]
STEPS: list[tuple[str, bytes]] = [
    ("down", b"\x1b[B"), ("page down", b"\x1b[6~"), ("end", b"G"), ("up", b"k"), ("top", b"g"), ("zoom", b"z"),
    ("page down", b"\x1b[6~"), ("zoom", b"z"), ("record", b"\r"), ("next row", b"n"), ("whitespace", b"w"),
    ("bytes", b"b"), ("back", b"\x1b"), ("select", b" "), ("palette", b":"), ("type", b"theme"), ("close", b"\x1b"),
    ("redraw", b"\x0c"),
]  # fmt: skip


def test_both_ways_of_drawing_show_the_same(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "train.jsonl", ROWS)
    with (
        Terminal(path, tmp_path, cell_diff=True) as ours,
        Terminal(path, tmp_path, cell_diff=False) as textuals,
    ):
        for terminal in (ours, textuals):
            terminal.until("1 / 300")
            terminal.press()
        least = most = 0
        for name, keys in STEPS:
            for terminal in (ours, textuals):  # both work on it at the same time
                terminal.send(keys)
            least, most = least + ours.answer(), most + textuals.answer()
            # The palette finds more after a while.
            until_the_same(ours, textuals, name)
        assert least < most / 2
        for terminal in (ours, textuals):
            terminal.resize(80, 24)
        until_the_same(ours, textuals, "resize")


def until_the_same(one: Terminal, other: Terminal, step: str) -> None:
    """Two terminals show the same after a step, at once or after a while."""

    def same() -> bool:
        if one.cells() != other.cells():
            one.press()
            other.press()
        return one.cells() == other.cells()

    one.until(same, f"the same after {step}")


def test_coming_back_from_the_shell_draws_everything(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "train.jsonl", ROWS)
    with Terminal(path, tmp_path, cell_diff=True) as terminal:
        terminal.until("1 / 300")
        terminal.press()
        before = terminal.cells()
        os.write(terminal._process.fd, b"\x1a")
        app = psutil.Process(terminal._process.pid)
        terminal.until(lambda: app.status() == psutil.STATUS_STOPPED)
        terminal._stream.feed("\x1b[2J$ ls")
        app.send_signal(signal.SIGCONT)
        terminal.until(lambda: terminal.cells() == before)


def test_redraw_mends_a_screen_that_something_wrote_over(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "train.jsonl", ROWS)
    with Terminal(path, tmp_path, cell_diff=True) as terminal:
        terminal.until("1 / 300")
        terminal.press()
        before = terminal.cells()
        terminal._stream.feed("\x1b[5;5H\x1b[31mwritten over by another program\x1b[0m")
        assert terminal.cells() != before
        terminal.press(b"\x0c")
        assert terminal.cells() == before


def test_without_colours_everything_is_in_those_of_the_terminal(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "train.jsonl", ROWS)
    with Terminal(path, tmp_path, cell_diff=True, no_color=True) as terminal:
        terminal.until("1 / 300")
        terminal.press()
        cells = [char for line in terminal.screen.buffer.values() for char in line.values()]
        assert {(char.fg, char.bg) for char in cells} == {("default", "default")}
