"""Invisible characters under stand-ins: seen while they are edited, and exactly as they were afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ftui.tui.stand_ins import OTHERS, StandIns

ODD = "ab ◦␛▯\t\n\r\x0b\x0c\x1b\x1c\x85\x9b\u200b\u200d\u2028\u2029\u202e\ufeff\ud800\u00a0"
TEXTS = st.one_of(st.text(st.sampled_from(ODD)), st.text(st.characters()))


@given(TEXTS)
def test_the_text_comes_back_as_it_was(text: str) -> None:
    stand_ins = StandIns(text)
    assert stand_ins.restore(stand_ins.shown) == text


@given(TEXTS)
def test_what_the_editor_gets_breaks_at_newlines_alone(text: str) -> None:
    shown = StandIns(text).shown
    assert len(shown.splitlines()) == shown.count("\n") + (shown[-1:] not in ("", "\n"))
    assert all(c.isprintable() or c in "\n\t" or c.isspace() for c in shown)


@given(TEXTS, st.data())
def test_an_edit_elsewhere_leaves_them_alone(text: str, data: st.DataObject) -> None:
    stand_ins = StandIns(text)
    at = data.draw(st.integers(0, len(text)))
    while text[at - 1 : at + 1] == "\r\n":
        at += 1
    place = stand_ins.position(at)
    assert (
        stand_ins.restore(stand_ins.shown[:place] + "x" + stand_ins.shown[place:])
        == f"{text[:at]}x{text[at:]}"
    )


@pytest.mark.parametrize(
    ("text", "shown"), [("a\x1b[1m", "a␛[1m"), ("a\u202eb", "a⇄b"), ("␛\x1b", f"␛{OTHERS[0]}")]
)
def test_each_is_drawn_as_the_record_draws_it(text: str, shown: str) -> None:
    assert StandIns(text).shown == shown
    assert cell_len(shown) == len(shown)


def test_lines_of_a_text_with_crlf_end_so_when_they_are_new() -> None:
    stand_ins = StandIns("a\r\nb")
    assert stand_ins.shown == "a\nb"
    assert stand_ins.restore("a\nb\nc") == "a\r\nb\r\nc"
    assert StandIns("a\r\nb\nc").shown == "a␍\nb\nc"
