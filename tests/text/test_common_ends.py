"""The common ends of two texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ftui.text.common_ends import common_ends

TEXTS = st.text(alphabet="abc", max_size=12)


@given(TEXTS, TEXTS)
def test_they_are_as_long_as_they_can_be_and_do_not_overlap(one: str, other: str) -> None:
    head, tail = common_ends(one, other)
    assert one[:head] == other[:head]
    assert one[len(one) - tail :] == other[len(other) - tail :]
    left, right = one[head : len(one) - tail], other[head : len(other) - tail]
    assert not left or not right or (left[0] != right[0] and left[-1] != right[-1])
    assert head + tail <= min(len(one), len(other))
