"""Stop sequences, looked for in the bytes of an output while it grows: a sequence may begin in any token."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Stopped(NamedTuple):
    """A stop sequence in an output."""

    start: int
    """Byte where it begins."""
    text: str


class Stops:
    """The stop sequences of a request; an empty one is none."""

    def __init__(self, texts: Iterable[str]) -> None:
        # Longest first: of two that begin at the same byte, the longer says more.
        given = sorted({text for text in texts if text}, key=lambda text: (-len(text), text))
        self._stops = [(text, text.encode("utf-8", "surrogatepass")) for text in given]
        self._longest = max((len(stop) for _, stop in self._stops), default=0)

    def find(self, output: bytearray, new: int) -> Stopped | None:
        """The sequence that begins earliest, given that only the last `new` bytes were not looked at before."""
        begin = max(0, len(output) - new - self._longest + 1)
        found: Stopped | None = None
        for text, stop in self._stops:
            start = output.find(stop, begin)
            if start >= 0 and (found is None or start < found.start):
                found = Stopped(start, text)
        return found

    def pending(self, output: bytearray) -> int:
        """Bytes at the end that may be the beginning of a sequence: they must not be shown yet."""
        return max((_overlap(output, stop) for _, stop in self._stops), default=0)


def _overlap(output: bytearray, stop: bytes) -> int:
    """Length of the longest end of the output that is a beginning of the stop sequence, but not all of it."""
    for length in range(min(len(stop) - 1, len(output)), 0, -1):
        if output.endswith(stop[:length]):
            return length
    return 0
