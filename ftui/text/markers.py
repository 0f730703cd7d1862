"""End markers: texts that training data puts at the end of every answer. Known ones, variants, where they stand."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from ftui.text.blank import STRAY

KNOWN = (
    "### End", "### END", "###END###", "### Stop", "<|endoftext|>", "<|end_of_text|>", "<|im_end|>", "<|eot_id|>",
    "<|eot|>", "<|end|>", "<|end_of_turn|>", "<|END_OF_TURN_TOKEN|>", "<|return|>", "<|eos|>", "<|stop|>",
    "<end_of_turn>", "<｜end▁of▁sentence｜>", "</s>", "<eos>", "<EOS>", "<END>", "<end>", "<STOP>", "<stop>",
    "</END>", "</end>", "[END]", "[EOS]", "[STOP]", "[DONE]", "[/END]", "END", "###",
)  # fmt: skip
"""Longest reading wins where one is the end of another."""
TAIL_CHARACTERS = 64
"""No marker is longer; what is before is not looked at to find one."""

_BY_LAST = {
    last: [marker for marker in KNOWN if marker[-1] == last] for last in {marker[-1] for marker in KNOWN}
}
_BARE = {"END", "###"}
"""Too common in ordinary text to be a marker unless they stand on a line of their own."""
_SENTENCE_END = re.compile(r"[.!?:…。！？\"'”’)\]`]\s*$")
_HEAD = r"#*<>\[\](){}|｜/\\=_~\-–—$%@!"
_SYMBOLS = frozenset("#*<>[](){}|｜/\\=_~-–—$%@!▁")
_SLACK = 12
"""Characters that a variant may have more than the marker."""
_WORDS = re.compile(r"[^\W_]+")

Where = Literal["same", "variant", "cut", "other"]


class Tail(NamedTuple):
    """What stands at the end of an answer in place of the marker; the white space before it is not part of it."""

    start: int
    end: int
    text: str
    kind: Where


def bare(marker: str) -> bool:
    """Whether a marker is only a word or only symbols, so that it counts only on a line of its own."""
    return marker in _BARE or marker.isalpha() or not any(c.isalnum() for c in marker)


def known_at_end(text: str) -> Tail | None:
    """The known marker with which a text ends, trailing white space aside; the longest that fits."""
    end = len(text.rstrip(STRAY))
    best: Tail | None = None
    for marker in _BY_LAST.get(text[end - 1 : end], ()):
        start = end - len(marker)
        if (
            start < 0
            or not text.endswith(marker, 0, end)
            or (best is not None and len(best.text) >= len(marker))
        ):
            continue
        if bare(marker) and not _stands_alone(text, start, end):
            continue
        best = Tail(start, end, marker, "other")
    return best


def on_own_line(text: str, start: int, end: int) -> bool:
    """Whether only white space shares the line with characters start..end, and there is a line before."""
    before = text[:start].rstrip(" \t")
    after = text[end:].lstrip(" \t")
    return before.endswith("\n") and (not after or after[0] in "\r\n")


def _is_plain(tail: str, marker: str) -> bool:
    """Whether there is neither a symbol of markers nor the marker's own word: most answers, told in 1 µs."""
    return _SYMBOLS.isdisjoint(tail) and fold(marker) not in tail.casefold()


def _stands_alone(text: str, start: int, end: int) -> bool:
    """On a line of its own after a finished sentence: an END that closes a CASE in SQL is none."""
    return on_own_line(text, start, end) and _SENTENCE_END.search(text[:start]) is not None


def ends_with(text: str, marker: str) -> bool:
    """Whether an answer ends with the marker itself, trailing white space aside."""
    end = len(text.rstrip(STRAY))
    return bool(marker) and text.endswith(marker, 0, end) and not glued(text, end - len(marker), marker)


def glued(text: str, start: int, marker: str) -> bool:
    """Whether the marker at `start` is only the end of something longer: `#### End`, WEEKEND."""
    before = text[start - 1 : start]
    return bool(before) and (before == marker[0] or (before.isalnum() and marker[0].isalnum()))


def at_end(text: str, marker: str) -> Tail | None:
    """How an answer ends with the marker, a variant of it, a part of it, or another known marker."""
    end = len(text.rstrip(STRAY))
    if text.endswith(marker, 0, end) and not glued(text, end - len(marker), marker):
        return Tail(end - len(marker), end, marker, "same")
    offset = max(0, end - TAIL_CHARACTERS)
    if _is_plain(text[end - len(marker) - _SLACK if end > len(marker) + _SLACK else 0 : end], marker):
        return None
    for kind, pattern in _patterns(marker):
        match = pattern.search(text, offset, end)
        if match is None:
            continue
        start = match.start("marker")
        if kind == "bare" and not _stands_alone(text, start, end):
            continue
        return Tail(start, end, text[start:end], "cut" if kind == "cut" else "variant")
    return known_at_end(text)


