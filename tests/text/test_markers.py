"""End markers at the end of texts: the marker itself, its variants, others, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.text import markers


@pytest.mark.parametrize(
    ("text", "marker", "found", "kind"),
    [
        ("Done.\n### End", "### End", "### End", "same"),
        ("Done.\n### End  \n", "### End", "### End", "same"),
        ("Done.\n### End\u200b\ufeff", "### End", "### End", "same"),
        ("Done.\n###END", "### End", "###END", "variant"),
        ("Done. ### end.", "### End", "### end.", "variant"),
        ("Done.\n#### End ####", "### End", "#### End ####", "variant"),
        ("Done.\n#### End", "### End", "#### End", "variant"),
        ("Done.\n--- End ---", "### End", "--- End ---", "variant"),
        ("Done.\n[END]", "### End", "[END]", "variant"),
        ("Done.\nEnd", "### End", "End", "variant"),
        ("Done.\n### Edn", "### End", "### Edn", "variant"),
        ("Done.\n### Ende", "### End", "### Ende", "variant"),
        ("Done.\n###", "### End", "###", "cut"),
        ("Done.</s>", "### End", "</s>", "other"),
        ("Done.</S>", "</s>", "</S>", "variant"),
        ("Done. < /s>", "</s>", "< /s>", "variant"),
        ("Done.<|IM_END|>", "<|im_end|>", "<|IM_END|>", "variant"),
        ("Done.<im_end>", "<|im_end|>", "<im_end>", "variant"),
        ("Done.<|im_en", "<|im_end|>", "<|im_en", "cut"),
        ("Done.<|endoftext|>", "<|im_end|>", "<|endoftext|>", "other"),
    ],
)
def test_what_stands_in_place_of_the_marker(text: str, marker: str, found: str, kind: str) -> None:
    tail = markers.at_end(text, marker)
    assert tail is not None
    assert (tail.text, tail.kind) == (found, kind)
    assert text[tail.start : tail.end] == found


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        ("That is the end", "### End"),
        ("SEE YOU AT THE WEEKEND", "END"),
        ("SELECT CASE\n  WHEN a THEN b\nEND", "### End"),
        ("Done.\n### Ending", "### End"),
        ("A line - end", "### End"),
        ("See the #end", "### End"),
        ("value (s)", "</s>"),
        ("a plural in brackets: file(s)", "</s>"),
        ("x <", "<|im_end|>"),
        ("", "### End"),
    ],
)
def test_ordinary_ends_are_no_markers(text: str, marker: str) -> None:
    assert markers.at_end(text, marker) is None


def test_a_bare_word_counts_only_on_its_own_line_after_a_sentence() -> None:
    assert markers.known_at_end("All is said.\nEND") is not None
    assert markers.known_at_end("begin\n  x := 1\nEND") is None
    assert markers.known_at_end("THE END") is None
    assert markers.known_at_end("Read on below.\n###") is not None


@given(st.text(max_size=200), st.sampled_from(markers.KNOWN))
def test_a_text_with_the_marker_on_a_line_of_its_own_ends_with_it(text: str, marker: str) -> None:
    tail = markers.at_end(f"{text}\n{marker}", marker)
    assert tail is not None
    assert tail.kind == "same"
    assert tail.end == len(text) + 1 + len(marker)


@given(st.text(alphabet="# End<|im_end|>\n.x", max_size=60), st.sampled_from(markers.KNOWN))
def test_spans_are_inside_the_text_and_nothing_but_space_follows(text: str, marker: str) -> None:
    tail = markers.at_end(text, marker)
    if tail is not None:
        assert 0 <= tail.start < tail.end <= len(text)
        assert text[tail.end :].strip() == ""
        assert text[tail.start : tail.end] == tail.text


@given(st.text(alphabet="ab", max_size=30), st.text(alphabet="ab", min_size=1, max_size=3))
def test_occurrences_are_those_of_count(text: str, marker: str) -> None:
    found = markers.occurrences(text, marker)
    assert len(found) == text.count(marker)
    assert all(text[start:end] == marker for start, end in found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Done.\n<<STOP>>", "<<STOP>>"),
        ("Done. [[fin]]", "[[fin]]"),
        ("Done.\n== end of answer ==", "== end of answer =="),
        ("Done.\n~~~~", "~~~~"),
        ("Done.\nSTOP", "STOP"),
        ("See [1]", None),
        ("<div>a</div>", None),
        ("a\n- item two", None),
        ("Done.", None),
        ("STOP", None),
    ],
)
def test_what_looks_like_a_marker_that_nobody_named(text: str, found: str | None) -> None:
    assert markers.unknown_at_end(text) == found
