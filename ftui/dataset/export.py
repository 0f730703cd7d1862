"""Some rows into a new file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.dataset.formats.base import Progress, never
from ftui.dataset.new_file import Saved, write_new
from ftui.dataset.record import RowId
from ftui.dataset.save import write_copy
from ftui.project.errors import FtuiError


def export_rows(dataset: Dataset, path: Path, rows: Iterable[tuple[int, RowId]], progress: Progress) -> Saved:
    """Write rows, given as (file, row), into a file that must not exist yet.

    Rows of one file keep its format and order. Rows of several become JSON Lines, in the order given.
    Raises FtuiError.
    """
    wanted = [(file, int(row)) for file, row in rows]
    files = {file for file, _ in wanted}
    if not wanted:
        raise FtuiError("there are no rows to export", "choose a filter that leaves some")
    if len(files) == 1:
        document = dataset.documents[files.pop()].snapshot()
        chosen = {row for _, row in wanted}
        ordered = [int(row) for row in document.order() if int(row) in chosen]
        return write_copy(document, path, progress, never, ordered)
    if not path.name.lower().endswith((".jsonl", ".ndjson")):
        raise FtuiError(
            f"{path}: rows of several files are exported as JSON Lines", "let the name end in .jsonl"
        )
    documents = [document.snapshot() for document in dataset.documents]

    def write(out: BinaryIO) -> None:
        for done, line in enumerate(_lines(documents, wanted), 1):
            out.write(line + b"\n")
            progress(done, len(wanted))

    return write_new(path, len(wanted), write, never)


def _lines(documents: list[Document], rows: list[tuple[int, RowId]]) -> Iterator[bytes]:
    for file, row in rows:
        document = documents[file]
        raw = document.raw(row)
        if document.format == "jsonl":
            yield raw.removeprefix(b"\xef\xbb\xbf")
            continue
        value = document.parse(raw).value
        if value is None:
            raise FtuiError(
                f"{document.display_path}: row {row} cannot be read", "leave it out, or mend it first"
            )
        try:
            yield json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            yield json.dumps(value).encode()
