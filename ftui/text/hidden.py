"""Characters that no reader sees, and where they are right: in emoji, in joining scripts, in right-to-left text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from ftui.text.late_pattern import late

NAMES: dict[str, str] = {
    "\u00ad": "soft hyphen", "\u034f": "combining grapheme joiner", "\u061c": "arabic letter mark",
    "\u115f": "hangul filler", "\u1160": "hangul filler", "\u180e": "mongolian vowel separator",
    "\u200b": "zero-width space", "\u200c": "zero-width non-joiner", "\u200d": "zero-width joiner",
    "\u200e": "left-to-right mark", "\u200f": "right-to-left mark", "\u202a": "left-to-right embedding",
    "\u202b": "right-to-left embedding", "\u202c": "end of embedding", "\u202d": "left-to-right override",
    "\u202e": "right-to-left override", "\u2060": "word joiner", "\u2061": "invisible function application",
    "\u2062": "invisible times", "\u2063": "invisible separator", "\u2064": "invisible plus",
    "\u2066": "left-to-right isolate", "\u2067": "right-to-left isolate", "\u2068": "first strong isolate",
    "\u2069": "end of isolate", "\u3164": "hangul filler", "\ufeff": "byte order mark", "\uffa0": "hangul filler",
}  # fmt: skip
CLASS = (
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\U000e0000-\U000e007f\U000e0100-\U000e01ef"
)
"""The inside of a character class with all of them."""
HIDDEN = late(f"[{CLASS}]+")
_RIGHT_TO_LEFT = late("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_JOINING = late(
    "[\u0600-\u0fff\u1000-\u109f\u1780-\u18af\ua840-\ua87f\ua8e0-\ua9df\ufb50-\ufdff\ufe70-\ufefc]"
)
_WITHOUT_SPACES = late("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
_HANGUL = late("[\u1100-\u11ff\u3130-\u3163\u3165-\u318f\uac00-\ud7ff]")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
_ABOUT = late(
    r"zero[- ]?width|invisible|hidden (?:char|text|symbol|unicode)|soft[- ]hyphen|unicode|bidi|right-to-left"
    r"|byte[- ]order|\bBOM\b|steganograph|U\+[0-9A-F]{4}|\\u[0-9a-f]{4}|non-?joiner"
    r"|variation selector|&(?:shy|zwj|zwnj|lrm|rlm);",
    re.IGNORECASE,
)


class Run(NamedTuple):
    """Neighbouring hidden characters that should not be there, and what they are called."""

    start: int
    end: int
    names: tuple[str, ...]
    said: str
    """What tag characters spell; else empty."""


def find(text: str) -> list[Run]:
    """The runs of hidden characters in a text that are not right where they stand, in order."""
    if text.isascii():
        return []
    found: list[Run] = []
    backwards = _RIGHT_TO_LEFT.search(text) is not None
    for match in HIDDEN.finditer(text):
        at = match.start()
        for start, end in _wrong(text, at, match.end(), backwards):
            held = text[start:end]
            names = tuple(dict.fromkeys(map(name, held)))
            found.append(Run(start, end, names, spelled(held)))
    return found


def is_about(text: str) -> bool:
    """Whether a prompt is about such characters, so that showing them is its point."""
    return _ABOUT.search(text) is not None


def without(text: str) -> str:
    """The text without any hidden character, right or wrong: what a reader sees."""
    return text if text.isascii() else HIDDEN.sub("", text)


def visible(text: str) -> tuple[str, Sequence[int]]:
    """What a reader sees, and for each of its characters, and its end, the place in the text."""
    if text.isascii() or not HIDDEN.search(text):
        return text, range(len(text) + 1)
    places = [i for i, character in enumerate(text) if not HIDDEN.match(character)]
    return "".join(text[i] for i in places), [*places, len(text)]


def name(character: str) -> str:
    """What a hidden character is called."""
    code = ord(character)
    if 0xE0000 <= code <= 0xE007F:
        return "tag character"
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return "variation selector"
    return NAMES.get(character, unicodedata.name(character, f"U+{code:04X}").lower())


def spelled(run: str) -> str:
    """The ASCII text that tag characters stand for."""
    return "".join(chr(ord(c) - 0xE0000) for c in run if 0xE0020 <= ord(c) <= 0xE007E)


def _wrong(text: str, start: int, end: int, backwards: bool) -> list[tuple[int, int]]:
    """The parts of a run that are not right."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before == "\U0001f3f4" and text[end - 1] == "\U000e007f":
        return []
    wrong = [i for i in range(start, end) if not _right(text[i], before, after, start, i, backwards)]
    spans: list[tuple[int, int]] = []
    for i in wrong:
        if spans and spans[-1][1] == i:
            spans[-1] = (spans[-1][0], i + 1)
        else:
            spans.append((i, i + 1))
    return spans


def _right(character: str, before: str, after: str, start: int, at: int, backwards: bool) -> bool:
    """Whether a hidden character is right between two visible ones."""
    code = ord(character)
    if character in _BIDI:
        return backwards
    if character == "\u200d" and _symbol(before) and _symbol(after):
        return True
    if character in "\u200c\u200d":
        return bool(_JOINING.match(before) or _JOINING.match(after))
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return (
            at == start and before != "" and not (before.isspace() or (before.isalpha() and before.isascii()))
        )
    if character == "\u200b":
        return bool(_WITHOUT_SPACES.match(before) or _WITHOUT_SPACES.match(after))
    if character == "\u180e":
        return "\u1800" <= before <= "\u18af"
    if character in _FILLERS:
        return bool(_HANGUL.match(before) or _HANGUL.match(after))
    return False


def _symbol(character: str) -> bool:
    return character != "" and unicodedata.category(character) in ("So", "Sk", "Sm", "Po", "Lo")
