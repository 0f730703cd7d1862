"""Which editor is started, and what comes back from it."""

from __future__ import annotations

import pytest

from ftui.project.errors import FtuiError
from ftui.tui.external_editor import command


def test_the_chosen_editor_comes_before_those_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "cat -n")
    monkeypatch.setenv("EDITOR", "true")
    assert command("sh -e 'a b'") == ["sh", "-e", "a b"]
    assert command() == ["cat", "-n"]
    monkeypatch.delenv("VISUAL")
    assert command() == ["true"]


@pytest.mark.parametrize("name", ["no-such-editor-here --wait", "vim '"])
def test_an_editor_that_is_none_is_said(name: str) -> None:
    with pytest.raises(FtuiError, match="editor"):
        command(name)
