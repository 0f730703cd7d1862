"""Opening and saving small files, for the tests of the formats."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ftui.dataset.formats import open_records
from ftui.dataset.formats.base import Piece, Records


def quiet(_done: int, _total: int) -> None:
    """A progress callback that nobody watches."""


def never() -> bool:
    """A cancellation that does not come."""
    return False


@contextmanager
def opened(data: bytes, name: str = "data.jsonl", first: int = 2) -> Iterator[Records]:
    """A file with this content, opened, its first page read, then indexed to its end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        records = open_records(path)
        try:
            records.first(first)
            records.index(quiet, never)
            assert records.complete
            yield records
        finally:
            records.close()


def saved(records: Records, pieces: Iterable[Piece]) -> bytes:
    """What a save with these pieces writes."""
    out = io.BytesIO()
    records.write(out, pieces, quiet, never)
    return out.getvalue()


def kinds(records: Records, row: int) -> set[str]:
    """The kinds of problems that a row has."""
    return {problem.kind for problem in records.parse(records.raw(row)).problems}
