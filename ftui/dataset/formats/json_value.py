"""The value of a record's JSON bytes, and everything about these bytes that another reader will stumble over."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any

import orjson

from ftui.dataset.record import Parsed, Problem

BOM = b"\xef\xbb\xbf"
_SEPARATORS = {b"\xe2\x80\xa8": "U+2028", b"\xe2\x80\xa9": "U+2029", b"\xc2\x85": "U+0085"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_INTEGER = 4000
"""Digits; Python refuses to read much longer integers."""
_DEEPEST = 250
"""Levels; orjson writes at most 254, and recursive readers overflow their stack at some hundreds."""
_TOO_DEEP = Problem("too-deep", f"nested more than {_DEEPEST} levels deep", True)


def parse_json(raw: bytes, *, arrays: bool) -> Parsed:
    """The value of one record and all its problems; `arrays` says whether a bare array is a record. Never raises."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        return _parse_difficult(raw, arrays, error.msg)
    try:
        problems = _surprises(raw, value)
    except TypeError:  # what orjson reads, it cannot write when it is too deep
        return Parsed(None, (_TOO_DEEP,))
    if type(value) is dict or (arrays and type(value) is list):
        return Parsed(value, problems)
    return _not_an_object(value, problems)


def _surprises(raw: bytes, value: Any) -> tuple[Problem, ...]:
    """What valid JSON holds that readers disagree about: repeated keys, integers beyond 64 bits, line separators.

    The common case is proved clean without walking the value: bytes that a fresh dump gives back unchanged hold neither
    of the first two (0.2 us a row of 700 bytes, against 0.5 us for reading it; the walk takes 0.6 us).
    """
    problems = [] if raw.isascii() else _separators(raw)
    if orjson.dumps(value) != raw:
        keys, large = _walk(value)
        if large or (raw.count(b":") > keys and _possible_pairs(raw) > keys):
            problems += _ExactReader(raw.decode()).problems
    return tuple(problems)


def _walk(value: Any) -> tuple[int, bool]:
    """(keys in all objects, whether there is a number so large that it may have been an integer beyond 64 bits)."""
    keys, large = 0, False
    todo = [value]
    for item in todo:  # grows while we walk it: no recursion, however deep
        kind = type(item)
        if kind is str:
            continue
        if kind is dict:
            keys += len(item)
            todo.extend(item.values())
        elif kind is list:
            todo.extend(item)
        elif kind is float and not -(2.0**63) <= item < 2.0**64:
            large = True
    return keys, large


def _possible_pairs(raw: bytes) -> int:
    """An upper bound of the number of key-value pairs: colons after a quote or white space."""
    count = 0
    at = raw.find(b":")
    while at > 0:
        if raw[at - 1] in b'" \t\r\n':
            count += 1
        at = raw.find(b":", at + 1)
    return count


def _separators(raw: bytes) -> list[Problem]:
    """Characters that some readers take for the end of a line."""
    return [
        Problem(
            "line-separator", f"{name} at byte {raw.index(code) + 1}: some readers end the line there", False
        )
        for code, name in _SEPARATORS.items()
        if code in raw
    ]


class _ExactReader:
    """Reads JSON with the standard library's slow hooks, to see what fast readers pass over in silence.

    Raises ValueError when the text is no JSON, RecursionError when it is too deep.
    """

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self._seen: set[str] = set()
        self.value = json.loads(
            text,
            object_pairs_hook=self._object,
            parse_int=self._integer,
            parse_float=self._float,
            parse_constant=self._constant,
        )

    def _note(self, kind: Any, message: str) -> None:
        if message not in self._seen:
            self._seen.add(message)
            self.problems.append(Problem(kind, message, False))

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            for key, count in Counter(key for key, _ in pairs).items():
                if count > 1:
                    self._note(
                        "duplicate-keys", f"key {json.dumps(key)} stands {count} times; the last one counts"
                    )
        return value

    def _integer(self, digits: str) -> int | float:
        value = int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)
        if not -(2**63) <= value < 2**64:
            self._note("big-number", "an integer needs more than 64 bits; many readers round it or fail")
        return value

    def _float(self, digits: str) -> float:
        value = float(digits)
        if math.isinf(value):
            self._note("nan", f"{digits[:20]} is too large for a number; it reads as infinity")
        return value

    def _constant(self, name: str) -> float:
        self._note("nan", f"{name} is not JSON; strict readers fail on it")
        return float(name)


def _parse_difficult(raw: bytes, arrays: bool, complaint: str) -> Parsed:
    """The value of bytes that the fast reader refuses, where there is one, and why it refused."""
    problems: list[Problem] = []
    body = raw
    if raw.startswith(BOM):
        body = raw[len(BOM) :]
        problems.append(
            Problem("byte-order-mark", "begins with a byte-order mark, which strict readers refuse", False)
        )
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        text = body.decode(errors="replace")
        where = error.start + 1 + len(raw) - len(body)
        problems.append(
            Problem("invalid-utf8", f"not UTF-8 at byte {where} (0x{body[error.start]:02x})", False)
        )
    problems += _separators(body)
    try:
        reader = _ExactReader(text)
    except RecursionError:
        return Parsed(None, (*problems, _TOO_DEEP))
    except json.JSONDecodeError as error:
        where = len(raw) - len(body) + len(text[: error.pos].encode(errors="surrogatepass")) + 1
        message = f"not JSON: {error.msg[:1].lower()}{error.msg[1:].removesuffix(' at')}, byte {where}"
        return Parsed(None, (*problems, Problem("bad-json", message, True)))
    problems += reader.problems
    if _deeper_than(reader.value, _DEEPEST):
        return Parsed(None, (*problems, _TOO_DEEP))
    if b"\\u" in body and _SURROGATE.search(json.dumps(reader.value, ensure_ascii=False)):
        problems.append(
            Problem("lone-surrogate", "half of a surrogate pair: an emoji or rare character was cut", False)
        )
    if not problems:
        problems.append(Problem("bad-json", f"strict readers refuse this line: {complaint}", False))
    if isinstance(reader.value, dict) or (arrays and isinstance(reader.value, list)):
        return Parsed(reader.value, tuple(problems))
    return _not_an_object(reader.value, tuple(problems))


def _not_an_object(value: Any, problems: tuple[Problem, ...]) -> Parsed:
    kinds = {list: "an array", str: "a text", bool: "true or false", type(None): "null"}
    problem = Problem("not-an-object", f"{kinds.get(type(value), 'a number')}, not an object", True)
    return Parsed(value if isinstance(value, list) else None, (*problems, problem))


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return False
        level = below
    return True
