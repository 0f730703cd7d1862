"""Paths to a value inside a record: `output`, `messages[2].content`, `["a.b"][0]`, `[1]`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

Path = tuple[str | int, ...]

_PLAIN = re.compile(r'[^.\[\]"]+')
_STEP = re.compile(
    r"""
    \[ (?P<index>[0-9]+) \]                        # [2]
    | \[ (?P<quoted>"(?:[^"\\]|\\.)*") \]          # ["a.b"]
    | \.? (?P<plain>[^.\[\]"]+)                    # .content
    """,
    re.VERBOSE | re.DOTALL,
)


@lru_cache(maxsize=4096)
def parse(field: str) -> Path:
    """The steps of a path: keys as str, positions in a list as int.

    Raises ValueError when the text is no path.
    """
    steps: list[str | int] = []
    at = 0
    while at < len(field):
        match = _STEP.match(field, at)
        if match is None or (field[at] == ".") != (bool(match["plain"]) and at > 0):
            raise ValueError(f"not a field path: {field!r}")
        if match["index"] is not None:
            steps.append(int(match["index"]))
        elif match["quoted"] is not None:
            steps.append(json.loads(match["quoted"], strict=False))
        else:
            steps.append(match["plain"])
        at = match.end()
    return tuple(steps)


def format(path: Sequence[str | int]) -> str:  # noqa: A001 - the natural counterpart of parse
    """The text of a path; keys with dots, brackets or quotes, and empty keys, are quoted."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN.fullmatch(step):
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f"[{json.dumps(step, ensure_ascii=False)}]")
    return "".join(parts)


def get(value: Any, field: str) -> Any:
    """The value at a path.

    Raises KeyError when there is none.
    """
    for step in parse(field):
        wanted = list if isinstance(step, int) else dict
        if not isinstance(value, wanted):
            raise KeyError(field)
        try:
            value = value[step]  # type: ignore[index]
        except LookupError:
            raise KeyError(field) from None
    return value
