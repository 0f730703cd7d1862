"""Tokens that carry nothing: JSON tables that TOON shortens, runs of blanks, JSON printed with indentation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ftui.text.code import fences

LEAST_ROWS = 3
"""A table has at least so many objects."""
_MOST_STARTS = 40
"""Places of a text at which JSON is tried: a text of nothing but brackets costs no more."""
_AROUND = 200
"""Characters of a line around a run of blanks in which signs of code are looked for."""
MOST_CHARACTERS = 400_000
_START = re.compile(r"[\[{]\s*[\[{\"]")
_COLUMNS = re.compile(r"\S[ \t]{8,}\S|\|")
_RUN = re.compile(r"(?<=\S)[ \t\u00a0]{8,}")
_LINES = re.compile(r"(?<=\S)[ \t]*(?:\r?\n[ \t]*){4,}(?=\S)")
_CODE = re.compile(
    r"[={};]|^\s*(?:def|class|return|import|from|#|//)\b|^\s*(?:>>>|\.\.\.|In \[)|\bTraceback\b", re.M
)
_STRING_OR_BLANK = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')


class Table(NamedTuple):
    """A JSON value with a table in it: characters start..end, its value, and the fence that holds it."""

    start: int
    end: int
    value: Any
    fence: fences.Block | None


class Blank(NamedTuple):
    """A run of blanks or of empty lines, and what it may become."""

    start: int
    end: int
    better: str


def tables(text: str) -> list[Table]:
    """The JSON values with tables, outermost, outside code of other languages and inline code."""
    if len(text) > MOST_CHARACTERS:
        return []
    found: list[Table] = []
    blocks, at = fences.blocks(text), 0
    decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse)
    for match in list(_START.finditer(text))[:_MOST_STARTS]:
        start = match.start()
        if start < at:
            continue
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        at = end
        fence = next((block for block in blocks if block.start <= start < block.end), None)
        if has_table(value) and _free(text, start, end, fence):
            found.append(Table(start, end, value, fence))
    return found


def _free(text: str, start: int, end: int, fence: fences.Block | None) -> bool:
    if fence is None:
        return text[start - 1 : start] != "`"
    return (
        fence.language in ("", "json") and text[fence.code_start : fence.code_end].strip() == text[start:end]
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        raise ValueError("a key stands twice")
    return held


def _refuse(name: str) -> Any:
    raise ValueError(name)


def has_table(value: Any) -> bool:
    """Whether a value is or holds an array of at least three objects with the same keys and plain values."""
    waiting = [value]
    while waiting:
        held = waiting.pop()
        if isinstance(held, list) and _is_table(held):
            return True
        waiting += held if isinstance(held, list) else held.values() if isinstance(held, dict) else ()
    return False


def _is_table(held: list[Any]) -> bool:
    if len(held) < LEAST_ROWS or not isinstance(held[0], dict) or not held[0]:
        return False
    keys = held[0].keys()
    return all(
        isinstance(row, dict)
        and row.keys() == keys
        and not any(isinstance(v, dict | list) for v in row.values())
        for row in held
    )


def as_toon(value: Any) -> str | None:
    """The value as TOON; None where decoding would not give the same value back."""
    import toon_format

    try:
        written: str = toon_format.encode(value)
        back = toon_format.decode(written)
    except (ValueError, TypeError, RecursionError, toon_format.ToonDecodeError):
        return None
    return written if _same(back, value) else None


def _same(one: Any, other: Any) -> bool:
    """Equal, numbers by value (1.0 is 1), but true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def blanks(text: str) -> Iterator[Blank]:
    """Runs of eight and more blanks inside or at the end of lines, and of three and more empty lines; not in code.

    A text with columns (two lines with such runs between words, or with |) is laid out so on purpose.
    """
    if sum(1 for line in text.split("\n") if _COLUMNS.search(line)) >= 2:
        return
    blocks = fences.blocks(text)
    runs = [
        (m.start(), m.end(), "" if text[m.end() : m.end() + 1] in ("", "\n", "\r") else " ")
        for m in _RUN.finditer(text)
    ]
    lines = [(m.start(), m.end() - _indent(text, m.end()), "\n\n") for m in _LINES.finditer(text)]
    last = 0
    for start, end, better in sorted([*lines, *runs], key=lambda each: (each[0], -each[1])):
        inside = any(block.start <= start < block.end for block in blocks)
        if start >= last and not inside and not _code_around(text, start, end):
            yield Blank(start, end, better)
            last = end


def _code_around(text: str, start: int, end: int) -> bool:
    """Whether the lines around a place look like code that stands outside fences."""
    first = text.rfind("\n", max(0, start - _AROUND), start) + 1 or max(0, start - _AROUND)
    last = text.find("\n", end, end + _AROUND)
    return _CODE.search(text, first, last if last >= 0 else end + _AROUND) is not None


def _indent(text: str, end: int) -> int:
    """How far the next line is indented: that belongs to it."""
    return end - (text.rfind("\n", 0, end) + 1)


def compact_json(text: str) -> str | None:
    """A text that is nothing but one JSON object or array over five lines and more, without its blanks.

    Everything else stays as it is spelt: numbers, escapes, the order of keys. None for any other text.
    """
    body = text.strip()
    if (
        body[:1] not in ("{", "[")
        or body[-1:] not in ("}", "]")
        or body.count("\n") < 4
        or len(body) > MOST_CHARACTERS
    ):
        return None
    try:
        json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return _STRING_OR_BLANK.sub(lambda match: match[1] or "", body)
