"""One source of a run: a file that is tailed or loaded, the reader that is for it, and the records of both."""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ftui.training.following.stream import Stream
from ftui.training.following.tail import Polled, Tail
from ftui.training.readers.reader import LineReader, Reader, WholeReader
from ftui.training.readers.registry import HEAD, reader_named, reader_of
from ftui.training.record import Record

_PENDING = 8 << 20
"""Bytes held of a log that nobody recognises yet; of more, the beginning and the latest are kept."""
_PIECE = 1 << 16
"""Bytes read at a time: 5 to 10 ms."""
_LONG, _SHARE = 0.1, 5
"""Seconds from which on loading takes long (100,000 values do): then at most a fifth of the time goes to it."""
_BYTE_ORDER = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


@dataclass(slots=True)
class Taken:
    """What one poll of a source gave."""

    records: list[Record] = field(default_factory=list)
    text: bytes = b""
    """What was added, where it is text."""
    anew: bool = False
    """Everything that came of this source before is void: these records begin it again."""
    gone: bool = False
    more: bool = False
    trouble: str = ""


class Intake:
    """Reads one source. Which reader it is for may show only later, and again when more of it is there."""

    def __init__(
        self,
        path: Path,
        reader: type[Reader] | None = None,
        columns: Mapping[str, str] | None = None,
        source: Tail | Stream | None = None,
        pause: Callable[[], None] | None = None,
    ) -> None:
        self.path = path
        self.reader: Reader | None = None
        self.binary = False
        """What came of it is no text, and nobody knows it."""
        self._given = reader
        self._pause = pause
        self._columns = columns or {}
        self._source = Tail(path) if source is None else source
        self._head = b""
        """The first 64 KiB, until they are there: with more of them another reader may be surer."""
        self._pending = b""
        self._judged_at = 0
        self._decoder: codecs.IncrementalDecoder | None = None
        self._fresh = True
        self._state: object = None
        self._load_at = 0.0
        if reader is not None:
            self._use(reader)

    @property
    def written(self) -> float | None:
        """When the source was last changed, in Unix seconds."""
        return self._source.written

    @property
    def progress(self) -> tuple[int, int]:
        """Bytes read, and bytes that are there; of what is loaded or piped none are counted."""
        tailed = isinstance(self._source, Tail) and not isinstance(self.reader, WholeReader)
        return self._source.progress if tailed and isinstance(self._source, Tail) else (0, 0)

    @property
    def head(self) -> bytes:
        """Its first 64 KiB, or what is there of them."""
        return self._head

    @property
    def ended(self) -> bool:
        """Nothing more can come: the pipe was closed."""
        return isinstance(self._source, Stream) and self._source.ended

    def poll(self) -> Taken:
        """What is new. Never raises for what a file may hold."""
        if isinstance(self.reader, WholeReader):
            return self._load(self.reader)
        polled = self._source.poll()
        taken = Taken(gone=polled.gone, more=polled.more, trouble=polled.trouble)
        if polled.restarted:
            self._restarted(polled, taken)
        if polled.data:
            data = self._as_utf8(polled.data)
            binary = self._binary(data)
            self.binary = binary and self.reader is None
            taken.text = b"" if binary else data
            self._feed(data, taken)
        return taken

    def rewind(self) -> None:
        """Read everything again."""
        self._source.rewind()
        self._forget()
        if self._given is not None or self.reader is not None:
            self._use(self._given or type(self.reader))  # type: ignore[arg-type]

    def finish(self) -> list[Record]:
        """What a last line without an end says; the source is not read further."""
        return self.reader.finish() if self.reader is not None else []

    def close(self) -> None:
        """Let the file go."""
        self._source.close()

    def _restarted(self, polled: Polled, taken: Taken) -> None:
        if polled.restarted == "rotated":
            # The log goes on: the reader keeps what it knows (columns, the step of a bar). A last line without an
            # end is whole, for its writer has moved to the new file.
            taken.records += self.finish()
            return
        taken.anew = polled.restarted == "again"
        self._forget()
        if self._given is not None:
            self._use(self._given)

    def _feed(self, data: bytes, taken: Taken) -> None:
        judged = self._given is not None or self._judged_at >= HEAD
        room = 0 if judged else HEAD - len(self._head)
        self._head += data[:room]
        if self.reader is None:
            self._hold(data)
            if self._recognise():
                self._begin(taken)
            return
        if judged or not self._recognise():
            self._read(self.reader, data, taken)
            return
        # A surer reader than the one that took the first lines: from the beginning again.
        taken.anew = True
        if isinstance(self._source, Stream):
            taken.records = self.reader.feed(self._head + data[room:])
        else:
            self._source.rewind()
            taken.records, taken.more = [], True

    def _begin(self, taken: Taken) -> None:
        """Hand over what came before it was known what it is."""
        assert self.reader is not None
        pending, self._pending = self._pending, b""
        if isinstance(self.reader, WholeReader):
            taken.records, taken.anew, taken.text = self._load(self.reader).records, True, b""
        else:
            self._read(self.reader, pending, taken)

    def _read(self, reader: Reader, data: bytes, taken: Taken) -> None:
        """In pieces, where somebody waits for the interpreter between them."""
        if self._pause is None:
            taken.records += reader.feed(data)
            return
        for at in range(0, len(data), _PIECE):
            taken.records += reader.feed(data[at : at + _PIECE])
            self._pause()

    def _recognise(self) -> bool:
        """Whether another reader is for what is there by now; asked again when twice as much is there."""
        if self.reader is not None and len(self._head) < min(2 * self._judged_at, HEAD):
            return False
        self._judged_at = len(self._head)
        found = reader_of(self._head + self._pending[HEAD:][-HEAD:], self.path)
        if found is None and self._columns:  # a person says what its columns mean, so a table it is
            found = reader_named("jsonl" if self._head.lstrip()[:1] == b"{" else "csv")
        if found is None or (self.reader is not None and type(self.reader) is found):
            return False
        self._use(found)
        return True

    def _hold(self, data: bytes) -> None:
        self._pending += data
        if len(self._pending) > _PENDING:
            self._pending = self._pending[:HEAD] + self._pending[-_PENDING // 2 :]
            self._source.skip_to_last(_PENDING // 2)

    def _load(self, reader: WholeReader) -> Taken:
        if time.perf_counter() < self._load_at:
            return Taken()
        state = reader.state()
        if state == self._state:
            return Taken(gone=state is None)
        self._state = state
        again = type(reader)(self.path)
        again.columns = self._columns
        began = time.perf_counter()
        records = again.load()
        took = time.perf_counter() - began
        self._load_at = began + _SHARE * took if took > _LONG else 0.0
        if not records and not self._fresh:  # its writer is in the middle of replacing it
            return Taken(gone=state is None)
        self.reader, self._fresh = again, False
        return Taken(records, anew=True)

    def _use(self, reader: type[Reader]) -> None:
        self.reader = reader(self.path)
        self.reader.columns = self._columns

    def _forget(self) -> None:
        self._head, self._pending, self._judged_at = b"", b"", 0
        self._decoder, self._state, self._fresh = None, None, True
        if self._given is None:
            self.reader = None

    def _as_utf8(self, data: bytes) -> bytes:
        """PowerShell writes what it redirects as UTF-16."""
        if not self._head and self._decoder is None:
            order = _BYTE_ORDER.get(data[:2])
            self._decoder = codecs.getincrementaldecoder(order)("replace") if order else None
            data = data[2:] if order else data
        return self._decoder.decode(data).encode("utf-8", "replace") if self._decoder else data

    def _binary(self, data: bytes) -> bool:
        return not isinstance(self.reader, LineReader) and (self.reader is not None or b"\0" in data[:4096])
