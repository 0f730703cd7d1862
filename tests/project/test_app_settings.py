"""The user's settings under the project's, and what a broken file does."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.project.app_settings import AppSettings, load_app_settings, user_config
from ftui.project.errors import FtuiError
from ftui.project.load import load_project
from ftui.project.settings import Project


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    user_config().parent.mkdir(parents=True)
    return tmp_path


def project(folder: Path, text: str) -> Project:
    (folder / "ftui.toml").write_text(text)
    return load_project(folder)


def test_defaults(home: Path) -> None:
    assert load_app_settings() == AppSettings()


def test_project_over_user_over_defaults(home: Path) -> None:
    user_config().write_text('[app]\ntheme = "ember"\nmouse = false\neditor = "vi"\n')
    settings = load_app_settings(project(home, '[app]\ntheme = "mono"\ncell_diff = false\n'))
    assert settings == AppSettings(theme="mono", mouse=False, cell_diff=False, editor="vi")


def test_a_broken_user_file_is_a_warning(home: Path) -> None:
    user_config().write_text("[app]\ntheem = 'x'\n")
    settings = load_app_settings()
    assert settings.theme is None
    assert "line 2" in settings.warnings[0]
    assert "did you mean 'theme'" in settings.warnings[0]


def test_a_fault_in_the_user_file_costs_no_other_key(home: Path) -> None:
    user_config().write_text('font = 3\n[app]\ntheme = "ember"\nmouse = "no"\ntheem = "x"\neditor = "vi"\n')
    settings = load_app_settings()
    assert (settings.theme, settings.editor, settings.mouse) == ("ember", "vi", True)
    assert len(settings.warnings) == 3
    for said, warning in zip(("'font'", "app.mouse must be", "'theem'"), settings.warnings, strict=True):
        assert said in warning


def test_a_user_file_that_is_no_toml_is_a_warning(home: Path) -> None:
    user_config().write_text("[app\n")
    assert load_app_settings().theme is None
    assert "config.toml" in load_app_settings().warnings[0]
    user_config().write_text("app = 3\n")
    assert "must be a table" in load_app_settings().warnings[0]


def test_a_broken_project_file_is_refused(home: Path) -> None:
    with pytest.raises(FtuiError, match="unknown key 'theem'"):
        project(home, "[app]\ntheem = 'x'\n")
