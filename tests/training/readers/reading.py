"""Reading a whole file, and one in pieces, as the tests of readers do."""

from __future__ import annotations

from pathlib import Path

from ftui.training.readers.reader import Reader, WholeReader
from ftui.training.readers.registry import reader_for
from ftui.training.record import Record

FIXTURES = Path(__file__).parent / "fixtures"


def opened(path: Path) -> Reader:
    """The reader that recognises this file."""
    reader = reader_for(path)
    assert reader is not None, path
    return reader(path)


def read(path: Path) -> tuple[Reader, list[Record]]:
    """A file's reader after it has read it, and the records."""
    reader = opened(path)
    if isinstance(reader, WholeReader):
        return reader, reader.load()
    return reader, reader.feed(path.read_bytes()) + reader.finish()


def fed(reader: type[Reader], *pieces: bytes) -> list[Record]:
    """The records of these pieces, one after the other."""
    one = reader(Path("log"))
    found = [record for piece in pieces for record in one.feed(piece)]
    return found + one.finish()


def points(records: list[Record], metric: str) -> list[tuple[int | None, float]]:
    """Step and value of every record of a metric."""
    return [(record.step, record.values[metric]) for record in records if metric in record.values]


def shown(records: list[Record]) -> str:
    """Records as text: equal where they are equal, NaN too."""
    return "\n".join(map(repr, records))
