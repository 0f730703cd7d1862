"""What an export holds: a point a row."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One point; `epoch` and `time` (Unix seconds) are None where the log does not tell."""

    run: str
    metric: str
    step: float
    epoch: float | None
    time: float | None
    value: float
