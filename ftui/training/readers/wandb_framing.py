"""The framing of `run-ID.wandb`: records cut out of bytes that come in pieces.

It is LevelDB's log format (doc/log_format.md there) after a header of seven bytes: blocks of 32 KiB, in each of them
pieces of records, each with a CRC-32 of its kind and its data. A damaged piece is left out, and its record with it.
"""

from __future__ import annotations

import struct
import zlib

MAGIC = b":W&B\xe1\xbe"
LARGEST_RECORD = 4 * 2**20
_FILE_HEADER = 7
_BLOCK = 32_768
_HEADER = struct.Struct("<IHB")
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4


class WandbFraming:
    """Cuts records out of a wandb file that is fed in pieces of any size."""

    def __init__(self) -> None:
        self._rest = b""
        self._at = 0
        """Where in the file `_rest` begins."""
        self._begun: list[bytes] | None = None
        self.damaged = 0
        """Pieces left out."""

    def feed(self, data: bytes) -> list[bytes]:
        """The records that these further bytes complete, in order."""
        data = self._rest + data
        records: list[bytes] = []
        at = 0
        while True:
            at = self._usual(data, at, records)
            size = self._piece(data, at)
            if size < 0 or at + size > len(data):
                break
            record = self._take(data[at : at + size])
            if record is not None:
                records.append(record)
            at += size
            self._at += size
        self._rest = data[at:]
        return records

    def _usual(self, data: bytes, at: int, records: list[bytes]) -> int:
        """Take the whole and undamaged records that lie here one after the other, all but a few of a file; gives
        where they end."""
        if self._at == 0:
            return at
        crc32, unpack, begun = zlib.crc32, _HEADER.unpack_from, at
        border = at + _BLOCK - self._at % _BLOCK
        while at + _HEADER.size <= len(data):
            crc, length, kind = unpack(data, at)
            end = at + _HEADER.size + length
            if kind != _FULL or end > border or end > len(data) or crc != crc32(data[at + 6 : end]):
                break
            records.append(data[at + _HEADER.size : end])
            at = end
            if at == border:
                border += _BLOCK
        if at > begun:
            self._begun = None
            self._at += at - begun
        return at

    def _piece(self, data: bytes, at: int) -> int:
        """How long the next piece is, or what is passed over instead of one; -1 while that is not known."""
        if self._at == 0:
            return _FILE_HEADER
        room = _BLOCK - self._at % _BLOCK
        if room < _HEADER.size:
            return room
        if at + _HEADER.size > len(data):
            return -1
        _, length, kind = _HEADER.unpack_from(data, at)
        size: int = _HEADER.size + length
        # What cannot be a piece ends its block: the next block begins with one.
        return size if size <= room and kind in (_FULL, _FIRST, _MIDDLE, _LAST) else room

    def _take(self, piece: bytes) -> bytes | None:
        """The record that this piece ends; None where it ends none."""
        if self._at == 0 or len(piece) < _HEADER.size:
            return None
        crc, length, kind = _HEADER.unpack_from(piece)
        content = piece[_HEADER.size :]
        if length != len(content) or crc != zlib.crc32(piece[6:]):
            self.damaged += any(piece)
            self._begun = None
            return None
        if kind == _FULL:
            self._begun = None
            return content
        if kind == _FIRST:
            self._begun = [content]
            return None
        if self._begun is None or sum(map(len, self._begun)) > LARGEST_RECORD:
            self._begun = None
            return None
        self._begun.append(content)
        if kind == _MIDDLE:
            return None
        record, self._begun = b"".join(self._begun), None
        return record
