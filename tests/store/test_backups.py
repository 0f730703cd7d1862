"""Backups share the old file's blocks and are kept to the newest five."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from ftui.store.backups import keep_backup, prune_backups


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


def test_a_backup_is_a_second_name_of_the_file(tmp_path: Path, folder: Path) -> None:
    data = tmp_path / "train.jsonl.gz"
    data.write_bytes(b"one")
    backup = keep_backup(folder, data)
    assert backup.samefile(data)
    assert backup.name.endswith("-train.jsonl.gz")


def test_it_is_copied_with_its_time_where_links_do_not_work(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    data = tmp_path / "train.jsonl"
    data.write_bytes(b"one")
    os.utime(data, ns=(5, 1_234_567_890_123_456_789))
    backup = keep_backup(folder, data)
    assert backup.read_bytes() == b"one"
    assert not backup.samefile(data)
    assert backup.stat().st_mtime_ns == data.stat().st_mtime_ns
    assert list(folder.iterdir()) == [backup]


def test_the_newest_five_stay_and_those_still_needed(tmp_path: Path, folder: Path) -> None:
    data, other = tmp_path / "train.jsonl", tmp_path / "sub" / "train.jsonl"
    other.parent.mkdir()
    other.write_bytes(b"x")
    kept = keep_backup(folder, other)
    backups = []
    for version in range(8):
        data.unlink(missing_ok=True)
        data.write_bytes(b"%d" % version)
        backups.append(keep_backup(folder, data))
    removed = prune_backups(folder, data, {backups[0]})
    assert sorted(removed) == backups[1:3]
    assert sorted(folder.iterdir()) == sorted([kept, backups[0], *backups[3:]])
