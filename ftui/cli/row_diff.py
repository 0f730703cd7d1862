"""What a fix changes in a row, for a person: the lines of each text that differ, with some words around."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from ftui.cli.output import Style
from ftui.text.common_ends import common_ends
from ftui.text.visible import visible

_AROUND = 30
"""Characters kept on each side of what changes in a long line."""
_LONG = 100_000
"""Lines above this many characters are compared by their common ends only: difflib is quadratic."""


def row_diff(before: Mapping[str, str], after: Mapping[str, str], style: Style) -> Iterator[str]:
    """Both versions of a row as field to text: for each field that differs, its lines with - and +."""
    for field in [*before, *(field for field in after if field not in before)]:
        old, new = before.get(field), after.get(field)
        if old != new:
            yield style.dim(f"  {visible(field)}")
            yield from text_diff(old or "", new or "", style)


def text_diff(old: str, new: str, style: Style) -> Iterator[str]:
    """The lines that differ; of a line of which a part differs, that part with its neighbourhood."""
    before, after = old.split("\n"), new.split("\n")
    if len(old) + len(new) > _LONG:
        yield from _block([old], [new], style)
        return
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, stop, new_start, new_stop in matcher.get_opcodes():
        if kind != "equal":
            yield from _block(before[start:stop], after[new_start:new_stop], style)


def _block(removed: list[str], added: list[str], style: Style) -> Iterator[str]:
    if len(removed) == len(added):
        for old, new in zip(removed, added, strict=True):
            head, tail = _common_ends(old, new)
            yield _line("-", old, head, tail, style)
            yield _line("+", new, head, tail, style)
        return
    yield from (_line("-", old, 0, 0, style) for old in removed)
    yield from (_line("+", new, 0, 0, style) for new in added)


def _common_ends(old: str, new: str) -> tuple[int, int]:
    """How many characters are the same at the beginning and, of the rest, at the end; whole words."""
    head = common_ends(old, new).head
    while head and _within_word(old, head) | _within_word(new, head):
        head -= 1
    tail = common_ends(old[head:], new[head:]).tail
    while tail and _within_word(old, len(old) - tail) | _within_word(new, len(new) - tail):
        tail -= 1
    return head, tail


def _within_word(text: str, place: int) -> bool:
    """Whether a cut here would go through a word."""
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()


def _line(sign: str, text: str, head: int, tail: int, style: Style) -> str:
    start, stop = max(0, head - _AROUND), min(len(text), len(text) - tail + _AROUND)
    before, middle, after = text[start:head], text[head : len(text) - tail], text[len(text) - tail : stop]
    paint = style.bad if sign == "-" else style.good
    left, right = "…" if start else "", "…" if stop < len(text) else ""
    # Without colours a changed blank could not be seen.
    shown = paint(visible(middle)) if style.on else f"[{sign}{visible(middle)}{sign}]" if middle else ""
    return f"    {paint(sign)} {left}{visible(before)}{shown}{visible(after)}{right}"
