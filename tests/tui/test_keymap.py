"""Keys: one table, remapped by id, clashes reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.tui.key_names import key_name, textual_name
from ftui.tui.keymap import KEYS, clashes, keys_of, read_keymap
from tests.tui.desk import opened, settle, write_rows


def test_every_key_has_its_own_id_and_a_help_text() -> None:
    assert len({key.id for key in KEYS}) == len(KEYS)
    assert all(key.help.endswith(".") and key.label for key in KEYS)
    assert clashes({}) == []


@pytest.mark.parametrize(
    ("text", "keymap", "says"),
    [
        ('save = "w"', {"save": "w"}, "hides"),
        ('save = ["f2", "ctrl+s"]', {"save": "f2,ctrl+s"}, ""),
        ('sav = "f2"', {}, "did you mean save"),
        ("save = 3", {}, "needs a key"),
        ('save = ""', {}, "needs a key"),
        ('fix = "F2,Ctrl+W"', {"fix": "f2,ctrl+w"}, ""),
        ('fix = "PgFoo"', {}, "there is no key PgFoo"),
        ('fix = ["F2", "nonsense"]', {"fix": "f2"}, "there is no key nonsense"),
        ('save = "u"', {"save": "u"}, "both"),
        ("save = ", {}, "left out"),
    ],
)
def test_reading_a_keymap(tmp_path: Path, text: str, keymap: dict[str, str], says: str) -> None:
    path = tmp_path / "keymap.toml"
    path.write_text(text)
    read, warnings = read_keymap(path)
    assert read == keymap
    if says == "hides":
        assert any("both invisibles and save" in warning for warning in warnings)
    else:
        assert says in " ".join(warnings)
        assert bool(says) == bool(warnings)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("F2", "f2"),
        ("^S", "ctrl+s"),
        ("Ctrl+S", "ctrl+s"),
        ("Shift+Tab", "shift+tab"),
        ("ctrl+shift+Left", "ctrl+shift+left"),
        ("PgDn", "pagedown"),
        ("Esc", "escape"),
        ("K", "K"),
        ("é", "é"),
        ("]", "right_square_bracket"),
        ("+", "plus"),
        ("ctrl++", None),
        ("hyper+x", None),
        ("left_curly_bracket", "left_curly_bracket"),
    ],
)
def test_keys_as_a_person_writes_them(written: str, name: str | None) -> None:
    assert textual_name(written) == name


def test_every_key_of_the_table_is_named_as_it_is_written() -> None:
    assert all(textual_name(name) == name for key in KEYS for name in keys_of(key, {}))


def test_no_keymap_is_no_fault(tmp_path: Path) -> None:
    assert read_keymap(tmp_path / "none.toml") == ({}, [])


@pytest.mark.parametrize(
    ("key", "name"),
    [("ctrl+s", "^S"), ("right_square_bracket", "]"), ("shift+down", "⇧↓"), ("G", "G"), ("enter", "⏎")],
)
def test_names_of_keys(key: str, name: str) -> None:
    assert key_name(key) == name


async def test_remapped_keys_work_and_are_shown(tmp_path: Path, own_settings: Path) -> None:
    own_settings.mkdir(parents=True)
    (own_settings / "keymap.toml").write_text('down = "n"\nopen-record = "f2"\n')
    app = opened(write_rows(tmp_path / "train.jsonl"))
    async with app.run_test(size=(160, 40)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        assert app.desk.table.cursor == 1
        await pilot.press("j")
        assert app.desk.table.cursor == 1
        assert "F2 open" in app.desk.query_one("#keys").render_line(0).text
