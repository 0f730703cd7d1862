"""A difference reads without colour and holds both texts."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from ftui.tui.desk.differences import difference

STYLE = Style(bold=True)


def plain(old: str, new: str) -> str:
    return difference(old, new, STYLE, STYLE).plain


def test_an_appended_marker_is_marked() -> None:
    assert plain("Run it.", "Run it.\n### End") == "Run it.{+⏎### End+}"


def test_a_changed_word_keeps_its_neighbours() -> None:
    assert plain("the red fox", "the blue fox") == "the [-red-]{+blue+} fox"


def test_control_characters_are_drawn() -> None:
    assert "\x1b" not in plain("a\x1b[2Jb", "a\x1b[2Jc")


@given(st.text(alphabet="abc ", max_size=30), st.text(alphabet="abc ", max_size=30))
def test_both_texts_can_be_read_back(old: str, new: str) -> None:
    shown = plain(old, new)
    assert re.sub(r"\{\+.*?\+\}", "", shown).replace("[-", "").replace("-]", "") == old
    assert re.sub(r"\[-.*?-\]", "", shown).replace("{+", "").replace("+}", "") == new
