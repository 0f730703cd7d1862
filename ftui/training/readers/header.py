"""The columns that the beginning of a file names, whoever reads the file."""

from __future__ import annotations

from collections.abc import Sequence

from ftui.training.readers.generic_csv import look
from ftui.training.readers.generic_jsonl import names_in


def columns_of(head: bytes) -> Sequence[str]:
    """The columns of what begins as a table of numbers, or the keys of its JSON objects; else none."""
    header, numeric = look(head)
    return header if header and numeric else sorted(names_in(head))
