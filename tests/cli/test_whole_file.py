"""A text file is written in full or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.cli.whole_file import write_whole
from ftui.project.errors import FtuiError


def test_an_older_file_keeps_its_mode_and_a_link_stays_one(tmp_path: Path) -> None:
    kept, link = tmp_path / "kept.md", tmp_path / "link.md"
    kept.write_text("old")
    kept.chmod(0o600)
    link.symlink_to(kept)
    write_whole(link, "new \ud800")
    assert link.is_symlink()
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == ("new ?", 0o600)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.md", "link.md"]


@pytest.mark.parametrize("name", ["/dev/null", "."])
def test_what_is_no_plain_file_is_left_alone(tmp_path: Path, name: str) -> None:
    with pytest.raises(FtuiError, match="not a plain file") as raised:
        write_whole(tmp_path / name, "x")
    assert raised.value.hint
    assert not Path("/dev/null").is_file()
