"""What the footer of a Parquet file says, read without a Parquet library: rows, compression, size of a row group.

Source: the Thrift compact protocol and parquet.thrift of apache/parquet-format.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Literal

from ftui.dataset.formats.source import Source
from ftui.dataset.record import NEW_ROW
from ftui.project.errors import FtuiError

Codec = Literal["uncompressed", "snappy", "gzip", "brotli", "lz4", "zstd"]
_CODECS: dict[int, Codec] = {
    0: "uncompressed",
    1: "snappy",
    2: "gzip",
    4: "brotli",
    5: "lz4",
    6: "zstd",
    7: "lz4",
}
_ROWS, _GROUPS = 3, 4
_GROUP_COLUMNS, _GROUP_ROWS = 1, 3
_COLUMN_DATA, _DATA_CODEC = 3, 4


@dataclass(frozen=True, slots=True)
class Footer:
    """The part of the footer that saving the file needs."""

    rows: int
    codec: Codec
    """That of the first column; zstd where it is unknown or there is no row."""
    group_rows: int | None
    """Rows of the first row group, None where there is none."""


def read_footer(source: Source) -> Footer:
    """The footer of a Parquet file.

    Raises FtuiError when it is missing or damaged.
    """
    damaged = FtuiError(
        f"{source.path}: is cut off or damaged: a Parquet file ends with a footer", "fetch it again"
    )
    size = source.progress(1 << 62)[0] if source.compression is None else _unpacked_size(source)
    tail = source.read(max(0, size - 8), 8)
    length = int.from_bytes(tail[:4], "little")
    if len(tail) < 8 or tail[4:] != b"PAR1" or length + 12 > size:
        raise damaged
    try:
        meta = _Reader(source.read(size - 8 - length, length)).struct()
        groups = meta.get(_GROUPS) or []
        codec, group_rows = 6, None
        if groups:
            codec = groups[0][_GROUP_COLUMNS][0][_COLUMN_DATA][_DATA_CODEC]
            group_rows = groups[0][_GROUP_ROWS]
        rows = int(meta[_ROWS])
    except (IndexError, KeyError, TypeError, ValueError, RecursionError, struct.error):
        raise damaged from None
    if not 0 <= rows < NEW_ROW:
        raise damaged
    return Footer(rows, _CODECS.get(codec, "zstd"), group_rows or None)


def _unpacked_size(source: Source) -> int:
    size = 0
    while not source.at_end(size):
        size += len(source.read(size, 1 << 20))
    return size


class _Reader:
    """The Thrift compact protocol: structs as dictionaries from field numbers to values."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self) -> dict[int, Any]:
        """A struct up to its stop field."""
        fields: dict[int, Any] = {}
        number = 0
        while (head := self._byte()) != 0:
            number = number + (head >> 4) if head >> 4 else self._zigzag()
            fields[number] = self._value(head & 15, in_list=False)
        return fields

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _value(self, kind: int, in_list: bool) -> Any:
        if kind in (1, 2):
            return self._byte() == 1 if in_list else kind == 1
        if kind == 3:
            return self._byte()
        if kind in (4, 5, 6):
            return self._zigzag()
        if kind == 7:
            self._at += 8
            return struct.unpack_from("<d", self._data, self._at - 8)[0]
        if kind == 8:
            length = self._varint()
            self._at += length
            return self._data[self._at - length : self._at]
        if kind in (9, 10):
            head = self._byte()
            count = head >> 4 if head >> 4 < 15 else self._varint()
            return [self._value(head & 15, in_list=True) for _ in range(count)]
        if kind == 11:
            return self._map()
        if kind == 12:
            return self.struct()
        raise ValueError(f"type {kind}")

    def _map(self) -> dict[Any, Any]:
        count = self._varint()
        if not count:
            return {}
        kinds = self._byte()
        return {self._value(kinds >> 4, True): self._value(kinds & 15, True) for _ in range(count)}
