"""One dict that a Trainer printed: `{'loss': '1.374', 'grad_norm': '3.418', 'epoch': '1'}`."""

from __future__ import annotations

import re
from typing import NamedTuple

from ftui.training.readers.bar import bar_in
from ftui.training.readers.console import plain, split_prefix

_VALUE = r"(?:'[^'{}]*'|\"[^\"{}]*\"|\[[^\]{}]*\]|[^\s,'{}\[\]]+)"
_DICT = re.compile(rf"\{{'[^'{{}}]+': {_VALUE}(?:, '[^'{{}}]+': {_VALUE})*\}}")
_PAIR = re.compile(rf"'([^'{{}}]+)': ({_VALUE})")


class Printed(NamedTuple):
    """A printed dict, its values as text without quotes."""

    prefix: str
    """What a logger, a launcher or a progress bar put before it."""
    text: str
    told: dict[str, str]


def printed_in(line: str) -> Printed | None:
    """The dict with which a line ends; None where there is none, or where something unknown stands before it.

    Transformers adds the epoch to whatever is logged; a dict without one is something else.
    """
    if "'epoch': " not in line:
        return None
    line = plain(line).rstrip()
    start = line.find("{'")
    text = line[start:]
    if start < 0 or _DICT.fullmatch(text) is None:
        return None
    prefix = line[:start]
    if prefix and bar_in(prefix) is None and split_prefix(prefix)[1]:
        return None
    told = {name: value.strip("'") for name, value in _PAIR.findall(text)}
    return Printed(prefix, text, told) if "epoch" in told else None
