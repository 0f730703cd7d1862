"""Votes between the base and several checkpoints: each page has what they say of its own models."""

from __future__ import annotations

import pytest

from ftui.review.figures.comparisons import Ballot, among, duel
from ftui.review.judgement import Vote

BASE, FIRST, SECOND = ("base", ""), ("tuned", "epoch-1"), ("tuned", "epoch-2")
ENTRANTS = (FIRST, BASE, SECOND)


def ballot(winner: str, outputs: tuple[bytes, ...] = (b"1", b"2", b"3")) -> Ballot:
    vote = Vote("ana", b"p", ("one", "of base", "two"), outputs, winner)
    return Ballot(vote, "p", "random", ENTRANTS, winner)


@pytest.mark.parametrize(
    ("winner", "first", "second"),
    [
        ("one", (1, 0, 0), None),  # nothing is known of the base and the second
        ("of base", (0, 0, 1), (0, 0, 1)),
        ("two", None, (1, 0, 0)),
        ("tie", (0, 1, 0), (0, 1, 0)),
        ("both-bad", (0, 1, 0), (0, 1, 0)),
    ],
)
def test_a_vote_over_checkpoints_counts_on_each_page_that_it_says_something_about(
    winner: str, first: tuple[int, ...] | None, second: tuple[int, ...] | None
) -> None:
    for who, expected in ((FIRST, first), (SECOND, second)):
        here = among(ballot(winner), {BASE, who})
        assert (None if here is None else duel([here], who, BASE)[:3]) == expected


def test_a_checkpoint_that_gave_the_text_that_won_has_won_on_its_page() -> None:
    here = among(ballot("one", (b"same", b"other", b"same")), {BASE, SECOND})
    assert here is not None
    assert here.vote.shown == ("of base", "two")
    assert here.winner == "two"
    assert duel([here], SECOND, BASE)[:3] == (1, 0, 0)


def test_a_vote_within_one_page_stays_as_it_is() -> None:
    whole = ballot("one")
    assert among(whole, ENTRANTS) is whole
    assert among(whole, {FIRST}) is None
