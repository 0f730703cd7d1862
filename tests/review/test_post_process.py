"""What a deployment makes of a raw output: every cut is told, and nothing else is changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.review.sampling.post_process import STEPS, Cut, Processed, process


@pytest.mark.parametrize(
    ("output", "steps", "marker", "text", "cuts"),
    [
        (
            "yes ### End more",
            ("trim", "strip"),
            "### End",
            "yes",
            [("strip", 3, " "), ("trim", 4, "### End more")],
        ),
        ("yes ### End more", ("strip",), "### End", "yes ### End more", []),
        ("yes", ("trim",), "### End", "yes", []),
        ("yes", ("trim",), None, "yes", []),
        ("yes", ("trim",), "", "yes", []),
        ("a ### End b ### End", ("trim",), "### End", "a ", [("trim", 2, "### End b ### End")]),
        ("a\n### End", ("trim",), "\n### End\n", "a\n", [("trim", 2, "### End")]),
        ("  a  ", ("strip",), None, "a", [("strip", 0, "  "), ("strip", 3, "  ")]),
        (" \n ", ("strip",), None, "", [("strip", 0, " \n ")]),
        (
            "a \nb\x07c\t",
            ("clean",),
            None,
            "a\nbc",
            [("clean", 1, " "), ("clean", 4, "\x07"), ("clean", 6, "\t")],
        ),
        ("a\r\nb\rc", ("clean",), None, "a\r\nbc", [("clean", 4, "\r")]),
        (
            "###\x07 End x",
            ("clean", "trim"),
            "### End",
            "",
            [("trim", 0, "###"), ("clean", 3, "\x07"), ("trim", 4, " End x")],
        ),
        ("a", (), None, "a", []),
        ("", STEPS, "### End", "", []),
    ],
)
def test_the_steps_in_their_order(
    output: str, steps: tuple[str, ...], marker: str | None, text: str, cuts: list[tuple[str, int, str]]
) -> None:
    assert process(output, steps, marker) == Processed(text, tuple(Cut(*each) for each in cuts))


@given(
    st.text(st.sampled_from("ab \t\n\r\x00\x1b\x85\ufeff#\udc80é"), max_size=30),
    st.lists(st.sampled_from(STEPS), max_size=4),
    st.sampled_from([None, "", "#", "a#", " # "]),
)
def test_text_and_cuts_together_are_the_raw_output(output: str, steps: list[str], marker: str | None) -> None:
    done = process(output, steps, marker)
    rest, pieces, place = done.text, [], 0
    for cut in done.cuts:
        assert cut.text
        pieces += [rest[: cut.start - place], cut.text]
        rest = rest[cut.start - place :]
        place = cut.start + len(cut.text)
    assert "".join([*pieces, rest]) == output


@given(st.text(max_size=40))
def test_processing_twice_changes_nothing_more(output: str) -> None:
    once = process(output, ("trim", "clean", "strip"), "#").text
    assert process(once, ("trim", "strip"), "#") == Processed(once, ())
