"""What comes down a pipe: standard input, or a named pipe."""

from __future__ import annotations

import os
import queue
import threading

from ftui.training.following.tail import Polled

_PIECE = 65_536
_HELD = 64
"""Pieces that wait for a poll; a faster writer waits with its pipe full."""


class Stream:
    """Reads a pipe in a thread of its own, so that a poll never waits for its writer."""

    def __init__(self, fd: int) -> None:
        self.written: float | None = None
        self.ended = False
        """The writer closed the pipe, and everything was polled."""
        self._fd = fd
        self._pieces: queue.Queue[bytes] = queue.Queue(_HELD)
        self._thread = threading.Thread(target=self._read, name="log pipe", daemon=True)
        self._thread.start()

    def poll(self) -> Polled:
        """What came since the last poll; never waits."""
        pieces: list[bytes] = []
        while not self.ended and len(pieces) < _HELD:
            try:
                piece = self._pieces.get_nowait()
            except queue.Empty:
                break
            if piece:
                pieces.append(piece)
            else:
                self.ended = True
        return Polled(b"".join(pieces), gone=self.ended, more=len(pieces) == _HELD)

    def rewind(self) -> None:
        """What went through a pipe is gone; who follows one keeps its beginning."""

    def skip_to_last(self, size: int) -> None:
        """A pipe is read as it comes."""

    def wait(self, seconds: float) -> None:
        """Until the writer has closed the pipe, at most this long."""
        self._thread.join(seconds)

    def close(self) -> None:
        """Nothing more is wanted; the thread ends with the process."""
        self.ended = True

    def _read(self) -> None:
        while not self.ended:
            try:
                piece = os.read(self._fd, _PIECE)
            except OSError:
                piece = b""
            self._pieces.put(piece)
            if not piece:
                return
