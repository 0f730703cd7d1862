"""The progress bars of tqdm."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.training.readers.console import plain, seconds

_BAR = re.compile(
    r"([^|]*?)\s*\d{1,3}%\|[^|]*\| *(\d{1,12})/(\d{1,12}) \[(?:[\d:]+<((?:\d+ days?, )?[\d:?]+))?", re.ASCII
)


class Bar(NamedTuple):
    """`7%|▋ | 2/30 [00:00<00:02, 13.53it/s]`."""

    title: str
    """What stands before it: `Map`, `Loading checkpoint shards:`; nothing for the bar of a training."""
    done: int
    total: int
    remaining_s: float | None
    nested: bool
    """Drawn below another one: the bar of an evaluation."""


def bar_in(line: str) -> Bar | None:
    """The progress bar that a line begins with, with or without a title; None where there is none."""
    if "%|" not in line:
        return None
    found = _BAR.match(plain(line))
    if found is None:
        return None
    title, done, total, left = found.groups()
    return Bar(title.strip(), int(done), int(total), seconds(left) if left else None, line.endswith("\x1b[A"))
