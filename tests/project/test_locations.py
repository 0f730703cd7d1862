"""Folders by the XDG rules, in a checkout and in a wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.project import locations


def test_folders_follow_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert locations.config_dir() == tmp_path / "c" / "ftui"
    assert locations.state_dir() == tmp_path / ".local" / "state" / "ftui"


def test_packaged_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert (locations.packaged_dir("samples") / "README.md").is_file()
    package = tmp_path / "site-packages" / "ftui"
    (tmp_path / "site-packages" / "samples").mkdir(parents=True)  # somebody else's package of that name
    monkeypatch.setattr(locations, "PACKAGE", package)
    assert locations.packaged_dir("samples") == package / "_data" / "samples"
