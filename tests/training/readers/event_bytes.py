"""Event files as bytes, put together by hand."""

from __future__ import annotations

import struct

from ftui.training.readers.event_file import masked_crc


def framed(payload: bytes) -> bytes:
    """One record of a TFRecord file."""
    length = struct.pack("<Q", len(payload))
    return length + _sum(length) + payload + _sum(payload)


def scalar_event(tag: str, value: float, step: int, time: float = 1.7e9) -> bytes:
    """An event with a `simple_value`, laid out as TensorFlow and PyTorch do."""
    return _event(inner(1, tag.encode()) + b"\x15" + struct.pack("<f", value), step, time)


def tensor_event(tag: str, tensor: bytes, step: int) -> bytes:
    """An event with a tensor, as TensorFlow 2 and `new_style=True` write scalars."""
    return _event(inner(1, tag.encode()) + inner(8, tensor), step, 1.7e9)


def inner(number: int, data: bytes) -> bytes:
    """A field of bytes."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(number: int) -> bytes:
    """A number as protobuf packs it."""
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def _event(value: bytes, step: int, time: float) -> bytes:
    where = b"\x10" + varint(step) if step else b""
    return framed(b"\x09" + struct.pack("<d", time) + where + inner(5, inner(1, value)))


def _sum(data: bytes) -> bytes:
    return struct.pack("<I", masked_crc(data))
