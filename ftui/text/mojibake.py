"""Text decoded with the wrong encoding, and what it was, by ftfy."""

from __future__ import annotations

import re
from typing import NamedTuple

PATTERN = (
    r"[ÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö]"
    r"[\x{80}-\x{bf}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ]"
)
"""Two characters that UTF-8 read as Windows-1252 or Latin-1 gives; a quick test before the exact one."""
_QUICK = re.compile(PATTERN.replace(r"\x{80}-\x{bf}", "\x80-\xbf"))
_CODECS = ("sloppy-windows-1252", "latin-1")


class Mended(NamedTuple):
    """Characters start..end, what they were, and whether the way back is exact."""

    start: int
    end: int
    instead: str
    exact: bool


def find(text: str) -> list[Mended]:
    """The parts of lines that were decoded wrongly, in order."""
    if text.isascii() or not _QUICK.search(text):
        return []
    from ftfy import TextFixerConfig, fix_encoding

    config = TextFixerConfig(replace_lossy_sequences=False, unescape_html=False)
    found: list[Mended] = []
    at = 0
    for line in text.splitlines(keepends=True):
        if _QUICK.search(line):
            mended = fix_encoding(line, config)
            if mended != line:
                found.extend(_changes(line, mended, at))
        at += len(line)
    return found


def _changes(line: str, mended: str, at: int) -> list[Mended]:
    """Word by word where both have as many, else one change from the first to the last difference."""
    before, after = re.split(r"( +)", line), re.split(r"( +)", mended)
    if len(before) == len(after):
        parts, offset = [], at
        for was, now in zip(before, after, strict=True):
            if was != now:
                parts.append(_one(was, now, offset))
            offset += len(was)
        return parts
    return [_one(line, mended, at)]


def _one(was: str, now: str, at: int) -> Mended:
    start = 0
    while start < min(len(was), len(now)) and was[start] == now[start]:
        start += 1
    tail = 0
    while tail < min(len(was), len(now)) - start and was[-1 - tail] == now[-1 - tail]:
        tail += 1
    old, new = was[start : len(was) - tail], now[start : len(now) - tail]
    return Mended(at + start, at + len(was) - tail, new, _leads_back(old, new))


def _leads_back(was: str, now: str) -> bool:
    """Whether the bytes of the mended text, read wrongly (up to three times), give the text as it was."""
    for codec in _CODECS:
        text = now
        for _ in range(3):
            try:
                text = text.encode("utf-8").decode(codec)
            except (UnicodeError, LookupError):
                break
            if text == was:
                return True
    return False
