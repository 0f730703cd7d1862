"""Saving into real files: kernel copies, plain copies, and outputs that fail or take only a part."""

from __future__ import annotations

import errno
import io
import os

import pytest

from ftui.dataset.formats import open_records
from ftui.dataset.formats.base import Added, Kept, Replaced
from tests.dataset.format_files import never, quiet

DATA = b"".join(b'{"row":%d,"text":"%s"}\n' % (i, b"x" * (i % 300)) for i in range(20_000))
LINES = DATA.splitlines(keepends=True)
PIECES = [Kept(0, 9000), Replaced(9000, b"{}"), Kept(9001, 9003), Added(b'{"new":1}'), Kept(9004, 20_000)]
EXPECTED = b"".join([*LINES[:9000], b"{}\n", *LINES[9001:9003], b'{"new":1}\n', *LINES[9004:]])


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(DATA)
    opened = open_records(path)
    yield opened
    opened.close()


@pytest.mark.parametrize("buffering", [0, -1])
@pytest.mark.parametrize("kernel", [True, False, "refuses"])
def test_the_same_file_by_every_way_of_copying(records, tmp_path, monkeypatch, buffering, kernel):
    if not kernel:
        monkeypatch.delattr(os, "copy_file_range")
    elif kernel == "refuses":

        def refuse(*_args):
            raise OSError(errno.EXDEV, "other file system")

        monkeypatch.setattr(os, "copy_file_range", refuse)
    reports: list[tuple[int, int]] = []
    with (tmp_path / "out").open("wb", buffering=buffering) as out:
        records.write(out, PIECES, lambda done, total: reports.append((done, total)), never)
    assert (tmp_path / "out").read_bytes() == EXPECTED
    assert reports[-1] == (len(DATA), len(DATA))


def test_an_output_in_append_mode_is_written_in_order(records, tmp_path):
    with (tmp_path / "out").open("ab") as out:
        records.write(out, PIECES, quiet, never)
    assert (tmp_path / "out").read_bytes() == EXPECTED


def test_a_wrapped_output_sees_every_byte_and_may_take_a_part_of_it(records):
    class Sparing(io.RawIOBase):
        def __init__(self):
            self.taken = bytearray()

        def writable(self):
            return True

        def write(self, data):
            part = bytes(data[:1000])
            self.taken += part
            return len(part)

    out = Sparing()
    records.write(out, PIECES, quiet, never)
    assert bytes(out.taken) == EXPECTED


def test_a_full_disk_is_reported_as_the_system_does(records):
    class Full(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            raise OSError(errno.ENOSPC, "no space")

    with pytest.raises(OSError, match="no space"):
        records.write(Full(), PIECES, quiet, never)


def test_a_failing_kernel_copy_is_not_hidden(records, tmp_path, monkeypatch):
    def fail(*_args):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "copy_file_range", fail)
    with (tmp_path / "out").open("wb") as out, pytest.raises(OSError, match="no space"):
        records.write(out, PIECES, quiet, never)


def test_every_row_replaced(records):
    out = io.BytesIO()
    records.write(out, (Replaced(i, b"[%d]" % i) for i in range(20_000)), quiet, never)
    assert out.getvalue() == b"".join(b"[%d]\n" % i for i in range(20_000))


def test_large_runs_are_copied_by_the_kernel(records, tmp_path, monkeypatch):
    if not hasattr(os, "copy_file_range"):
        pytest.skip("this system has no copy_file_range")
    calls: list[int] = []
    real = os.copy_file_range

    def counted(*args):
        calls.append(args[2])
        return real(*args)

    monkeypatch.setattr(os, "copy_file_range", counted)
    with (tmp_path / "out").open("wb") as out:
        records.write(out, PIECES, quiet, never)
    assert sum(calls) > len(DATA) // 2
