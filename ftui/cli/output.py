"""Where a command writes: results to stdout, all else to stderr; colours only where they are wanted."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from dataclasses import dataclass, field, replace
from typing import TextIO

from ftui.text.visible import visible

_PIECE = 32 << 10
"""Characters written at a time: less than a pipe holds."""


@dataclass(frozen=True, slots=True)
class Style:
    """ANSI styles of the 16 colours that every theme of a terminal sets; plain text where colours are off."""

    on: bool

    def _wrap(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text

    def bold(self, text: str) -> str:
        """Stands out."""
        return self._wrap("1", text)

    def dim(self, text: str) -> str:
        """Stands back."""
        return self._wrap("2", text)

    def bad(self, text: str) -> str:
        """An error."""
        return self._wrap("31", text)

    def warn(self, text: str) -> str:
        """A warning."""
        return self._wrap("33", text)

    def good(self, text: str) -> str:
        """Well done."""
        return self._wrap("32", text)

    def info(self, text: str) -> str:
        """Information, a path, a key to press."""
        return self._wrap("36", text)


@dataclass(slots=True)
class Output:
    """The two streams of a command, and how loud it may be."""

    style: Style
    """For stdout."""
    error_style: Style
    width: int
    quiet: bool = False
    debug: bool = False
    progress: Progress = field(default_factory=lambda: Progress(None))

    @classmethod
    def of(cls, options: argparse.Namespace) -> Output:
        """The output that the common options and the environment ask for."""
        plain = options.no_color or bool(os.environ.get("NO_COLOR"))
        silent = options.quiet or getattr(options, "no_progress", False) or not _is_terminal(sys.stderr)
        return cls(
            style=Style(_is_terminal(sys.stdout) and not plain),
            error_style=Style(_is_terminal(sys.stderr) and not plain),
            width=_width(),
            quiet=options.quiet,
            debug=options.debug,
            progress=Progress(None if silent else sys.stderr),
        )

    def plain(self) -> Output:
        """The same for text that goes to a file: no colours, 80 columns."""
        return replace(self, style=Style(False), width=80)

    def result(self, text: str) -> None:
        """Write a result (with its own line ends) to stdout."""
        self.progress.clear()
        # Unbuffered (PYTHONUNBUFFERED), Python takes a write that a reader cut short for a whole one.
        for start in range(0, len(text), _PIECE):
            sys.stdout.write(text[start : start + _PIECE])
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """Tell the person something that is no result."""
        if not self.quiet:
            self._say("\n".join(map(visible, text.split("\n"))))

    def warning(self, text: str) -> None:
        """Warn on stderr."""
        self._say(f"{self.error_style.warn('warning:')} {visible(text)}")

    def error(self, message: str, hint: str = "") -> None:
        """Print `error: …` and, where there is one, `hint: …`."""
        self._say(f"{self.error_style.bad('error:')} {visible(message)}")
        if hint:
            self._say(f"{self.error_style.info('hint:')} {visible(hint)}")

    def _say(self, text: str) -> None:
        self.progress.clear()
        print(text, file=sys.stderr, flush=True)


class Progress:
    """One line on a terminal that says what is being done and how far it is; nothing without a terminal."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._shown = ""
        self._phase = ""
        self._drawn_at = 0.0

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Draw at most 10 times a second: each is a write over the SSH connection."""
        now = time.monotonic()
        if self._stream is None or (phase == self._phase and now - self._drawn_at < 0.1):
            return
        self._phase, self._drawn_at = phase, now
        share = f" {min(100, 100 * done // total)} %" if total and done else ""
        self._draw(f"{visible(phase)}{share}")

    def clear(self) -> None:
        """Take the line away before something else is written."""
        if self._shown:
            self._draw("")

    def _draw(self, line: str) -> None:
        if self._stream is None or line == self._shown:
            return
        line = line[: _width() - 1]
        self._stream.write(f"\r{line}\x1b[K")
        self._stream.flush()
        self._shown = line


def has_terminal() -> bool:
    """Whether a person can be shown the app: a terminal to read keys from and one to draw on."""
    return sys.stdin is not None and sys.stdin.isatty() and can_be_drawn_on()


def can_be_drawn_on() -> bool:
    """Whether both outputs are a terminal; the screen is drawn on the one for errors, and `2>FILE` left it blank."""
    return _is_terminal(sys.stdout) and _is_terminal(sys.stderr)


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM", "") != "dumb"


def _width() -> int:
    return max(40, min(120, shutil.get_terminal_size((80, 24)).columns))
