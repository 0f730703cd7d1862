"""Hashes of model files: computed once, and anew for every other content."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.review.sampling.cancellation import Cancelled
from ftui.review.sampling.file_hashes import FILE, file_sha256, model_sha256


def quiet(path: Path, done: int, total: int) -> None:
    return None


def refuse(path: Path, done: int, total: int) -> None:
    raise AssertionError("read although it was remembered")


def test_a_hash_is_remembered_and_told_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(os.urandom(9 << 20))
    told: list[tuple[int, int]] = []
    found = file_sha256(path, lambda _, done, total: told.append((done, total)), tmp_path)
    assert found == hashlib.sha256(path.read_bytes()).hexdigest()
    assert told == [(4 << 20, 9 << 20), (8 << 20, 9 << 20), (9 << 20, 9 << 20)]
    assert file_sha256(path, refuse, tmp_path) == found
    with pytest.raises(AssertionError):
        file_sha256(path, refuse)


def test_every_change_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    found = set()
    for n, content in enumerate((b"one", b"two", b"three")):
        path.write_bytes(content)
        os.utime(path, ns=(n, n))
        found.add(file_sha256(path, quiet, tmp_path))
    other = tmp_path / "other.gguf"
    other.write_bytes(b"eerht")
    os.utime(other, ns=(2, 2))
    other.replace(path)  # the same size and time: the inode differs
    found.add(file_sha256(path, quiet, tmp_path))
    assert len(found) == 4


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b'{"a": 1}', b"\xff", b"null"])
def test_a_broken_memory_is_no_memory(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"weights")
    (tmp_path / FILE).write_bytes(broken)
    found = file_sha256(path, quiet, tmp_path)
    assert found == hashlib.sha256(b"weights").hexdigest()
    assert file_sha256(path, refuse, tmp_path) == found


def test_without_a_folder_to_write_to_it_is_computed_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"weights")
    assert file_sha256(path, quiet, tmp_path / "gone") == hashlib.sha256(b"weights").hexdigest()


def test_a_file_that_changes_meanwhile_is_refused_and_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"weights")

    def write_more(_: Path, done: int, total: int) -> None:
        path.write_bytes(b"more weights")

    with pytest.raises(FtuiError, match="changed while"):
        file_sha256(path, write_more, tmp_path)
    assert not (tmp_path / FILE).exists()


def test_a_cancel_ends_it_in_the_middle(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(bytes(9 << 20))
    blocks: list[int] = []

    def cancel(_: Path, done: int, total: int) -> None:
        blocks.append(done)
        raise Cancelled

    with pytest.raises(Cancelled):
        file_sha256(path, cancel, tmp_path)
    assert len(blocks) == 1


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.gguf", tmp_path):
        with pytest.raises(FtuiError) as caught:
            file_sha256(path, quiet, tmp_path)
        assert str(path) in caught.value.message


def test_a_model_in_parts_is_told_by_all_of_them(tmp_path: Path) -> None:
    first, second = (tmp_path / f"m-0000{n}-of-00002.gguf" for n in (1, 2))
    first.write_bytes(b"1")
    second.write_bytes(b"2")
    before = model_sha256(first, quiet)
    second.write_bytes(b"3")
    assert model_sha256(first, quiet) != before
    second.unlink()
    assert model_sha256(first, quiet) == hashlib.sha256(b"1").hexdigest()
