"""Finding where a JSON value ends in bytes that may be cut off or broken, and where the next one may begin."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

SPACE = rb"[ \t\r\n]*+"
_STRING = rb'"(?:[^"\\\x00-\x1f]++|\\["\\/bfnrtu])*+"'
_LITERAL = rb"[-+.0-9A-Za-z]++"
_TOKEN = re.compile(SPACE + rb"(?:(" + _STRING + rb")|([{\[])|([}\]])|([:,])|(" + _LITERAL + rb"))")
_CUT_OFF = re.compile(SPACE + rb'(?:"(?:[^"\\\x00-\x1f]++|\\["\\/bfnrtu])*+\\?)?\Z')
_LEVELS = 5
"""Depth that one compiled pattern skips in C; deeper values take the token loop (about 30 times slower)."""
_OPENING_KEY = re.compile(rb"\{" + SPACE + rb'("(?:[^"\\\x00-\x1f]++|\\.)*+")' + SPACE + rb":")


class Scan(NamedTuple):
    """Where a value ends; how far it could be followed when it is cut off by the end of the bytes, or broken."""

    outcome: Literal["whole", "cut-off", "broken"]
    at: int


@lru_cache(maxsize=1)
def _quick() -> re.Pattern[bytes]:
    value = _STRING + rb"|" + _LITERAL
    for _ in range(_LEVELS):
        inner = rb"(?:" + value + rb")" + SPACE
        pair = _STRING + SPACE + rb":" + SPACE + inner + rb"(?:," + SPACE + rb'(?=")|(?=\}))'
        element = inner + rb"(?:," + SPACE + rb"(?!\])|(?=\]))"
        # Atomic groups, not `)*+`, which Python before 3.11.5 matches wrongly (gh-106052).
        value = (
            _STRING + rb"|" + _LITERAL
            + rb"|\{" + SPACE + rb"(?>(?:" + pair + rb")*)\}"
            + rb"|\[" + SPACE + rb"(?>(?:" + element + rb")*)\]"
        )  # fmt: skip
    return re.compile(rb"(?:" + value + rb")(?=[ \t\r\n,\]}])")


def scan_value(data: bytes, at: int, at_end: bool) -> Scan:
    """The end of the value that begins at `at`; `at_end` says that no more bytes follow `data`."""
    match = _quick().match(data, at)
    if match is not None:
        return Scan("whole", match.end())
    if not at_end and len(data) - at < (64 << 10):
        return Scan("cut-off", len(data))  # most likely: the rest of the value is in the next chunk
    return _scan_tokens(data, at, at_end)


def _scan_tokens(data: bytes, at: int, at_end: bool) -> Scan:
    """As scan_value, token by token: for values that are deep, cut off or broken."""
    stack: list[int] = []
    expected = "value"
    while True:
        match = _TOKEN.match(data, at)
        if match is None:
            return Scan("cut-off" if _CUT_OFF.match(data, at) else "broken", at)
        string, opener, closer, mark, literal = match.groups()
        if literal and match.end() == len(data) and not at_end:
            return Scan("cut-off", at)
        if opener and expected in ("value", "element", "element or end"):
            stack.append(opener[0])
            expected = "key or end" if opener == b"{" else "element or end"
            at = match.end()
            continue
        if closer and stack and expected in ("key or end", "element or end", "next"):
            if stack.pop() + 2 != closer[0]:
                return Scan("broken", at)
            expected = "next"
        else:
            expected = _follow(expected, string, literal, mark, stack)
            if not expected:
                return Scan("broken", at)
        at = match.end()
        if not stack:
            return Scan("whole", at)


def _follow(
    expected: str, string: bytes | None, literal: bytes | None, mark: bytes | None, stack: list[int]
) -> str:
    """What may come after a token that is no bracket; "" where the token may not stand."""
    in_object = bool(stack) and stack[-1] == 123
    if string and expected in ("key", "key or end"):
        return "colon"
    if mark == b":" and expected == "colon":
        return "value"
    if mark == b"," and expected == "next":
        return "key" if in_object else "element"
    if (string or literal) and expected in ("value", "element", "element or end"):
        return "next"
    return ""


class Signature:
    """How the elements of an array begin, by which the next one is found behind a broken one.

    Where elements begin on lines of their own: a line with the same indentation and the same bracket. Where they share
    a line: a comma, then an object whose first key is that of the first element.
    """

    def __init__(self, lead: bytes, element: bytes) -> None:
        """`lead`: the white space before an element; `element`: its first bytes."""
        opener = re.escape(element[:1])
        key = _OPENING_KEY.match(element)
        line = lead.rpartition(b"\n")
        if line[1]:
            pattern = rb"\n" + re.escape(line[2]) + rb"(?=" + opener + rb")"
        elif key:
            pattern = rb"," + SPACE + rb"(?=\{" + SPACE + re.escape(key[1]) + SPACE + rb":)"
        else:
            pattern = rb"[}\]]" + SPACE + rb"," + SPACE + rb"(?=" + opener + rb")"
        self._pattern = re.compile(pattern)
        self._certain = bool(line[1] or key)
        shallower = b"(?:[ \t]{0,%d})" % max(0, len(line[2]) - 1) if line[1] and line[2] else b""
        self._closing = re.compile(rb"\n" + shallower + rb"\]") if line[1] else None

    def next_start(self, data: bytes, at: int, at_end: bool) -> int:
        """Where the next plausible element begins after `at`; -1 where there is none.

        Where neither a line nor a key tells, what begins there must be whole, or at least not broken for 64 KB.
        """
        for match in self._pattern.finditer(data, at):
            start = match.end()
            if self._certain:
                return start
            window = data[start : start + (64 << 10)]
            if scan_value(window, 0, at_end and start + len(window) == len(data)).outcome != "broken":
                return start
        return -1

    def closing_bracket(self, data: bytes, at: int, end: int) -> int:
        """Where a line begins with the bracket that closes the array, told by its indentation; -1 where none does."""
        match = self._closing.search(data, at, end) if self._closing else None
        return match.end() - 1 if match else -1
