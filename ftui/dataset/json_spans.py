"""Where values stand in a record's JSON bytes, and changing some of them while every other byte stays.

The bytes are expected to be JSON that could be read (with NaN, lone surrogates, bytes that are not UTF-8 or a
byte-order mark at most); of repeated keys the last one counts, as in every JSON reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ftui.dataset import field_path, json_text
from ftui.dataset.json_style import Style
from ftui.dataset.json_text import STRING
from ftui.dataset.record import FieldEdit
from ftui.project.errors import FtuiError

_SPACE = rb"[ \t\r\n]*+"
_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?" + _SPACE)
_VALUE = rb"(?:" + STRING + rb'|[^ \t\r\n,\]}"\[{]++|(?=[\[{]))'
_KEYED = re.compile(
    _SPACE + rb"(" + STRING + rb")" + _SPACE + rb":" + _SPACE + rb"(" + _VALUE + rb")", re.DOTALL
)
_ELEMENT = re.compile(_SPACE + rb"(" + _VALUE + rb")", re.DOTALL)
_NEXT = re.compile(_SPACE + rb"([,\]}])")
_EMPTY = re.compile(_SPACE + rb"[\]}]")
_BRACKET = re.compile(rb'[^"{}\[\]]*+(?:' + STRING + rb'[^"{}\[\]]*+)*+([{}\[\]])', re.DOTALL)
_UNREADABLE = FtuiError("this row cannot be read as JSON", "edit its text as a whole")


class Span(NamedTuple):
    """Bytes start..end of a record."""

    start: int
    end: int


class Item(NamedTuple):
    """A member of an object or an element of an array: where it stands, its key with quotes (or nothing), its value."""

    start: int
    key: Span
    value: Span


def root(raw: bytes) -> Span:
    """The span of the record's value itself, without white space or a byte-order mark around it."""
    start = _root_start(raw)
    if start < len(raw) and raw[start] in b"{[":
        return Span(start, _container_end(raw, start))
    return Span(start, len(raw.rstrip()))


def _root_start(raw: bytes) -> int:
    match = _ROOT.match(raw)
    return match.end() if match else 0


def members(raw: bytes, at: int) -> Iterator[Item]:
    """The members of the object that begins at `at`, repeated keys included.

    Raises FtuiError where the bytes are no JSON.
    """
    return _items(raw, at, _KEYED)


def elements(raw: bytes, at: int) -> Iterator[Item]:
    """The elements of the array that begins at `at`."""
    return _items(raw, at, _ELEMENT)


def _items(raw: bytes, at: int, pattern: re.Pattern[bytes]) -> Iterator[Item]:
    at += 1
    if _EMPTY.match(raw, at):
        return
    keyed = pattern is _KEYED
    while True:
        match = pattern.match(raw, at)
        if match is None:
            raise _UNREADABLE
        start, end = match.span(2 if keyed else 1)
        if start == end:
            end = _container_end(raw, start)
        key = Span(*match.span(1)) if keyed else Span(start, start)
        yield Item(key.start, key, Span(start, end))
        after = _NEXT.match(raw, end)
        if after is None:
            raise _UNREADABLE
        if after[1] != b",":
            return
        at = after.end()


def _container_end(raw: bytes, start: int) -> int:
    """The offset after the bracket that closes the one at `start`."""
    depth, at = 1, start + 1
    while depth:
        match = _BRACKET.match(raw, at)
        if match is None:
            raise _UNREADABLE
        at = match.end()
        depth += 1 if match[1] in b"{[" else -1
    return at


def value_span(raw: bytes, field: str) -> Span:
    """The bytes of the value at a field path.

    Raises FtuiError when there is none.
    """
    path = field_path.parse(field)
    if not path:
        return root(raw)
    start, end = _root_start(raw), -1
    for step in path:
        opener = raw[start : start + 1]
        if opener == b"[" and isinstance(step, int):
            start, end = _find(raw, start, _ELEMENT, step, "")
        elif opener == b"{" and isinstance(step, str):
            start, end = _find(raw, start, _KEYED, -1, step)
        else:
            start = -1
        if start < 0:
            raise FtuiError(f"there is no field {field} in this row", "look at the row's own text")
    return Span(start, end)


