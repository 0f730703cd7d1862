"""Compressed files: read as far as they can be, saved compressed."""

from __future__ import annotations

import contextlib
import errno
import gzip
import io
import os
from pathlib import Path

import pytest
import zstandard

from ftui.dataset.formats import open_records
from ftui.dataset.formats.base import Kept, Replaced
from ftui.project.errors import FtuiError
from tests.dataset.format_files import kinds, opened, saved

ROWS = [b'{"row":%d,"text":"%s"}' % (i, b"x" * (i % 77)) for i in range(3000)]
PLAIN = b"\n".join(ROWS) + b"\n"


def pack_zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def unpack_zstd(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(data)


PACKERS = {
    "gz": (gzip.compress, gzip.decompress, "gzip"),
    "zst": (pack_zstd, unpack_zstd, "zstd"),
}
packers = pytest.mark.parametrize("suffix", PACKERS)


@packers
def test_rows_are_read_and_saved_compressed(suffix):
    pack, unpack, name = PACKERS[suffix]
    with opened(pack(PLAIN), f"a.jsonl.{suffix}") as records:
        assert (records.format, records.compression) == ("jsonl", name)
        assert records.raws(0, len(records)) == ROWS
        after = saved(records, [Kept(0, 7), Replaced(7, b"{}"), Kept(8, 3000)])
    assert unpack(after) == PLAIN.replace(ROWS[7], b"{}")


@packers
def test_several_streams_in_one_file_are_read_as_one(suffix):
    pack = PACKERS[suffix][0]
    data = b"".join(pack(PLAIN[i : i + 1000]) for i in range(0, len(PLAIN), 1000))
    with opened(data, f"a.jsonl.{suffix}") as records:
        assert records.raws(0, len(records)) == ROWS
        assert kinds(records, 2999) == set()


@packers
def test_the_content_decides_not_the_name(suffix):
    with opened(PACKERS[suffix][0](b'[{"a":1},\n{"a":2}]'), "data") as records:
        assert (records.format, len(records)) == ("json", 2)
    with opened(PACKERS[suffix][0](b"a,b\n1,2\n"), f"t.csv.{suffix}") as records:
        assert (records.format, records.parse(records.raw(0)).value) == ("csv", {"a": "1", "b": "2"})


def test_a_truncated_gzip_is_read_up_to_the_cut_at_any_place():
    packed = gzip.compress(PLAIN)
    for cut in range(200, len(packed), 997):
        with opened(packed[:cut], "a.jsonl.gz") as records:
            last = len(records) - 1
            assert records.raws(0, last) == ROWS[:last]
            assert "truncated-stream" in kinds(records, last)
            assert kinds(records, 0) == set() or last == 0
            assert gzip.decompress(saved(records, [Kept(0, last)])).splitlines() == ROWS[:last]


@packers
def test_a_stream_without_its_last_bytes_is_named(suffix):
    packed = PACKERS[suffix][0](PLAIN)
    with opened(packed[:-2], f"a.jsonl.{suffix}") as records:
        assert "truncated-stream" in kinds(records, len(records) - 1)
        assert kinds(records, 0) == set()


@packers
def test_damage_in_the_middle_never_crashes(suffix):
    packed = PACKERS[suffix][0](PLAIN)
    for place in range(40, len(packed), len(packed) // 23):
        broken = bytearray(packed)
        broken[place] ^= 0x55
        with contextlib.suppress(FtuiError), opened(bytes(broken), f"a.jsonl.{suffix}") as records:
            assert "truncated-stream" in kinds(records, len(records) - 1)


def test_a_gzip_header_keeps_its_name_and_time():
    out = io.BytesIO()
    with gzip.GzipFile("inner.jsonl", "wb", 9, out, mtime=1234567890) as file:
        file.write(PLAIN)
    with opened(out.getvalue(), "renamed.jsonl.gz") as records:
        after = saved(records, [Kept(0, 3000)])
    assert after[:18] == out.getvalue()[:8] + after[8:10] + b"inner.js"


def test_bytes_after_the_last_member_are_named():
    with opened(gzip.compress(PLAIN) + b"\0" * 50, "a.jsonl.gz") as records:
        assert kinds(records, 2999) == set()
    with opened(gzip.compress(PLAIN) + b"junk", "a.jsonl.gz") as records:
        assert kinds(records, 2999) == {"truncated-stream"}


@packers
def test_the_first_page_unpacks_only_the_beginning(suffix, tmp_path):
    path = tmp_path / f"a.jsonl.{suffix}"
    noise = b"".join(b'{"row":%d,"text":"%x"}\n' % (i, hash((i, "noise")) ** 9) for i in range(60_000))
    path.write_bytes(PACKERS[suffix][0](noise))
    records = open_records(path)
    records.first(50)
    done, total = records.source.progress(0)
    assert len(records) >= 50
    assert done < total / 2
    records.close()


@packers
def test_nothing_to_unpack_is_one_clear_line(suffix, tmp_path):
    path = tmp_path / f"a.jsonl.{suffix}"
    path.write_bytes(PACKERS[suffix][0](PLAIN)[:12])
    with pytest.raises(FtuiError, match="nothing can be unpacked"):
        open_records(path)
    path.write_bytes(PACKERS[suffix][0](b""))
    with pytest.raises(FtuiError, match="empty"):
        open_records(path)


def test_real_compressed_files(shared_data):
    path = shared_data / "gpteacher" / "toolformer-similarity-0.9.json.gz"
    with opened(path.read_bytes(), path.name) as records:
        assert len(records) == 5959
        assert gzip.decompress(saved(records, [Kept(0, 5959)])) == gzip.decompress(path.read_bytes())


def test_a_zstd_bomb_costs_no_more_than_what_is_read(tmp_path: Path) -> None:
    packed = tmp_path / "bomb.jsonl.zst"
    with packed.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file, closefd=False) as out:
        out.write(b'{"a": 1}\n' * 1_000)
        for _ in range(1_000):
            out.write(bytes(1 << 20))
    assert packed.stat().st_size < 100_000
    records = open_records(packed)
    try:
        records.first(10)
        unpacked = os.fstat(records.source.descriptor()).st_size  # type: ignore[attr-defined]
        assert unpacked < 64 << 20
    finally:
        records.close()


def test_once_there_was_no_space_to_unpack_nothing_is_read_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(b'{"a": "0123456789"}\n' * 600_000))
    records = open_records(packed)
    full = OSError(errno.EDQUOT, "Disk quota exceeded")

    def refuse(*_: object) -> int:
        raise full

    try:
        with monkeypatch.context() as patched:
            patched.setattr(os, "pwrite", refuse)
            with pytest.raises(FtuiError, match="no space to unpack"):
                records.index(lambda _done, _total: None, lambda: False)
        with pytest.raises(FtuiError, match="no space to unpack"):
            records.index(lambda _done, _total: None, lambda: False)
    finally:
        records.close()
