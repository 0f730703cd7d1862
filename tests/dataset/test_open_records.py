"""Which format a file has, and the one clear line when it has none."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from ftui.dataset.formats import open_records
from ftui.project.errors import FtuiError
from tests.dataset.format_files import opened


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.jsonl", b'{"a":1}\n{"a":2}\n', "jsonl"),
        ("a.json", b'{"a":1}\n{"a":2}\n', "jsonl"),
        ("a", b'{"a":1}\n{"a":2}\n', "jsonl"),
        ("a.jsonl", b'{"a":1}', "jsonl"),
        ("a.json", b'{"a":1}', "json"),
        ("a.jsonl", b"{broken\n{}\n", "jsonl"),
        ("a.jsonl", b"[1,2]\n{}\n", "jsonl"),
        ("a.jsonl", b'[{"a":1}]', "jsonl"),
        ("a.jsonl", b'[\n{"a":1}\n]', "json"),
        ("a.json", b'[{"a":1}]', "json"),
        ("a", b'[{"a":1},\n {"a":2}]', "json"),
        ("a", b'{\n "train": [{"a":1}]\n}', "json"),
        ("a.csv", b"a,b\n1,2\n", "csv"),
        ("a.csv", b"{a},b\n1,2\n", "csv"),
        ("a.tsv", b"a\tb\n1\t2\n", "tsv"),
        ("a.txt", b"a,b\n1,2\n3,4\n", "csv"),
        ("a.txt", b"a\tb\n1\t2\n", "tsv"),
        ("a.data", b"\xef\xbb\xbf{}\n{}\n", "jsonl"),
    ],
)
def test_content_decides_and_the_suffix_where_it_leaves_a_doubt(name, data, expected):
    with opened(data, name, first=0) as records:
        assert records.format == expected


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.jsonl", b"", "empty"),
        ("a.jsonl", b"\n \n", "blank"),
        ("a.xlsx", b"PK\x03\x04rest", "spreadsheet"),
        ("a.csv", b"PK\x03\x04rest", "spreadsheet"),
        ("a.pdf", b"%PDF-1.4", "PDF"),
        ("a.csv", "text,label\n".encode("utf-16"), "UTF-16"),
        ("a.csv", "text,label\nsome text,label\n".encode("utf-16-le") * 9, "UTF-16"),
        ("a.parquet", b"not parquet", "Parquet"),
        ("a.parquet", b"PAR1", "cut off"),
        ("a.bin", random.Random(3).randbytes(1088), "binary"),
        ("a.npy", b"\x93NUMPY\x01\x00" + bytes(500), "binary"),
        ("a.md", b"# A text\n\nSome prose, with a comma.\nMore of it.\n", "no rows"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "content",
)
def test_what_holds_no_rows_is_one_clear_line(tmp_path, name, data, message):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FtuiError, match=message) as caught:
        open_records(path).first(1)
    assert "\n" not in caught.value.message
    assert str(path) in caught.value.message
    assert caught.value.hint


def test_what_is_no_file_is_one_clear_line(tmp_path):
    with pytest.raises(FtuiError, match="no such file"):
        open_records(tmp_path / "missing.jsonl")
    with pytest.raises(FtuiError, match="folder"):
        open_records(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FtuiError, match="not a regular file"):
        open_records(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(FtuiError, match="cannot be opened"):
        open_records(tmp_path / "loop")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission_is_one_clear_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n")
    path.chmod(0)
    with pytest.raises(FtuiError, match="permission"):
        open_records(path)


def test_a_failed_opening_leaves_no_descriptor_open(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"")
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(FtuiError):
            open_records(tmp_path / "a.jsonl")
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_the_first_page_needs_neither_numpy_nor_polars(tmp_path):
    files = {
        "a.jsonl": b'{"a":"x"}\n' * 50_000,
        "a.json": b'[{"a":1},\n{"a":2}]',
        "a.csv": b"a,b\n" + b"1,2\n" * 50_000,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        code = (
            "import sys, pathlib; from ftui.dataset.formats import open_records\n"
            f"r = open_records(pathlib.Path({str(tmp_path / name)!r})); r.first(200); r.parse(r.raw(1))\n"
            "from ftui.dataset.record import FieldEdit; r.edit(r.raw(1), [])\n"
            "sys.exit('numpy' in sys.modules or 'polars' in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
