"""The diff of a row shows what changes, and only that."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ftui.cli.output import Style
from ftui.cli.row_diff import row_diff, text_diff

PLAIN = Style(False)


def test_an_appended_marker_shows_alone() -> None:
    lines = list(text_diff("x" * 200 + " done.", "x" * 200 + " done.\n### End", PLAIN))
    assert lines == ["    - …" + "x" * 24 + " done.", "    + [+### End+]"] or lines == ["    + [+### End+]"]


def test_a_changed_word_keeps_its_neighbourhood() -> None:
    assert list(text_diff("one two three", "one 2 three", PLAIN)) == [
        "    - one [-two-] three",
        "    + one [+2+] three",
    ]


def test_fields_that_stay_are_not_shown() -> None:
    lines = list(row_diff({"a": "same", "b": "old"}, {"a": "same", "c": "new"}, PLAIN))
    assert [line.strip() for line in lines] == ["b", "- [-old-]", "+", "c", "-", "+ [+new+]"]


def test_characters_that_a_terminal_would_obey_are_drawn() -> None:
    assert "\x1b" not in "".join(text_diff("a\x1b[2J", "b\u202e", PLAIN))


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_equal_texts_and_only_those_have_no_diff(old: str, new: str) -> None:
    assert bool(list(text_diff(old, new, PLAIN))) == (old != new)
