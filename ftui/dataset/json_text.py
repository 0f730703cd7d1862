"""The text inside a JSON string token: where each character stands in the bytes, and replacing some of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

import orjson

from ftui.text.common_ends import common_ends

STRING = rb'"(?:[^"\\]++|\\.)*+"'
"""A string token, quotes included; strings are skipped in C, 10 MB in 5 ms."""

_PAIR = rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPE = _PAIR + rb"|\\u[0-9a-fA-F]{4}|\\."
_RUN = rb"[^\\]{1,4096}+[\x80-\xbf]*+"
_BLOCK = re.compile(rb"(?:" + _RUN + rb"|" + _ESCAPE + rb"){1,1000}+", re.DOTALL)
_TOKEN = re.compile(rb"(" + _RUN + rb")|" + _ESCAPE, re.DOTALL)
_ESCAPED_LETTER = re.compile(rb"(?<!\\)(?:\\\\)*+\\u(?!00[0-7])[0-9a-fA-F]{4}")
_SURROGATES = re.compile("[\ud800-\udfff]")
_WORDS = re.compile(r"\w+|\W")
_MOST_WORDS = 2000
"""Tokens beyond which two texts are not compared word by word: the comparison is quadratic."""

Change = tuple[int, int, str]
"""Characters start..end of a text become another text."""


def decode(token: bytes) -> str:
    """The text of a string token, quotes included; bytes that are not UTF-8 show as U+FFFD, half surrogates stay."""
    try:
        text: str = orjson.loads(token)
    except orjson.JSONDecodeError:
        text = json.loads(token.decode(errors="replace"), strict=False)
    return text


def encode(text: str, ascii_only: bool) -> bytes:
    """A text as the inside of a string token, without quotes."""
    return to_bytes(json.dumps(text, ensure_ascii=ascii_only)[1:-1])


def to_bytes(written: str) -> bytes:
    """JSON as bytes; half surrogate pairs, which have no bytes of their own, become escapes."""
    try:
        return written.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub(lambda half: f"\\u{ord(half[0]):04x}", written).encode()


def escapes_letters(raw: bytes, default: bool) -> bool:
    """Whether bytes spell characters beyond ASCII as escapes; `default` where they hold no such character."""
    if not raw.removeprefix(b"\xef\xbb\xbf").isascii():
        return False
    return default or (b"\\" in raw and _ESCAPED_LETTER.search(raw) is not None)


def replace(token: bytes, changes: Sequence[Change], ascii_only: bool) -> bytes:
    """A string token with some of its characters replaced: only the bytes of characters that differ change.

    Offsets are characters of the decoded text; changes do not overlap. Raises ValueError when they do, or reach beyond
    the text.
    """
    text = decode(token)
    body = token[1:-1]
    needed = _all_needed(text, changes)
    if not needed:
        return token
    offsets = byte_offsets(body, [offset for start, end, _ in needed for offset in (start, end)])
    return b'"' + _patched(body, offsets, [encode(new, ascii_only) for _, _, new in needed]) + b'"'


def replace_plain(text: bytes, changes: Sequence[Change]) -> bytes:
    """As replace, for UTF-8 without escapes; half surrogate pairs, which cannot be written there, become U+FFFD."""
    needed = _all_needed(text.decode(errors="replace"), changes)
    offsets = [_within_run(text, offset) for start, end, _ in needed for offset in (start, end)]
    return _patched(text, offsets, [plain_bytes(new) for _, _, new in needed])


def plain_bytes(text: str) -> bytes:
    """A text as UTF-8; half surrogate pairs become U+FFFD."""
    return _SURROGATES.sub("\ufffd", text).encode()


def _all_needed(text: str, changes: Sequence[Change]) -> list[Change]:
    ordered = sorted(changes, key=lambda change: change[:2])
    at = 0
    for start, end, _ in ordered:
        if not at <= start <= end <= len(text):
            raise ValueError(f"characters {start} to {end} of a text of {len(text)}")
        at = end
    return [piece for change in ordered for piece in _needed(text, *change)]


def _patched(body: bytes, offsets: Sequence[int], texts: Sequence[bytes]) -> bytes:
    """Bytes with those between each pair of offsets replaced."""
    parts: list[bytes] = []
    at = 0
    for i, text in enumerate(texts):
        parts += (body[at : offsets[2 * i]], text)
        at = offsets[2 * i + 1]
    return b"".join((*parts, body[at:]))


def byte_offsets(body: bytes, wanted: Sequence[int]) -> list[int]:
    """Where characters stand in the bytes between the quotes of a token; `wanted` ascends.

    The text's length stands for its end. Raises ValueError beyond it.
    """
    if body.isascii() and b"\\" not in body:
        found = list(wanted)
        if found and found[-1] > len(body):
            raise ValueError(f"character {found[-1]} of a text of {len(body)}")
        return found
    found = []
    passed = 0
    for start, block in _blocks(body):
        size = len(decode(b'"' + block + b'"'))
        while len(found) < len(wanted) and wanted[len(found)] < passed + size:
            found.append(start + _within(block, wanted[len(found)] - passed))
        passed += size
        if len(found) == len(wanted):
            return found
    if wanted[-1] > passed:
        raise ValueError(f"character {wanted[-1]} of a text of {passed}")
    return found + [len(body)] * (len(wanted) - len(found))


def _blocks(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Pieces of whole characters, a thousand runs and escapes each, so that long texts are counted in C."""
    at = 0
    while match := _BLOCK.match(body, at):
        yield at, match[0]
        at = match.end()


def _within(block: bytes, wanted: int) -> int:
    """The byte offset of a character that stands in a block."""
    for token in _TOKEN.finditer(block):
        run = token[1]
        size = 1 if run is None else len(run.decode(errors="replace"))
        if wanted < size:
            return token.start() + (_within_run(run, wanted) if run else 0)
        wanted -= size
    raise ValueError("not in this block")


def _within_run(run: bytes, wanted: int) -> int:
    """As _within, for bytes without escapes; bytes that are not UTF-8 count as the decoder counts them."""
    at = 0
    while True:
        try:
            return at + len(run[at:].decode()[:wanted].encode())
        except UnicodeDecodeError as error:
            valid = run[at : at + error.start].decode()
            if wanted <= len(valid):
                return at + len(valid[:wanted].encode())
            wanted -= len(valid) + 1
            at += error.end


def _needed(text: str, start: int, end: int, new: str) -> list[Change]:
    """The same change as smaller ones: what stays the same at both ends, or word by word, is left alone."""
    old = text[start:end]
    lead, tail = common_ends(old, new)
    old, new = old[lead : len(old) - tail], new[lead : len(new) - tail]
    start += lead
    if not old and not new:
        return []
    before, after = _WORDS.findall(old[: 20 * _MOST_WORDS]), _WORDS.findall(new[: 20 * _MOST_WORDS])
    if not 1 < len(before) <= _MOST_WORDS or not 1 < len(after) <= _MOST_WORDS or len(old) > 20 * _MOST_WORDS:
        return [(start, start + len(old), new)]
    ends = [start]
    for word in before:
        ends.append(ends[-1] + len(word))
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(ends[a], ends[b], "".join(after[c:d])) for tag, a, b, c, d in steps if tag != "equal"]
