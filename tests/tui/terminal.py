"""The app under a real pseudo-terminal, read by a model of one; it says when all is drawn that a key has caused."""

from __future__ import annotations

import codecs
import os
import re
import select
import sys
import time
from collections.abc import Callable
from pathlib import Path

import ptyprocess
import pyte

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import asyncio
import sys
from contextlib import suppress
from pathlib import Path
from ftui.dataset.dataset import Dataset
from ftui.project.app_settings import AppSettings
from ftui.project.settings import Project
from ftui.tui.app import FtuiApp
from ftui.tui.desk.opening import Opening
from tests.tui.idle import until_idle
from textual.events import Key
from textual.widgets import Input
from textual.worker import WorkerError
Input._toggle_cursor = lambda self: None  # a blinking cursor is there or not

class Telling(FtuiApp):
    marks = 0
    telling = None

    async def on_event(self, event):
        if isinstance(event, Key) and event.key == "f12":
            self.telling = asyncio.create_task(self.tell())
        else:
            await super().on_event(event)

    async def tell(self):
        '''The title of the window: how often it was asked, and the size that was drawn.'''
        try:
            for _ in range(2):
                await until_idle()
                with suppress(WorkerError):
                    await self.workers.wait_for_complete()
            await until_idle()
            self.marks += 1
            title = f"drawn {self.marks} {self.size.width}x{self.size.height}"
        except Exception as error:
            title = repr(error)
        self._driver.write(f"\\x1b]2;{title}\\x07")

dataset = Dataset.open([sys.argv[1]], Project(root=Path(sys.argv[1]).parent))
Telling(Opening(dataset), AppSettings(cell_diff=sys.argv[2] == "on")).run()
"""
ASK = b"\x1b[24~"
"""F12; right behind an Escape it tells the app, too, that this one was a key of its own."""
PATIENCE = 60
"""Seconds after which something that is not drawn is a failure."""
# pyte does not know these and would print them.
UNKNOWN = re.compile(
    r"\x1b\[[<>=][0-9;]*[A-Za-z]|\x1b\[[?0-9;]*\$[a-z]|\x1b\[[0-9;]* q|\x1bP.*?\x1b\\|\x1b\[\?u", re.S
)
CUT = re.compile(r"\x1b(\[[<-?0-9;$ ]*|[P\]][^\x07\x1b]*\x1b?)?\Z")
"""The beginning of a sequence whose rest is still to come."""


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
        self._rest = ""
        self._asked = 0
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

    def until(self, shows: str | Callable[[], object], what: str = "") -> None:
        """Wait until a text is on the screen, or something is so."""
        passes = (lambda: shows in "\n".join(self.screen.display)) if isinstance(shows, str) else shows
        end = time.monotonic() + PATIENCE
        while not passes():
            shown = "\n".join([*self.screen.display, self.screen.title])
            assert time.monotonic() < end, f"waited in vain for {what or shows}:\n{shown}"
            self._read(0.2)

    def press(self, keys: bytes = b"") -> int:
        """Type something; returns the bytes that the app wrote for it."""
        self.send(keys)
        return self.answer()

    def send(self, keys: bytes) -> None:
        """Type something, and ask to be told when all of it is drawn."""
        self._before = self.written
        self._asked += 1
        os.write(self._process.fd, keys + ASK)

    def answer(self) -> int:
        """The bytes that the app wrote for what was sent."""
        self.until(lambda: self.screen.title.startswith(f"drawn {self._asked} "))
        return self.written - self._before

    def resize(self, columns: int, lines: int) -> None:
        """Another size of the window."""
        self.screen.resize(lines, columns)
        self._process.setwinsize(lines, columns)
        # What is typed may overtake the news of the size.
        while not self.screen.title.endswith(f" {columns}x{lines}"):
            self.press()

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
        text = self._rest + self._decoder.decode(data)
        cut = CUT.search(text)
        text, self._rest = (text[: cut.start()], cut[0]) if cut else (text, "")
        self._stream.feed(UNKNOWN.sub("", text))
        return bool(data)
