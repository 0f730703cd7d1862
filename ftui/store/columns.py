"""Changes as compressed columns: how the journal keeps a fix of a million rows in a few megabytes."""

from __future__ import annotations

import json
import struct
import sys
import zlib
from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain
from operator import add, sub
from typing import Any

from ftui.store.entry import Accepted, Change, Deleted, Inserted, Marked, Raw, Splices

_LEVEL = 1
"""Level 6 is four times slower and saves a tenth: most of what is left are hashes."""


def encode(change: Change) -> tuple[str, bytes]:
    """The kind and payload of a change, its path left out."""
    match change:
        case Splices():
            return "splices", _splices(change)
        case Raw():
            return "raw", _pack({"row": change.row}, [change.raw, change.before])
        case Deleted():
            return "deleted", _pack({}, [_ascending(change.rows), change.before])
        case Inserted():
            head = {"row": change.row, "after": change.after}
            return "inserted", _pack(head, [change.raw, change.before])
        case Accepted():
            return "accepted", _pack(change._asdict(), [])
        case Marked():
            return "marked", _pack({"on": change.reviewed}, [_ascending(change.rows), change.before])


def decode(kind: str, payload: bytes, path: str) -> Change:
    """The change of a payload."""
    head, parts = _unpack(payload)
    return _DECODERS[kind](path, head, parts)


def _splices(change: Splices) -> bytes:
    head = {"fields": change.fields}
    lengths = map(sub, change.ends, change.starts)
    columns = [change.starts, array("q", lengths), change.field_of, change.text_of]
    parts = [_ascending(change.rows), *map(_ints, columns), json.dumps(change.texts).encode(), change.before]
    return _pack(head, parts)


def _load_splices(path: str, head: dict[str, Any], parts: list[bytes]) -> Splices:
    rows = _load_ascending(parts[0])
    starts, lengths, field_of, text_of = (_load_ints(part) for part in parts[1:5])
    ends = array("I", map(add, starts, lengths))
    texts = tuple(json.loads(parts[5]))
    fields = tuple(head["fields"])
    starts, field_of, text_of = (array("I", column) for column in (starts, field_of, text_of))
    return Splices(path, rows, starts, ends, field_of, text_of, fields, texts, parts[6])


_DECODERS: dict[str, Callable[[str, dict[str, Any], list[bytes]], Change]] = {
    "splices": _load_splices,
    "raw": lambda path, head, parts: Raw(path, head["row"], parts[0], parts[1]),
    "deleted": lambda path, _head, parts: Deleted(path, _load_ascending(parts[0]), parts[1]),
    "inserted": lambda path, head, parts: Inserted(path, head["row"], head["after"], parts[0], parts[1]),
    "accepted": lambda _path, head, _parts: Accepted(**head),
    "marked": lambda path, head, parts: Marked(path, _load_ascending(parts[0]), head["on"], parts[1]),
}


def _ascending(rows: Sequence[int]) -> bytes:
    """Rows as differences: those of a fix of every row are all 1 and compress to nothing."""
    return _ints(array("q", map(sub, rows, chain((0,), rows))))


def _load_ascending(part: bytes) -> array[int]:
    return array("q", accumulate(_load_ints(part)))


def _ints(values: Iterable[int]) -> bytes:
    column = array("q", values)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _load_ints(part: bytes) -> array[int]:
    column = array("q")
    column.frombytes(part)
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _pack(head: dict[str, Any], parts: Sequence[bytes]) -> bytes:
    packed = [zlib.compress(part, _LEVEL) for part in parts]
    text = json.dumps({**head, "sizes": [len(part) for part in packed]}).encode()
    return b"".join((struct.pack("<I", len(text)), text, *packed))


def _unpack(payload: bytes) -> tuple[dict[str, Any], list[bytes]]:
    (size,) = struct.unpack_from("<I", payload)
    at = 4 + size
    head: dict[str, Any] = json.loads(payload[4:at])
    parts = []
    for length in head.pop("sizes"):
        parts.append(zlib.decompress(payload[at : at + length]))
        at += length
    return head, parts
