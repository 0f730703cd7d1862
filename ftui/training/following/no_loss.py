"""Why no loss was found in a log, and what a person can do: one answer for the command line and for the screen."""

from __future__ import annotations

from ftui.training.following.follow import Follower
from ftui.training.readers.columns import columns_shown
from ftui.training.record import Facts

COLUMNS_HINT = (
    'if one of them is the loss, ftui.toml says so: [training.columns] train_loss = "…", step = "…"'
)
FORMAT_HINT = (
    "name the log itself, or its format (--log-format), or its columns ([training.columns] in ftui.toml)"
)
_VALUES = 8


def why_no_loss(follower: Follower) -> tuple[str, str]:
    """What is there instead of a loss, and what to do; "" where there is nothing to do but wait."""
    if follower.trouble:
        return follower.trouble, ""
    if follower.gone:
        return "is not there yet", ""
    _, size = follower.progress
    if follower.binary:
        return f"holds no text, and is no log that is known ({size:,} bytes)", FORMAT_HINT
    if not size and not follower.lines_read and not follower.run.version:
        return "is empty", ""
    title = f", read as {follower.reader.title}" if follower.reader is not None else ""
    columns = follower.columns
    if columns:
        return f"its columns are {columns_shown(Facts(columns=list(columns)))}{title}", COLUMNS_HINT
    seen = _values(list(follower.run.series))
    if seen:
        return f"its values are {seen}{title}", FORMAT_HINT if not title else ""
    lines = f"{follower.lines_read:,} line{'s' if follower.lines_read != 1 else ''}"
    if follower.reader is None:
        return f"{lines} in no format that is known", FORMAT_HINT
    return f"{lines}{title}" if follower.lines_read else f"{size:,} bytes{title}", ""


def _values(names: list[str]) -> str:
    return columns_shown(Facts(columns=names[:_VALUES]))