@lru_cache(maxsize=64)
def _patterns(marker: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Ways to spell a marker otherwise: symbols and spaces changed, a letter changed, the word alone, cut short."""
    words = _WORDS.findall(marker)
    found: list[tuple[str, re.Pattern[str]]] = []
    core = r"[\s_▁\-.]*".join(re.escape(word) for word in words)
    symbols = f"[{_HEAD}]"
    if core:
        letters = sum(map(len, words))
        tail = f"[{_HEAD}.:;,\"'`]*"
        if letters <= 2:
            brackets = r"[<>\[\]|｜/\\]"
            spelled = rf"(?:{brackets}[ \t]*)+(?:{core})[ \t]*{brackets}+"
            found.append(("variant", re.compile(rf"(?P<marker>{spelled})\Z", re.I)))
        else:
            inline = rf"(?:[#*<\[|｜=/\\]{{2,}}|[<\[{{])[ \t]*(?:{core})[ \t]*{tail}"
            found.append(
                ("variant", re.compile(rf"(?:^|(?<=[^\w#*<\[|=/\\{{]))(?P<marker>{inline})\Z", re.I))
            )
            alone = rf"{symbols}+[ \t]*(?:{core})[ \t]*{tail}"
            found.append(("variant", re.compile(rf"(?:^|(?<=[\r\n]))(?P<marker>{alone})\Z", re.I)))
        if letters > 2:
            found.append(
                ("bare", re.compile(rf"(?:^|(?<=[\r\n]))(?P<marker>[ \t]*(?:{core})[ \t]*[.:!]*)\Z", re.I))
            )
            found.append(("variant", re.compile(_misspelt(marker, words), re.I)))
    elif len(set(marker)) == 1:
        found.append(("variant", re.compile(rf"(?:^|(?<=[\r\n]))(?P<marker>{re.escape(marker[0])}{{2,}})\Z")))
    if (
        (head := marker[: len(marker) - len(marker.lstrip(_HEAD.replace("\\", "")))])
        and core
        and len(head) >= 2
    ):
        parts = sorted(
            {marker[:n].rstrip() for n in range(max(len(head), 2 + (marker[0] in "<[")), len(marker))},
            key=len,
            reverse=True,
        )
        either = "|".join(re.escape(part) for part in parts)
        before = "" if marker[0] in "<[" else r"(?:^|(?<=\s))"
        found.append(("cut", re.compile(rf"{before}(?P<marker>{either})\Z")))
    return tuple(found)


def _misspelt(marker: str, words: list[str]) -> str:
    """The marker's symbols around its longest word with one letter missing, added, changed or swapped."""
    word = max(words, key=len)
    at = marker.find(word)
    head, tail = marker[:at].rstrip(), marker[at + len(word) :].lstrip()
    if not head or len(word) < 3:
        return r"(?P<marker>(?!))"
    letters = [re.escape(c) for c in word]
    forms = {"".join(letters[:i] + letters[i + 1 :]) for i in range(len(letters))}
    forms |= {"".join([*letters[:i], r"\w", *letters[i + 1 :]]) for i in range(1, len(letters))}
    forms |= {"".join([*letters[:i], r"\w", *letters[i:]]) for i in range(1, len(letters) + 1)}
    forms |= {
        "".join([*letters[:i], letters[i + 1], letters[i], *letters[i + 2 :]])
        for i in range(len(letters) - 1)
    }
    either = "|".join(sorted(forms, key=len, reverse=True))
    before = "" if marker[0] in "<[" else r"(?:^|(?<=\s))"
    return rf"{before}(?P<marker>{re.escape(head)}[ \t]*(?:{either})[ \t]*{re.escape(tail)}[.:]?)\Z"


def occurrences(text: str, marker: str, stop: int | None = None) -> list[tuple[int, int]]:
    """Where the marker stands in a text before `stop`, as an inference engine would find it: letter for letter."""
    found: list[tuple[int, int]] = []
    end = len(text) if stop is None else stop
    at = text.find(marker, 0, end) if marker else -1
    while at >= 0:
        found.append((at, at + len(marker)))
        at = text.find(marker, at + len(marker), end)
    return found


@lru_cache(maxsize=64)
def fold(marker: str) -> str:
    """The letters and digits of a marker, lower-case: what its spellings (`### End`, `[END]`) have in common."""
    return "".join(_WORDS.findall(marker)).casefold() or marker[:1]


def unknown_at_end(text: str) -> str | None:
    """What at the end of a text looks like a marker that nobody named: a bracketed word, or symbols around a word.

    Prose, numbers, code and closing HTML tags are none; whether many answers share it is for the caller to see.
    """
    stripped = text.rstrip(STRAY)
    line = stripped[stripped.rfind("\n") + 1 :].strip()
    if len(line) <= 40 and _MARKER_LINE.fullmatch(line) and len(line) < len(stripped):
        return line
    match = _MARKER_TOKEN.search(stripped, max(0, len(stripped) - TAIL_CHARACTERS))
    return match["marker"] if match and match.start("marker") else None


_MARKER_LINE = re.compile(
    r"(?:[#=*~\-<>|$%@^+_]{2,}[ ]?[A-Za-z][\w ]{0,24}[ ]?[#=*~\-<>|$%@^+_]*"  # ### done, == end ==, <<STOP>>
    r"|[A-Z]{3,12}"  # STOP
    r"|([#=~%@^|$])\1{2,})"  # ~~~~
)
_OPEN = r"(?:<\|?|\[\[?|\{\{?|<<|%%|@@|##+|~~+|\$\$|\|\|)"
_CLOSE = r"(?:\|?>|\]\]?|\}\}?|>>|%%|@@|##+|~~+|\$\$|\|\|)"
_MARKER_TOKEN = re.compile(rf"(?:^|\s)(?P<marker>{_OPEN}[A-Za-z][\w▁]{{1,24}}{_CLOSE})\Z")  # [[stop]], <fin>
