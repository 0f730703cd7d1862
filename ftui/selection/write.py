"""Chosen rows into new files, byte for byte, in the format they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.dataset.formats import COMPRESSION_SUFFIXES, DATA_SUFFIXES
from ftui.dataset.formats.base import Added, Kept, Piece, never, no_progress
from ftui.dataset.new_file import Saved, write_new
from ftui.project.errors import FtuiError

Rows = Sequence[tuple[int, int]]
"""(file, row), in the order in which they are to stand; a row that stands twice is written twice."""


def suffix_of(document: Document) -> str:
    """What the name of a file ends in: `.jsonl`, `.csv.gz`."""
    name, found = document.path.name, ""
    for known in (COMPRESSION_SUFFIXES, DATA_SUFFIXES):
        ending = next((each for each in known if name.lower().endswith(each)), "")
        found = name[len(name) - len(ending) :] + found if ending else found
        name = name[: len(name) - len(ending)] if ending else name
    return found or f".{document.format}"


def targets(dataset: Dataset, folder: Path, name: str) -> dict[tuple[int, ...], Path]:
    """The files into which rows of a dataset go under a name: one where they can stand in one, else one a file.

    Keys are the files of the dataset whose rows each takes.
    """
    documents = dataset.documents
    first = documents[0]
    numbers = tuple(range(len(documents)))
    if len(documents) == 1 or all(_joins(each, first) for each in documents):
        return {numbers: folder / f"{name}{suffix_of(first)}"}
    found: dict[tuple[int, ...], Path] = {}
    for number, document in enumerate(documents):
        suffix = suffix_of(document)
        stem = document.path.name.removesuffix(suffix)
        path = folder / f"{name}-{stem}{suffix}"
        while path in found.values():
            path = folder / f"{name}-{stem}-{number}{suffix}"
        found[(number,)] = path
    return found


def _joins(document: Document, first: Document) -> bool:
    """Whether its records can stand beside those of another file: JSON, or tables with the same header."""
    if document.format != first.format or document.compression or first.compression:
        return False
    if document.format in ("csv", "tsv"):
        return _header(document).strip() == _header(first).strip()
    return document.format in ("jsonl", "json")


def _header(document: Document) -> bytes:
    """The header line of a table, as it stands there."""
    from ftui.dataset.formats.delimited import Delimited

    records = document.records
    if not isinstance(records, Delimited) or not len(records):
        return b""
    return records.source.read(0, records.starts[0])


def check_free(paths: Iterable[Path], *, force: bool = False) -> None:
    """Raise FtuiError when one of the files is there already; with `force` only when it is no plain file."""
    for path in paths:
        if (path.exists() or path.is_symlink()) and not (force and path.is_file()):
            hint = "choose another folder or name" if not force else "it is no plain file"
            raise FtuiError(f"{path}: there is a file of this name already", hint)


def write_rows(dataset: Dataset, files: Sequence[int], rows: Rows, path: Path) -> Saved:
    """Write rows of these files under a name that must be free; raises FtuiError."""
    documents = dataset.documents
    first = documents[files[0]]
    if first.format == "jsonl" and first.compression is None:
        return write_new(path, len(rows), lambda out: _lines(documents, rows, out), never)
    if first.format == "json" and (len(files) > 1 or len(first.sections) > 1):
        return write_new(path, len(rows), lambda out: _array(documents, rows, out), never)
    if len(files) > 1:
        return write_new(path, len(rows), lambda out: _table(documents, first, rows, out), never)

    def write(out: BinaryIO) -> None:
        first.records.write(out, _pieces(first, [row for _, row in rows]), no_progress, never)

    return write_new(path, len(rows), write, never)


def _raws(documents: Sequence[Document], rows: Rows) -> Iterator[bytes]:
    """The bytes of rows, neighbours read in one go."""
    at = 0
    while at < len(rows):
        file, end = rows[at][0], at
        while end < len(rows) and rows[end][0] == file and end - at < 4096:
            end += 1
        yield from documents[file].raws([row for _, row in rows[at:end]])
        at = end


def _lines(documents: Sequence[Document], rows: Rows, out: BinaryIO) -> None:
    for raw in _raws(documents, rows):
        out.write(raw.removeprefix(b"\xef\xbb\xbf") + b"\n")


def _array(documents: Sequence[Document], rows: Rows, out: BinaryIO) -> None:
    out.write(b"[\n" if rows else b"[")
    for number, raw in enumerate(_raws(documents, rows)):
        out.write((b",\n" if number else b"") + raw)
    out.write(b"\n]\n")


def _table(documents: Sequence[Document], first: Document, rows: Rows, out: BinaryIO) -> None:
    header = _header(first)
    ending = b"\r\n" if header.endswith(b"\r\n") else b"\n"
    out.write(header.rstrip(b"\r\n") + ending)
    for raw in _raws(documents, rows):
        out.write(raw + ending)


def _pieces(document: Document, rows: Sequence[int]) -> Iterator[Piece]:
    """Rows in file order, each copy of a row right behind it."""
    before = -1
    for row in sorted(rows):
        yield Kept(row, row + 1) if row != before else Added(document.raw(row))
        before = row
