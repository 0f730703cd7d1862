"""`ftui logs` in a pseudo-terminal of 120×40: its screen as a person sees it, its frames as they were written."""

from __future__ import annotations

import codecs
import os
import re
import select
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import ptyprocess
import pyte

from tests.tui.terminal import ROOT, UNKNOWN

PATIENCE = 60.0
_FRAME = re.compile(rb"\x1b\[\?2026h(.*?)\x1b\[\?2026l", re.S)
_ASKED = b"\x1b[?2026$p"
_ANSWER = b"\x1b[?2026;2$y"


class Frame(NamedTuple):
    """One redraw: when its end was read, and how long it is with everything around it."""

    at: float
    size: int


class LogTerminal:
    """The terminal says that it knows synchronised output, so every redraw is framed."""

    def __init__(
        self,
        arguments: list[str],
        folder: Path,
        columns: int = 120,
        rows: int = 40,
        program: Sequence[str] = ("-m", "ftui", "logs"),
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.frames: list[Frame] = []
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = b""
        own = {
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
        }
        environment = {**os.environ, **own, "XDG_CONFIG_HOME": str(folder), "XDG_STATE_HOME": str(folder)}
        for name in ("COLUMNS", "LINES"):
            environment.pop(name, None)
        self.began = time.monotonic()
        self.process = ptyprocess.PtyProcess.spawn(
            [sys.executable, *program, *arguments],
            env=environment,
            cwd=str(folder),
            dimensions=(rows, columns),
        )

    @property
    def pid(self) -> int:
        """The app's process."""
        pid: int = self.process.pid
        return pid

    def type(self, keys: str) -> None:
        """Send keys as a terminal would."""
        os.write(self.process.fd, keys.encode())

    def read(self, patience: float) -> float | None:
        """Take in what the app writes within that time; when it came, None where nothing did."""
        ready, _, _ = select.select([self.process.fd], [], [], max(0.0, patience))
        if not ready:
            return None
        try:
            data = os.read(self.process.fd, 1 << 16)
        except OSError:
            return None
        now = time.monotonic()
        if _ASKED in data:
            os.write(self.process.fd, _ANSWER)
        self._rest += data
        end = 0
        for found in _FRAME.finditer(self._rest):
            self.frames.append(Frame(now, found.end() - end))
            end = found.end()
        self._rest = self._rest[end:]
        self._stream.feed(UNKNOWN.sub("", self._decoder.decode(data)))
        return now

    def line(self, y: int) -> str:
        """One line; pyte's own `display` fails on a wide character of which half was written over."""
        row = self.screen.buffer[y]
        return "".join(row[x].data for x in range(self.screen.columns))

    def text(self) -> str:
        """The whole screen."""
        return "\n".join(self.line(y) for y in range(self.screen.lines))

    def until(self, wanted: str, patience: float = PATIENCE) -> float:
        """Wait until the screen matches an expression; when it did, and AssertionError where it never does."""
        end = time.monotonic() + patience
        seen: float | None = time.monotonic()
        while not re.search(wanted, self.text()):
            assert time.monotonic() < end, f"{wanted} is not on\n{self.text()}"
            seen = self.read(0.1)
        return seen or time.monotonic()

    def watch(self, seconds: float) -> None:
        """Take in what comes for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def peak_mb(self) -> float:
        """The most memory that the app has held, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024

    def close(self) -> None:
        """End the app."""
        self.process.close(force=True)
