"""The last lines of a log as a screen shows them: progress bars collapsed, bounded, each line of a kind."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Literal, NamedTuple

Kind = Literal["", "loss", "eval", "warning", "error", "progress"]
MOST_LINES = 20_000
LONGEST = 2_000
"""Characters of a line that are kept."""
MOST_CHARACTERS = 8_000_000
"""Of all lines together; a usual log of 20,000 lines holds two million."""

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_ERROR = re.compile(
    r"\b(?:error|\w+Error|exception|\w+Exception|traceback|fatal|panic|killed|aborted|segmentation fault)\b"
    r"|out of memory|\bOOM\b|(?<![A-Za-z])-?(?:nan|NaN)(?![A-Za-z])",
)
_SHOUTED = re.compile(r"\b(?:ERROR|FATAL|CRITICAL|Error|Exception|Traceback|Fatal|Killed|Aborted)\b")
_NO_ERROR = re.compile(r"\b(?:no|0) errors?\b|\bmean (?:\w+ )?error\b|\berror[ _-]?rate\b", re.IGNORECASE)
_WARNING = re.compile(r"\bwarn(?:ing)?s?\b|\b\w+Warning\b|\bdeprecated\b", re.IGNORECASE)
_EVALUATION = re.compile(r"(?:\b|_)(?:eval|val|valid|validation|tel)(?:[ _/:]|\b)", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_OF_ERRORS = (
    "error", "exception", "traceback", "fatal", "panic", "killed", "abort", "fault", "memory", "oom", "nan",
    "critical",
)  # fmt: skip
"""What the expressions need, in small letters: they take 30 µs a line, looking for these 2."""
_OF_WARNINGS = ("warn", "deprecated")
_IN_BARS = ("%|", "it]", "s]", "it/s", "==", ">", "##", "..", "--")
_BAR = re.compile(r"\d+%\||\[[=>#. -]{5,}\]|it/s\]|s/it\]")


class LogLine(NamedTuple):
    """One line. `number` counts all lines that ever came, so that a place in the log stays a place."""

    number: int
    run: str
    text: str
    kind: Kind = ""
    passing: bool = False
    """A progress bar: its next state takes its place."""


class Cleaned(NamedTuple):
    """A line without escapes and trailing space, as it is kept."""

    text: str
    kind: Kind
    passing: bool


def cleaned(lines: Sequence[str], most: int = MOST_LINES) -> list[Cleaned]:
    """The last lines as they are kept: no empty ones, of a progress bar its last state.

    4 µs a line, so it is done where nobody waits for a key: in the thread that reads.
    """
    kept: list[Cleaned] = []
    for line in lines[-most:]:
        text = _clean(line)
        if text.strip():
            passing = _is_bar(text[:400])
            if passing and kept and kept[-1].passing:
                kept.pop()
            kept.append(Cleaned(text, kind_of(text), passing))
    return kept


def kind_of(text: str) -> Kind:
    """What a line is about, by the words that writers of logs use; an error before everything else."""
    shown = text[:400]
    small = shown.lower()
    if any(word in small for word in _OF_ERRORS) and _is_error(shown):
        return "error"
    if any(word in small for word in _OF_WARNINGS) and _WARNING.search(shown):
        return "warning"
    if _is_bar(shown):
        return "progress"
    if _DIGIT.search(shown):
        if ("val" in small or "tel" in small) and _EVALUATION.search(shown):
            return "eval"
        if "loss" in small or " trl:" in f" {small}":
            return "loss"
    return ""


def _is_error(text: str) -> bool:
    return bool(_ERROR.search(text) or _SHOUTED.search(text)) and not _NO_ERROR.search(text)


def _is_bar(text: str) -> bool:
    # What most lines hold is looked at first: the expression alone takes 10 µs a line.
    return "{" not in text and any(part in text for part in _IN_BARS) and _BAR.search(text) is not None


def without_bar(text: str) -> str:
    """A line without the progress bar that values were printed behind.

    >>> without_bar(" 8%|▊   | 4/48 [00:01<00:12, 3.2it/s]{'loss': 1.37}")
    "{'loss': 1.37}"
    """
    values = text.find("{")
    return text[values:] if values > 0 and _BAR.search(text[:values]) else text


class LogLines:
    """The newest lines of all logs that are watched, in the order in which they came."""

    def __init__(self, most: int = MOST_LINES) -> None:
        self.most = most
        self.lines: deque[LogLine] = deque()
        self.came = 0
        """Lines that ever came; those that are kept are the last of them."""
        self.version = 0
        """Grows with every change."""
        self._characters = 0

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, index: int) -> LogLine:
        return self.lines[index]

    @property
    def first(self) -> int:
        """The number of the oldest line that is kept."""
        return self.lines[0].number if self.lines else self.came

    def since(self, number: int) -> list[LogLine]:
        """The lines from this number on."""
        return list(islice(self.lines, max(0, number - self.first), None))

    def add(self, run: str, lines: Sequence[Cleaned]) -> None:
        """Take in what came of a log; a progress bar takes the place of its own last state."""
        kept = self.lines
        for text, kind, passing in lines:
            if passing and kept and kept[-1].passing and kept[-1].run == run:
                self._characters -= len(kept.pop().text)
                self.came -= 1
            kept.append(LogLine(self.came, run, text, kind, passing))
            self.came += 1
            self._characters += len(text)
        self._forget()
        self.version += 1

    def _forget(self) -> None:
        while len(self.lines) > self.most or self._characters > MOST_CHARACTERS:
            self._characters -= len(self.lines.popleft().text)


def _clean(text: str) -> str:
    return (_ESCAPES.sub("", text) if "\x1b" in text else text).rstrip()[:LONGEST]
