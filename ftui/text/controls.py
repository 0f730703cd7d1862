"""Control characters, terminal escape sequences and the mark of a lost character."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["sequence", "control", "windows", "lost"]
PATTERN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{fffd}-\x{ffff}]"
"""The same for a column of texts."""

_FOUND = re.compile(
    r"(?P<sequence>\x1b\[[0-?]{0,40}[ -/]{0,4}[@-~]|\x9b[0-?]{0,40}[@-~]|\x1b\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)"
    r"|\x1b[@-Z\\^_])"
    r"|(?P<windows>[\x80\x82-\x8c\x8e\x91-\x9c\x9e\x9f])"
    r"|(?P<lost>\ufffd)"
    r"|(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff])"
)


class Control(NamedTuple):
    """Characters start..end, of which kind, and what should stand there (None: nobody knows)."""

    start: int
    end: int
    kind: Kind
    instead: str | None


def find(text: str) -> list[Control]:
    """Every control character and escape sequence, in order."""
    return [_control(match) for match in _FOUND.finditer(text)]


def _control(match: re.Match[str]) -> Control:
    if match["lost"]:
        return Control(*match.span(), "lost", None)
    if match["windows"]:
        return Control(*match.span(), "windows", match.group().encode("latin-1").decode("cp1252"))
    kind: Kind = "sequence" if match["sequence"] else "control"
    return Control(*match.span(), kind, "\n" if match.group() in "\x0b\x0c" else "")


def named(character: str) -> str:
    """How a message names one: U+001B."""
    return f"U+{ord(character[:1]):04X}"
