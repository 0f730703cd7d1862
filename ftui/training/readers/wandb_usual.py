"""The usual messages of `run-ID.wandb`, read in one go: all but a few of a file are rows of a history or a summary."""

from __future__ import annotations

from collections.abc import Callable

from ftui.training.readers.protobuf import fields, text

_HISTORY, _SUMMARY, _ITEM, _STEP, _NUMBER = 0x12, 0x1A, 0x0A, 0x12, 0x08
"""Tags, each with its wire type: of a record, of a row in it, and of the one number that counts both."""
_VALUE = b"\x82\x01"
"""The tag of an item's value as JSON."""
_MOST_NAMES = 4096


def row_of(payload: bytes) -> bytes | None:
    """The history row that a record holds beside its own number and nothing else, b"" of a summary; None of others."""
    at = 1
    end = len(payload)
    if end < 4 or payload[0] != _NUMBER:
        return None
    while at < end and payload[at] > 0x7F:
        at += 1
    kind = payload[at + 1] if at + 2 < end else 0
    if at > 9 or kind not in (_HISTORY, _SUMMARY):
        return None
    at += 2
    size = payload[at]
    if size > 0x7F and at + 1 < end:
        at += 1
        size = size & 0x7F | payload[at] << 7
    if payload[at] > 0x7F or at + 1 + size != end:
        return None
    return payload[at + 1 :] if kind == _HISTORY else b""


class UsualRow:
    """Reads a row whose items are names and one value each; the names are learnt, for every row has them all."""

    def __init__(self, read: Callable[[bytes], object]) -> None:
        """`read`: the value of its JSON."""
        self._read = read
        self._names: dict[bytes, str] = {}

    def values(self, row: bytes) -> tuple[dict[str, object], int | None] | None:
        """The values by name and wandb's own step; None of a row of another form."""
        values: dict[str, object] = {}
        at, end = 0, len(row)
        names, read, find = self._names, self._read, row.find
        while at + 1 < end and row[at] == _ITEM:
            after = (
                at + 2 + row[at + 1]
            )  # of a size over 127, which has two bytes, no value begins where it should
            tagged = find(_VALUE, at + 4, after - 1) + 2
            if after > end or tagged < 2 or tagged + 1 + row[tagged] != after or row[at + 1] > 0x7F:
                return None
            name = names.get(row[at + 2 : tagged]) or self._learnt(row[at + 2 : tagged])
            if not name:
                return None
            value = read(row[tagged + 1 : after])
            if value.__class__ is not list and value is not None:
                values[name] = value
            at = after
        if at == end:
            return values, None
        if at + 2 < end and row[at] == _STEP and at + 2 + row[at + 1] == end and row[at + 2] == _NUMBER:
            step = next((value for number, value in fields(row[at + 2 :]) if number == 1), None)
            return (values, step) if isinstance(step, int) and step < 1 << 63 else None
        return None

    def _learnt(self, head: bytes) -> str:
        """The name before a value; "" where the bytes are more than names and the tag of the value."""
        parts = [content for number, content in fields(head[:-2]) if number in (1, 2)]
        known = [content for content in parts if isinstance(content, bytes) and 0 < len(content) < 0x80]
        if len(known) != len(parts) or head[:-2] != b"".join(
            bytes((head[0], len(content))) + content for content in known
        ):
            return ""
        name = "/".join(map(text, known))
        if len(self._names) < _MOST_NAMES:
            self._names[head] = name
        return name
