"""The progress bars of tqdm."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ftui.training.readers.console import plain, seconds

_BAR = re.compile(
    r"^(?P<prefix>[^|]*?)\s*\d{1,3}%\|[^|]*\| *(?P<done>\d{1,12})/(?P<total>\d{1,12}) \["
    r"(?:(?P<elapsed>[\d:]+)<(?P<left>(?:\d+ days?, )?[\d:?]+))?"
)


@dataclass(frozen=True, slots=True)
class Bar:
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
    done, total = int(found["done"]), int(found["total"])
    left = seconds(found["left"]) if found["left"] else None
    return Bar(found["prefix"].strip(), done, total, left, line.endswith("\x1b[A"))
