"""Protobuf's wire format: the fields of a message, without its schema."""

from __future__ import annotations

import struct
from collections.abc import Iterator

Field = tuple[int, int | bytes]
"""Number and value: an int of a varint, the bytes of everything else."""


def fields(data: bytes) -> Iterator[Field]:
    """The fields of a message in order; ends where the bytes are no message. Never raises."""
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at)
        if at < 0:
            return
        kind = key & 7
        if kind == 0:
            value, at = _varint(data, at)
            if at < 0:
                return
            yield key >> 3, value
            continue
        if kind == 2:
            size, at = _varint(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            return
        if at < 0 or at + size > end:
            return
        yield key >> 3, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number and where it ends; -1 where it is cut or longer than 64 bits."""
    result = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        at += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7
    return 0, -1


def double(data: int | bytes) -> float | None:
    """A field of type double; None where it has another size."""
    return struct.unpack("<d", data)[0] if isinstance(data, bytes) and len(data) == 8 else None


def signed(value: int | bytes) -> int | None:
    """A field of type int64; None where it is no varint."""
    if isinstance(value, bytes):
        return None
    return value - 2**64 if value >= 2**63 else value


def text(value: int | bytes) -> str:
    """A field of type string."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""