def _find(raw: bytes, at: int, pattern: re.Pattern[bytes], index: int, key: str) -> tuple[int, int]:
    """The value of the element with that index, or of the last member with that key; (-1, -1) when there is none.

    What `_items` does, without an object for each item: a fix of a million rows comes through here.
    """
    at += 1
    if _EMPTY.match(raw, at):
        return -1, -1
    keyed = pattern is _KEYED
    wanted = b'"' + key.encode(errors="surrogatepass") + b'"'
    found = -1, -1
    number = 0
    while True:
        match = pattern.match(raw, at)
        if match is None:
            raise _UNREADABLE
        start, end = match.span(2 if keyed else 1)
        if start == end:
            end = _container_end(raw, start)
        if not keyed:
            if number == index:
                return start, end
        elif match[1] == wanted or (_needs_decoding(match[1]) and json_text.decode(match[1]) == key):
            found = start, end
        after = _NEXT.match(raw, end)
        if after is None:
            raise _UNREADABLE
        if after[1] != b",":
            return found
        at = after.end()
        number += 1


def _needs_decoding(token: bytes) -> bool:
    return b"\\" in token or not token.isascii()


def replace_text(
    raw: bytes, field: str, start: int, end: int, text: str, style: Style | None = None
) -> bytes:
    """The record with characters start..end of a text field replaced; see replace_texts."""
    return replace_texts(raw, [FieldEdit(field, start, end, text)], style)


def replace_texts(raw: bytes, edits: Sequence[FieldEdit], style: Style | None = None) -> bytes:
    """The record with characters of text fields replaced: only the bytes of characters that differ change.

    New characters beyond ASCII are escaped as the record does it, else as `style` says. Raises FtuiError when a field
    is not there, is no text, or is shorter than an edit says.
    """
    ascii_only = json_text.escapes_letters(raw, style is not None and style.ascii_only)
    by_field: dict[str, list[json_text.Change]] = {}
    for edit in edits:
        by_field.setdefault(edit.field, []).append((edit.start, edit.end, edit.text))
    splices: list[tuple[Span, bytes]] = []
    for field, changes in by_field.items():
        span = value_span(raw, field)
        token = raw[span.start : span.end]
        if not token.startswith(b'"'):
            raise FtuiError(f"{field} is not a text in this row", "edit the row's own text")
        try:
            splices.append((span, json_text.replace(token, changes, ascii_only)))
        except ValueError as error:
            raise FtuiError(f"{field}: the edit does not fit: {error}", "look at the row again") from None
    return _spliced(raw, splices)


def _spliced(raw: bytes, splices: list[tuple[Span, bytes]]) -> bytes:
    parts: list[bytes] = []
    at = 0
    for span, new in sorted(splices):
        parts += (raw[at : span.start], new)
        at = span.end
    parts.append(raw[at:])
    return b"".join(parts)


def style_of(raws: Sequence[bytes]) -> Style:
    """The spelling that records show; what they do not show is as Python's json.dumps does it, letters unescaped."""
    ascii_only = all(raw.isascii() for raw in raws) and any(
        json_text.escapes_letters(raw, False) for raw in raws
    )
    item, key, indent, newline = ", ", ": ", "", "\n"
    for raw in raws:
        try:
            gaps = _gaps(raw)
        except FtuiError:
            continue
        if gaps is None:
            continue
        opening, between, after_key, closing = gaps
        key = after_key.decode("ascii") or key
        if b"\n" in opening:
            newline = "\r\n" if b"\r\n" in opening else "\n"
            base = closing.rpartition(b"\n")[2]
            indent = opening.rpartition(b"\n")[2].decode("ascii")[len(base) :]
        item = between.split(b"\n")[0].rstrip(b"\r").decode("ascii") or ("," if indent else item)
        break
    return Style(item, key, indent, newline, ascii_only)


def _gaps(raw: bytes) -> tuple[bytes, bytes, bytes, bytes] | None:
    """The white space and punctuation of a container with two items or more: opening, between, after a key, closing."""
    span = root(raw)
    is_object = raw[span.start : span.start + 1] == b"{"
    if not is_object and raw[span.start : span.start + 1] != b"[":
        return None
    found = list(members(raw, span.start) if is_object else elements(raw, span.start))
    if len(found) < 2:
        return None
    one, two = found[0], found[1]
    return (
        raw[span.start + 1 : one.start],
        raw[one.value.end : two.start],
        raw[one.key.end : one.value.start] if is_object else b"",
        raw[found[-1].value.end : span.end - 1],
    )
