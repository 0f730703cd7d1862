"""The progress bars of tqdm."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.training.readers.console import plain, seconds, split_prefix

_PERCENT = re.compile(r"\s*\d{1,3}\Z", re.ASCII)
_BAR = re.compile(
    r"(?:\|[^|]{0,400}\|)? *(\d{1,12})/(\d{1,12}) \[(?:[\d:]{1,20}<((?:\d{1,7} days?, )?[\d:?]{1,20}))?",
    re.ASCII,
)
USUAL = re.compile(
    r" {0,3}\d{1,3}%\|[^|\x1b]{0,400}\| (\d{1,12})/(\d{1,12}) \[[\d:]{1,20}<([\d:?]{1,20}), [^\x1b]{0,60}",
    re.ASCII,
)
"""A bar without a title: three of four lines of a console, so it is read in one go."""


class Bar(NamedTuple):
    """`7%|▋ | 2/30 [00:00<00:02, 13.53it/s]`; in a notebook's shell cell `7% 2/30 [00:00<00:02, 13.53it/s]`."""

    title: str
    """`Map`, `Loading checkpoint shards:`; nothing for the bar of a training, whatever a launcher put before it."""
    done: int
    total: int
    left: str | None
    """The time that is left, as it is written."""
    nested: bool
    """Drawn below another one: the bar of an evaluation."""

    @property
    def remaining_s(self) -> float | None:
        """Seconds that are left; None where the bar does not say."""
        return seconds(self.left) if self.left else None


def may_be_bar(line: str) -> bool:
    """A quick look, before the whole line is."""
    return "%|" in line or ("% " in line and "/" in line and " [" in line)


def bar_in(line: str) -> Bar | None:
    """The progress bar that a line begins with, with or without a title; None where there is none."""
    usual = USUAL.fullmatch(line)
    if usual is not None:
        done, total, left = usual.groups()
        return Bar("", int(done), int(total), left, False)
    if not may_be_bar(line):
        return None
    nested = line.endswith("\x1b[A")
    if "\x1b" in line:
        line = plain(line)
    drawn = line.find("%|")
    if drawn < 0:
        drawn = line.find("% ")
    found = _BAR.match(line, drawn + 1)
    percent = _PERCENT.search(line, max(0, drawn - 20), drawn) if found else None
    if found is None or percent is None:
        return None
    done, total, left = found.groups()
    title = line[: percent.start()].strip()
    if title:
        title = split_prefix(title)[1].strip()
    return Bar(title, int(done), int(total), left, nested)
