"""Small files made to cost much: each took minutes or gigabytes where a pattern or a list was the wrong one."""

from __future__ import annotations

import struct

import pytest

from ftui.dataset.formats.json_value import parse_json
from ftui.project.errors import FtuiError
from tests.dataset.format_files import opened

MANY = 200_000


def test_a_row_of_very_many_cells() -> None:
    with opened(b"a,b\n1,2\n" + b"," * MANY + b"\n", "t.csv") as records:
        assert len(records.parse(records.raw(1)).value or ()) == MANY + 1


def test_a_header_of_very_many_empty_names() -> None:
    with opened(b"," * MANY + b"\n1\n", "t.csv") as records:
        assert [problem.kind for problem in records.parse(records.raw(0)).problems] == ["ragged-row"]


def test_very_many_keys_of_which_one_stands_twice() -> None:
    keys = ",".join(f'"{i}":1' for i in range(MANY))
    problems = parse_json(f'{{{keys},"7":2}}'.encode(), arrays=False).problems
    assert [problem.message for problem in problems] == ['key "7" stands 2 times; the last one counts']


def test_a_run_of_spaces_behind_a_broken_element() -> None:
    with opened(b'[{"a": 1},\n{"a": tru' + b" " * 10 * MANY + b"x ]", "t.json") as records:
        assert len(records) == 2
        assert records.raw(1).endswith(b" x")


@pytest.mark.parametrize(
    "footer",
    [b"\x1c" * MANY, b"\x36\x09\x00", b"\x36" + b"\xff" * 12 + b"\x01\x00", b"\x39\xfc" + b"\xff" * 5],
)
def test_a_parquet_footer_that_nobody_wrote(footer: bytes) -> None:
    data = b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1"
    with pytest.raises(FtuiError, match="cut off or damaged"), opened(data, "t.parquet"):
        pass
