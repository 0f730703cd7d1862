"""Texts against a template of fixed text and `{name}` slots; no text of a user becomes a pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_PIECE = re.compile(r"\{\{|\}\}|\{([A-Za-z_]\w*)\}")
_WORD = re.compile(r"\w+")
_MARKS = " \t\r\n*_#:=>~|-–—."
"""What may stand around the words of a fixed part that somebody wrote otherwise."""
_BEFORE = " \t\r\n*_#>~|-–—"


class Departure(NamedTuple):
    """Where a text leaves the template, what was expected there, and the text in the template's form."""

    start: int
    end: int
    expected: str
    mended: str | None
    only_space: bool


@dataclass(frozen=True, slots=True)
class Template:
    """Fixed parts with slots between them: one more of the first than of the second; they may be empty."""

    fixed: tuple[str, ...]
    slots: tuple[str, ...]

    def departure(self, text: str) -> Departure | None:
        """The first place where a text departs from the template; None where it fits."""
        fault = self._strict(text)
        if fault is None:
            return None
        start, expected = fault
        end = text.find("\n", start + 1)
        mended = self._mended(text)
        same = mended is not None and "".join(mended.split()) == "".join(text.split())
        return Departure(start, end if end >= 0 else len(text), expected, mended, same)

    def _strict(self, text: str) -> tuple[int, str] | None:
        """Where and what is missing; None where the text fits."""
        if not text.startswith(self.fixed[0]):
            return _common(text, self.fixed[0]), self.fixed[0]
        at = len(self.fixed[0])
        if not self.slots:
            return None if at == len(text) else (at, "the end")
        held: dict[str, str] = {}
        for i, slot in enumerate(self.slots):
            following = self.fixed[i + 1]
            end = self._slot_end(text, at, following, last=i + 1 == len(self.slots))
            if end is None:
                return at, following or f"{{{slot}}}"
            said = text[at:end]
            if not said.strip() or held.setdefault(slot, said) != said or said != said.strip():
                return at, f"{{{slot}}}"
            at = end + len(following)
        return None

    @staticmethod
    def _slot_end(text: str, at: int, following: str, *, last: bool) -> int | None:
        """Where a slot that begins here ends: before the next fixed part, or with the text."""
        if last:
            end = len(text) - len(following)
            return end if end >= at and text.endswith(following) else None
        end = text.find(following, at)
        while end >= 0 and not text[at:end].strip():
            if end + 1 > len(text):
                return None
            end = text.find(following, end + 1)
        return end if end >= 0 else None

    def _mended(self, text: str) -> str | None:
        """The text in the template's form, where every fixed part can be recognised by its words."""
        if not self.slots or not all(_WORD.search(part) for part in self.fixed[1:-1]):
            return None
        words = [(m.group().casefold(), m.start(), m.end()) for m in _WORD.finditer(text)]
        index = 0
        ends: list[tuple[int, int]] = []  # where each fixed part begins and ends in the text
        for i, part in enumerate(self.fixed):
            wanted = [m.group().casefold() for m in _WORD.finditer(part)]
            if not wanted:
                ends.append(_border(text, part.strip(), first=i == 0))
                continue
            found = _find(words, wanted, index)
            if found is None or (i == 0 and text[: words[found][1]].strip(_BEFORE)):
                return None
            begin, stop = words[found][1], words[found + len(wanted) - 1][2]
            if i + 1 == len(self.fixed) and text[stop:].strip(_MARKS):
                return None
            ends.append((begin, stop))
            index = found + len(wanted)
        said: dict[str, str] = {}
        for i, slot in enumerate(self.slots):
            inner = text[ends[i][1] : ends[i + 1][0]]
            inner = _without_marks(inner, after=bool(self.fixed[i]), before=bool(self.fixed[i + 1].strip()))
            if not inner or said.setdefault(slot, inner) != inner:
                return None
        mended = "".join(
            part + (said[self.slots[i]] if i < len(self.slots) else "") for i, part in enumerate(self.fixed)
        )
        return mended if self._strict(mended) is None else None


def _border(text: str, sign: str, *, first: bool) -> tuple[int, int]:
    """Where a fixed part without words stands at the beginning or at the end, if it does."""
    if first:
        return (0, len(sign)) if text.startswith(sign) else (0, 0)
    end = len(text) - len(sign) if sign and text.endswith(sign) else len(text)
    return end, len(text)


def _without_marks(inner: str, *, after: bool, before: bool) -> str:
    if after:
        inner = inner.lstrip(_MARKS)
    if before:
        inner = inner.rstrip(_BEFORE)
    return inner.strip()


def _common(text: str, wanted: str) -> int:
    """The length of the common beginning."""
    length = 0
    while length < min(len(text), len(wanted)) and text[length] == wanted[length]:
        length += 1
    return length


def _find(words: list[tuple[str, int, int]], wanted: list[str], first: int) -> int | None:
    for i in range(first, len(words) - len(wanted) + 1):
        if words[i][0] == wanted[0] and [word[0] for word in words[i : i + len(wanted)]] == wanted:
            return i
    return None


def compiled(template: str) -> Template:
    """A template as fixed parts and slots; a brace that is neither doubled nor around a name stands for itself."""
    fixed, slots, at = [""], [], 0
    for match in _PIECE.finditer(template):
        fixed[-1] += template[at : match.start()]
        at = match.end()
        if match[1]:
            slots.append(match[1])
            fixed.append("")
        else:
            fixed[-1] += match.group()[0]
    fixed[-1] += template[at:]
    return Template(tuple(fixed), tuple(slots))
