"""Which format a file has: by its content, and by its suffix where the content leaves a doubt."""

from __future__ import annotations

import re
from pathlib import Path

from ftui.dataset.formats.base import FormatName
from ftui.dataset.formats.json_value import BOM
from ftui.dataset.formats.source import Source
from ftui.project.errors import FtuiError

SUFFIXES: dict[str, FormatName] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "tsv", ".tab": "tsv",
    ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip
_HEAD = 64 << 10
_TELLING = 128
"""Bytes below which odd characters are taken for faults in the data, not for a foreign kind of file."""
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP archive or a spreadsheet", "unpack it, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "save the sheet as CSV"),
    (b"ARROW1", "an Arrow file", "convert it to Parquet or JSONL"),
    (b"FEA1", "a Feather file", "convert it to Parquet or JSONL"),
    (b"%PDF", "a PDF document", "name a file with rows: JSONL, JSON, CSV, TSV or Parquet"),
    (b"SQLite format 3\0", "a SQLite database", "export the table as CSV or JSONL"),
    (b"GGUF", "a model", "name a file with rows: JSONL, JSON, CSV, TSV or Parquet"),
    (b"BZh", "a bzip2 file", "unpack it first"),
    (b"\xfd7zXZ\0", "an xz file", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"\xff\xfe", "UTF-16 text", "convert it: iconv -f UTF-16 -t UTF-8 OLD > NEW"),
    (b"\xfe\xff", "UTF-16 text", "convert it: iconv -f UTF-16 -t UTF-8 OLD > NEW"),
    (b"\x7fELF", "a program", "name a file with rows: JSONL, JSON, CSV, TSV or Parquet"),
    (b"\x89PNG", "a picture", "name a file with rows: JSONL, JSON, CSV, TSV or Parquet"),
    (b"\xff\xd8\xff", "a picture", "name a file with rows: JSONL, JSON, CSV, TSV or Parquet"),
)  # fmt: skip
_WHOLE = re.compile(rb"[ \t]*(?:\{[^\n]*\}|\[[^\n]*\])[ \t\r]*")
"""A line that looks like a whole object or array."""


def data_suffix(path: Path) -> str:
    """The suffix that tells the format, in lower case, with that of a compression taken off."""
    name = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    return Path(name).suffix


def guess_format(source: Source) -> FormatName:
    """The format of a file.

    Raises FtuiError when it is empty or not data.
    """
    path = source.path
    head = source.read(0, _HEAD)
    if not head and source.damage is not None:
        raise FtuiError(f"{path}: nothing can be unpacked: {source.damage.message}", "fetch the file again")
    if not head:
        raise FtuiError(f"{path}: the file is empty", "choose a file with data")
    if head.startswith(b"PAR1"):
        return "parquet"
    _refuse_foreign(path, head)
    named = SUFFIXES.get(data_suffix(path))
    text = head.removeprefix(BOM).lstrip()
    if named == "parquet":
        raise FtuiError(
            f"{path}: its name says Parquet, its content does not", "rename it after what it holds"
        )
    if not text:
        raise FtuiError(f"{path}: there are only blank lines in it", "choose a file with data")
    if named in ("csv", "tsv"):
        return named
    if text.startswith(b"{"):
        return _object_format(text, named)
    if text.startswith(b"["):
        return _array_format(text, named)
    if named is not None:
        return named
    if guess := _delimited_format(text, len(head) < _HEAD):
        return guess
    raise FtuiError(
        f"{path}: no rows found in it",
        "name a file with rows: JSONL, JSON, CSV, TSV or Parquet (also .gz, .zst)",
    )


def _refuse_foreign(path: Path, head: bytes) -> None:
    for magic, what, hint in _FOREIGN:
        if head.startswith(magic):
            raise FtuiError(f"{path}: is {what}, not a data file", hint)
    sample = head[:8192]
    if len(sample) < _TELLING:
        return
    if sample[1::2].count(0) > len(sample) // 4 or sample[::2].count(0) > len(sample) // 4:
        raise FtuiError(
            f"{path}: is UTF-16 text or binary", "convert it: iconv -f UTF-16LE -t UTF-8 OLD > NEW"
        )
    strange = len(sample) - len(sample.translate(None, bytes(range(9)) + bytes(range(14, 32))))
    # Random bytes: 9 % are control characters, and every second one is no UTF-8. A text has hardly any of either, but
    # a table of faults may hold many NULs; the sample may end within a character.
    broken = sample.decode("utf-8", "replace").count("\ufffd")
    few, some, many = (len(sample) // share for share in (25, 10, 3))
    if strange > many or (strange > some and broken > 1) or (strange > few and broken > some):
        raise FtuiError(
            f"{path}: is binary, not a data file", "name a file with rows: JSONL, JSON, CSV, TSV or Parquet"
        )


def _object_format(text: bytes, named: FormatName | None) -> FormatName:
    """JSON Lines when lines are whole objects; else one JSON object, with the records somewhere inside."""
    first, _, rest = text.partition(b"\n")
    if _WHOLE.fullmatch(first):
        alone = rest.strip()[:1] not in (b"{", b"[")
        return "json" if alone and named == "json" else "jsonl"
    if named in ("jsonl", "json"):
        return named
    return "jsonl" if not rest or any(_WHOLE.fullmatch(line) for line in rest.split(b"\n")) else "json"


def _array_format(text: bytes, named: FormatName | None) -> FormatName:
    """A JSON array, unless lines are whole arrays or objects by themselves."""
    first, _, rest = text.partition(b"\n")
    if _WHOLE.fullmatch(first) and rest.strip()[:1] in (b"{", b"["):
        return "jsonl"
    if named == "jsonl" and first.strip() != b"[":
        return "jsonl"
    return "json"


def _delimited_format(text: bytes, whole: bool) -> FormatName | None:
    """CSV or TSV, when nearly all lines have the header's number of cells."""
    from ftui.dataset.formats.delimited_dialect import sniff

    lines = [line for line in text.splitlines()[:20] if line.strip()]
    dialect = sniff(text, whole, False)
    if len(dialect.columns) < 2 or len(lines) < 2:
        return None
    even = sum(line.count(dialect.delimiter) == len(dialect.columns) - 1 for line in lines)
    if even < 0.8 * len(lines):
        return None
    return "tsv" if dialect.delimiter == b"\t" else "csv"
