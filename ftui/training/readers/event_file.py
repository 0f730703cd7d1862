"""The framing of TensorBoard's event files (TFRecord): records cut out of bytes that come in pieces.

A record is its length (8 bytes, little endian), the masked CRC-32C of these 8 bytes, the payload, and the payload's
masked CRC-32C (tensorflow/core/lib/io/record_writer.h). Both sums are checked: a damaged record is left out, and where
the length itself is damaged the next header is looked for.
"""

from __future__ import annotations

from collections import defaultdict

LARGEST_RECORD = 4 * 2**20
"""Bytes of a payload that are held; graphs and images may be larger and are passed over."""
_HEADER = 12
_FOOTER = 4
_TOP_OF_LENGTH = b"\0\0\0\0"
"""The upper half of every length below 4 GiB: what is searched for after a damaged header."""
_FEW = 64
"""Records of one length from which on their sums are computed together by numpy."""


def _table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return tuple(table)


_TABLE = _table()


def masked_crc(data: bytes) -> int:
    """CRC-32C (Castagnoli) of the bytes, masked as TFRecord stores it."""
    crc = 0xFFFFFFFF
    table = _TABLE
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


class EventFile:
    """Cuts records out of an event file that is fed in pieces of any size."""

    def __init__(self) -> None:
        self._rest = b""
        self._pass_over = 0
        self._lost = False
        self._headers: dict[bytes, bool] = {}
        self.damaged = 0
        """Records left out because their sum is wrong, and places where the framing was lost."""

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads that these further bytes complete, in order."""
        data = self._rest + data
        at, payloads = 0, []
        while True:
            if self._pass_over:
                passed = min(self._pass_over, len(data) - at)
                at, self._pass_over = at + passed, self._pass_over - passed
            if self._lost:
                at = self._next_header(data, at)
            header = data[at : at + _HEADER]
            if len(header) < _HEADER or self._pass_over or self._lost:
                break
            if not (self._headers.get(header) or self._is_header(header)):
                self.damaged += 1
                self._lost = True
                at += 1
                continue
            length = int.from_bytes(header[:8], "little")
            if length > LARGEST_RECORD:
                at, self._pass_over = at + _HEADER, length + _FOOTER
                continue
            end = at + _HEADER + length + _FOOTER
            if end > len(data):
                break
            payloads.append(data[at + _HEADER : end])
            at = end
        self._rest = data[at:]
        return self._whole(payloads)

    def _is_header(self, header: bytes) -> bool:
        # Lengths repeat: the sum of a length is computed once, 100,000 scalars have about ten.
        known = self._headers.get(header)
        if known is None:
            known = masked_crc(header[:8]) == int.from_bytes(header[8:], "little")
            if len(self._headers) < 4096:
                self._headers[header] = known
        return known

    def _next_header(self, data: bytes, at: int) -> int:
        """Where the next sound header begins; what could still begin one is kept."""
        while True:
            found = data.find(_TOP_OF_LENGTH, at + 4)
            if found < 0:
                return max(at, len(data) - _HEADER + 1)
            at = found - 4
            if at + _HEADER > len(data):
                return at
            if self._is_header(data[at : at + _HEADER]):
                self._lost = False
                return at
            at += 1

    def _whole(self, payloads: list[bytes]) -> list[bytes]:
        """Those whose own sum is right, without it."""
        sound = [True] * len(payloads)
        by_length: defaultdict[int, list[int]] = defaultdict(list)
        for index, payload in enumerate(payloads):
            by_length[len(payload)].append(index)
        for length, indices in by_length.items():
            if len(indices) >= _FEW and length < 4096:
                right = _sums_are_right([payloads[i] for i in indices], length)
            else:
                right = [
                    masked_crc(payloads[i][:-_FOOTER]) == int.from_bytes(payloads[i][-_FOOTER:], "little")
                    for i in indices
                ]
            for index, is_right in zip(indices, right, strict=True):
                sound[index] = is_right
        self.damaged += len(sound) - sum(sound)
        return [payload[:-_FOOTER] for payload, kept in zip(payloads, sound, strict=True) if kept]


def _sums_are_right(payloads: list[bytes], length: int) -> list[bool]:
    """The same check for many payloads of one length: a byte of all of them at a time."""
    import numpy as np

    table = np.array(_TABLE, dtype=np.uint32)
    rows = np.frombuffer(b"".join(payloads), dtype=np.uint8).reshape(len(payloads), length)
    columns = np.ascontiguousarray(rows[:, :-_FOOTER].T)
    crc = np.full(len(payloads), 0xFFFFFFFF, dtype=np.uint32)
    for column in columns:
        crc = (crc >> np.uint32(8)) ^ table[(crc ^ column) & np.uint32(0xFF)]
    crc ^= np.uint32(0xFFFFFFFF)
    masked = ((crc >> np.uint32(15)) | (crc << np.uint32(17))) + np.uint32(0xA282EAD8)
    stored = np.ascontiguousarray(rows[:, -_FOOTER:]).view("<u4")[:, 0]
    right: list[bool] = (masked == stored).tolist()
    return right


def is_event_file(head: bytes) -> bool:
    """Whether a file that begins so is an event file: its first header is sound."""
    return len(head) >= _HEADER and masked_crc(head[:8]) == int.from_bytes(head[8:_HEADER], "little")
