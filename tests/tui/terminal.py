"""The app under a real pseudo-terminal, read by a model of one."""

from __future__ import annotations

import codecs
import os
import re
import select
import sys
import time
from pathlib import Path

import ptyprocess
import pyte

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from pathlib import Path
from ftui.dataset.dataset import Dataset
from ftui.project.app_settings import AppSettings
from ftui.project.settings import Project
from ftui.tui.app import FtuiApp
from ftui.tui.desk.opening import Opening
from textual.widgets import Input
Input._toggle_cursor = lambda self: None  # a blinking cursor is there or not
dataset = Dataset.open([sys.argv[1]], Project(root=Path(sys.argv[1]).parent))
FtuiApp(Opening(dataset), AppSettings(cell_diff=sys.argv[2] == "on")).run()
"""
# pyte does not know these and would print them.
UNKNOWN = re.compile(
    r"\x1b\[[<>=][0-9;]*[A-Za-z]|\x1b\[[?0-9;]*\$[a-z]|\x1b\[[0-9;]* q|\x1bP.*?\x1b\\|\x1b\[\?u", re.S
)
SILENCE = 0.4
"""Seconds after which a paint is taken to be over."""


class Terminal:
    """One app in a terminal of its own."""

    def __init__(
        self,
        path: Path,
        settings: Path,
        *,
        cell_diff: bool,
        no_color: bool = False,
        columns: int = 120,
        lines: int = 30,
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.written = 0
        environment = os.environ | {
            "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT),
            "XDG_CONFIG_HOME": str(settings), "XDG_STATE_HOME": str(settings),
        }  # fmt: skip
        if no_color:
            environment["NO_COLOR"] = "1"
        arguments = [sys.executable, "-c", SCRIPT, str(path), "on" if cell_diff else "off"]
        self._process = ptyprocess.PtyProcess.spawn(arguments, env=environment, dimensions=(lines, columns))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.close(force=True)

    def until(self, text: str, patience: float = 60.0) -> None:
        """Wait until a text is on the screen."""
        end = time.monotonic() + patience
        while text not in "\n".join(self.screen.display):
            assert time.monotonic() < end, "\n".join(self.screen.display)
            self._read(0.2)
        self.settle()

    def press(self, keys: bytes) -> int:
        """Type something; returns the bytes that the app wrote for it."""
        self.send(keys)
        return self.answer()

    def send(self, keys: bytes) -> None:
        """Type something."""
        self._before = self.written
        os.write(self._process.fd, keys)

    def answer(self) -> int:
        """The bytes that the app wrote for what was sent."""
        self._read(2)
        self.settle()
        return self.written - self._before

    def resize(self, columns: int, lines: int) -> None:
        """Another size of the window."""
        self.screen.resize(lines, columns)
        self._process.setwinsize(lines, columns)
        self._read(2)
        self.settle()

    def settle(self) -> None:
        """Until nothing more is written."""
        while self._read(SILENCE):
            pass

    def cells(self) -> list[list[tuple[str, str, str, bool, bool, bool, bool]]]:
        """What is seen in every cell; the text colour of a blank one does not count."""
        seen = []
        for y in range(self.screen.lines):
            line = []
            for x in range(self.screen.columns):
                char = self.screen.buffer[y][x]
                inked = char.data.strip() or char.reverse or char.underscore
                look = (char.fg, char.bg, char.bold, char.italics, char.underscore, char.reverse)
                line.append(
                    (char.data or " ", *(look if inked else ("", char.bg, False, False, False, False)))
                )
            seen.append(line)
        return seen

    def _read(self, patience: float) -> bool:
        waiting = select.poll()  # select() refuses descriptors from 1,024 on
        waiting.register(self._process.fd, select.POLLIN)
        if not waiting.poll(patience * 1_000):
            return False
        try:
            data = os.read(self._process.fd, 1 << 16)
        except OSError:
            return False
        self.written += len(data)
        self._stream.feed(UNKNOWN.sub("", self._decoder.decode(data)))
        return bool(data)
