"""What all console logs share: colours, prefixes of loggers and of ranks, numbers; and how one is recognised."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from ftui.training.readers.reader import LineReader
from ftui.training.record import Record

NUMBER = r"[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|nan|NaN|inf|Infinity)"
"""A number as Python, C and JavaScript print it."""
_ANSI = re.compile(r"\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_TIME = r"\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
# Atomic, not `)*+`: gh-106052, wrong before Python 3.11.5.
_PREFIX = re.compile(
    rf"(?>(?:{_TIME}"
    r"|\d\d/\d\d \d\d:\d\d:\d\d|\d\d:\d\d:\d\d(?:[.,]\d+)?"  # mmengine's terminal; rich
    r"|\[[^\][{}\n]{0,160}\]"  # [rank0], [INFO], [axolotl.train.train:137], [PID:2048], [12:00:01]
    r"|\([^(){}\n]{0,80}pid=[^(){}\n]{0,80}\)"  # Ray: (RayTrainWorker pid=123, ip=10.0.0.1)
    r"|\b(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)(?::[A-Za-z_][\w.]*(?=:)|\b)"
    r"|\bstd(?:out|err) [FP]\b"  # a container's log
    r"|\b(?:[Rr]ank|RANK|[Nn]ode)[ _-]?\d+\b"
    r"|\d{1,4}(?=: |:$)"  # srun --label
    r"|[A-Za-z_][\w.]*(?::[\w.<>]+)?:\d+(?= )|(?<= - )[A-Za-z_][\w.]*(?= - )"  # loguru; logging
    r"|\s|-(?= )|\||>>|:)*)"
)
_DURATION = re.compile(r"(?:(\d{1,7}) days?, )?(?:(\d{1,7}):)?(\d{1,7}):(\d{1,7})", re.ASCII)
_WHEN = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,6})\d*)?(Z|[+-]\d\d:?\d\d)?"
)
_SOURCES = frozenset(
    [
        ".bib",
        ".c",
        ".cfg",
        ".cpp",
        ".css",
        ".csv",
        ".cu",
        ".h",
        ".html",
        ".ini",
        ".ipynb",
        ".js",
        ".json",
        ".jsonl",
        ".lock",
        ".md",
        ".ndjson",
        ".parquet",
        ".patch",
        ".py",
        ".rs",
        ".rst",
        ".sh",
        ".svg",
        ".tex",
        ".toml",
        ".ts",
        ".tsv",
        ".xml",
        ".yaml",
        ".yml",
    ]
)
"""What may quote a console, and is none."""
_SOURCE_LINE = re.compile(
    r"^(?:```|~~~|#!|def \w+\(|class \w+[:(]|import \w+(?: as \w+)?\s*$|from [\w.]+ import )", re.MULTILINE
)


def plain(line: str) -> str:
    """A line without colours and other control sequences of a terminal."""
    return _ANSI.sub("", line) if "\x1b" in line else line


def split_prefix(line: str) -> tuple[str, str]:
    """A line parted into what loggers and launchers put before it (time, level, rank), and what was logged."""
    found = _PREFIX.match(line[:400])
    end = found.end() if found else 0
    return line[:end], line[end:]


def without_time(prefix: str) -> str:
    """A prefix without day and time: the same for all lines of one process."""
    return _WHEN.sub("", prefix)


def logged_at(prefix: str) -> float | None:
    """Unix seconds, where a logger's prefix tells day and time; without a time zone it is this machine's."""
    found = _WHEN.search(prefix)
    if found is None:
        return None
    second, part = int(found[6]), found[7]
    minute = _minute(*found.group(1, 2, 3, 4, 5, 8))
    if minute is None or second > 59:
        return None
    return minute + second + (int(part) / 10 ** len(part) if part else 0.0)


@lru_cache(maxsize=64)
def _minute(year: str, month: str, day: str, hour: str, minute: str, zone: str | None) -> float | None:
    """Unix seconds at which a minute began; working them out takes 4 µs, and a log has many lines a minute."""
    try:
        return datetime(
            int(year), int(month), int(day), int(hour), int(minute), tzinfo=_zone(zone)
        ).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


@lru_cache(maxsize=1024)
def seconds(text: str) -> float | None:
    """Seconds of `1:02:03`, `02:03` or `9 days, 21:39:23`; None where it is no duration."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    days, hours, minutes, rest = found.groups("0")
    return ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60.0 + int(rest)


class ConsoleReader(LineReader):
    """A reader of what a trainer prints, between whatever else is printed."""

    whole_end: ClassVar[re.Pattern[str]]
    """How a last line ends that has no line end and is whole all the same; another may be cut within a number."""

    def finish(self) -> list[Record]:
        if not self.whole_end.search(plain(self._rest.decode("utf-8", "replace"))[-60:]):
            self._rest = b""
        return super().finish()

    @classmethod
    def recognise(cls, head: bytes, path: Path) -> float:
        if path.suffix.lower() in _SOURCES or b"\0" in head:
            return 0.0
        text = head.decode("utf-8", "replace").replace("\r", "\n")
        if _SOURCE_LINE.search(text):
            return 0.0
        return max(
            (cls.sure_of(plain(line)) for line in text.split("\n") if line and len(line) < 4000), default=0.0
        )

    @classmethod
    def sure_of(cls, line: str) -> float:
        """How sure one line, without its colours, makes that the file is of this format."""
        raise NotImplementedError
