"""Tags of an HTML block that have no partner; what HTML lets be left out may be missing."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VOID = _words("area base br col embed hr img input link meta param source track wbr")
_OPTIONAL = _words(
    "html head body p li dt dd tr td th thead tbody tfoot option optgroup colgroup caption rp rt"
)


_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?:script|style|textarea|title)\b[^<>]*>.*?</(?:script|style|textarea|title)\s*>"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][\w:-]*)(?P<rest>(?:\"[^\"]*\"|'[^']*'|[^'\"<>])*)>",
    re.S | re.I,
)
"""A comment, an element that holds no tags, or a tag."""


class Lone(NamedTuple):
    """A tag without its partner: line and column from 1."""

    line: int
    column: int
    message: str


def find(code: str) -> Lone | None:
    """The first tag without its partner; a piece that only opens (a start tag shown alone) is right."""
    open_: list[tuple[str, int]] = []
    names: Counter[str] = Counter()
    slashed: Counter[str] = Counter()
    lone: list[tuple[int, str]] = []
    closed = False
    for match in _TAG.finditer(code):
        name = (match["name"] or "").lower()
        if not name or name in _VOID:
            continue
        if not match["close"]:
            if match["rest"].endswith("/"):  # or the end of an unquoted address, which closes nothing
                slashed[name] += 1
            else:
                open_.append((name, match.start()))
                names[name] += 1
            continue
        closed = True
        if names[name]:
            lone += _close(name, open_, names)
        elif slashed[name]:
            slashed[name] -= 1
        elif name not in _OPTIONAL:
            lone.append((match.start(), f"</{name}> closes nothing"))
    if closed and not lone:
        lone = [(at, f"<{name}> is never closed") for name, at in open_ if name not in _OPTIONAL]
    if not lone:
        return None
    at, message = min(lone)
    return Lone(code.count("\n", 0, at) + 1, at - code.rfind("\n", 0, at), message)


def _close(name: str, open_: list[tuple[str, int]], names: Counter[str]) -> list[tuple[int, str]]:
    """Close an element and what is open within it: what may not be left open is lone."""
    lone = []
    while open_:
        inner, at = open_.pop()
        names[inner] -= 1
        if inner == name:
            break
        if inner not in _OPTIONAL:
            lone.append((at, f"<{inner}> is not closed before </{name}>"))
    return lone
