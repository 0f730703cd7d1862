"""The line of a log that tells of a step, found by what writers of logs print."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ftui.tui.training.log_lines import LogLine

_NAMED = (
    r'(?:\b(?:current_)?(?:global_)?(?:step|steps|iter|iteration|s|batch)\b["\']?\s*[:= ]\s*){step}(?![\d.])'
)


def line_of(
    lines: Iterable[LogLine], step: float, epoch: float | None, values: Iterable[float]
) -> LogLine | None:
    """The line with this step by name; else the one with one of these values, best where the epoch stands in it too.

    `values` are those that were logged at the step. None where no line tells.
    """
    number = f"{step:.0f}"
    named = re.compile(_NAMED.format(step=number), re.IGNORECASE)
    bar = re.compile(rf"\b{number}/\d")
    said = [text for value in values for text in (repr(value), f"{value:.4g}", f"{value:.4f}")]
    by_value: tuple[int, LogLine] | None = None
    in_bar: LogLine | None = None
    for line in lines:
        if number in line.text:  # 0.05 µs a line, where the expressions take 8
            if named.search(line.text):
                return line
            if in_bar is None and bar.search(line.text):
                in_bar = line
        score = sum(text in line.text for text in said)
        if score and epoch is not None and f"{epoch:.4g}" in line.text:
            score += 10
        if score and (by_value is None or score > by_value[0]):
            by_value = (score, line)
    return by_value[1] if by_value is not None else in_bar
