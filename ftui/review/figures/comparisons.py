"""Votes as contests between models: each question once, its repeats apart.

A tie, and "both bad", gives each model half; "unsure" says nothing, and counts nowhere but in its own number.
Of three or four side by side, the winner beat each of the others; among those nothing is known. Where several gave
the text that won, all of them won, and tie with each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ftui.review.figures.glance import Glance
from ftui.review.figures.rates import Rate
from ftui.review.judgement import Vote

Entrant = tuple[str, str]
"""Model and page: who takes part in a contest."""


class Ballot(NamedTuple):
    """A vote whose outputs are known."""

    vote: Vote
    prompt_id: str
    stratum: str
    entrants: tuple[Entrant, ...]
    """From left to right, as `vote.shown`."""
    winner: str
    """A sample id, "tie", "both-bad" or "unsure"."""

    @property
    def place(self) -> int | None:
        """Where the winner stood, from the left; None where there is none."""
        return self.vote.shown.index(self.winner) if self.winner in self.vote.shown else None

    @property
    def won(self) -> tuple[int, ...]:
        """All places of the text that won, for several models may have given it; none where nothing won."""
        if self.place is None:
            return ()
        text = self.vote.outputs[self.place]
        return tuple(place for place, each in enumerate(self.vote.outputs) if each == text)

    @property
    def choice(self) -> str | bytes:
        """What was said: the hash of the text that won, or "tie", "both-bad", "unsure"."""
        return self.winner if self.place is None else self.vote.outputs[self.place]

    @property
    def points(self) -> tuple[float, ...] | None:
        """What each entrant got, 1 in all; None for a vote that says nothing."""
        if self.winner == "unsure":
            return None
        won = self.won or range(len(self.entrants))
        return tuple(float(place in won) / len(won) for place in range(len(self.entrants)))

    @property
    def question(self) -> tuple[str, bytes, frozenset[str]]:
        """What was asked of whom: a vote on the same outputs by the same reviewer has the same."""
        return self.vote.reviewer, self.vote.prompt_hash, frozenset(self.vote.shown)


class Ballots(NamedTuple):
    """All votes of a review, sorted out."""

    counted: tuple[Ballot, ...]
    """One a reviewer and question, the last where there are several."""
    repeats: tuple[tuple[Ballot, Ballot], ...]
    """First vote and its repeat with the sides swapped."""
    lost: int
    """Votes on outputs that the review no longer holds."""


def ballots(votes: Iterable[Vote], glances: Sequence[Glance]) -> Ballots:
    """Sort the votes out. A repeat whose first vote was taken back stands for it, unless that was given anew."""
    by_id = {each.sample_id: each for each in glances}
    by_output: dict[tuple[bytes, bytes], list[Glance]] = {}
    for each in glances:
        by_output.setdefault((each.prompt_hash, each.output_hash), []).append(each)
    known: list[Ballot] = []
    lost = 0
    for vote in votes:
        found = _ballot(vote, by_id, by_output)
        if found is None:
            lost += 1
        else:
            known.append(found)
    first = {ballot.question: ballot for ballot in known if ballot.vote.repeat_of is None}
    repeats = []
    for ballot in known:
        if ballot.vote.repeat_of is not None:
            if ballot.question in first:
                repeats.append((first[ballot.question], ballot))
            else:
                first[ballot.question] = ballot
    return Ballots(tuple(first.values()), tuple(repeats), lost)


def _ballot(
    vote: Vote,
    by_id: Mapping[str, Glance],
    by_output: Mapping[tuple[bytes, bytes], Sequence[Glance]],
) -> Ballot | None:
    """The vote with its models. A sample made anew may have another id, and an old id another output."""
    held: list[Glance] = []
    for sample_id, output in zip(vote.shown, vote.outputs, strict=True):
        now = by_id.get(sample_id)
        if now is None or now.output_hash != output:
            same = by_output.get((vote.prompt_hash, output), ())
            # The same output of two models: nobody can say any more whose it was.
            now = same[0] if len({(each.model, each.page) for each in same}) == 1 else None
        if now is None:
            return None
        held.append(now)
    prompt = held[0]
    entrants = tuple((each.model, each.page) for each in held)
    return Ballot(vote, prompt.prompt_id, prompt.stratum, entrants, vote.winner)


def among(ballot: Ballot, entrants: Collection[Entrant]) -> Ballot | None:
    """The vote as one between these alone: checkpoints of several pages are shown side by side.

    None where fewer than two of them were shown, or another one won: of the rest nothing is known then.
    """
    places = [place for place, who in enumerate(ballot.entrants) if who in entrants]
    if len(places) == len(ballot.entrants):
        return ballot
    won = [place for place in places if place in ballot.won]
    if len(places) < 2 or (ballot.place is not None and not won):
        return None
    shown, outputs = ballot.vote.shown, ballot.vote.outputs
    vote = replace(
        ballot.vote,
        shown=tuple(shown[place] for place in places),
        outputs=tuple(outputs[place] for place in places),
    )
    of = tuple(ballot.entrants[place] for place in places)
    return ballot._replace(vote=vote, entrants=of, winner=shown[won[0]] if won else ballot.winner)


class Duel(NamedTuple):
    """One model against another, or against all others."""

    wins: int
    ties: int
    """Both bad among them."""
    losses: int
    both_bad: int
    prompts: int

    @property
    def rate(self) -> Rate:
        """Won, ties as half."""
        return Rate(self.wins + self.ties / 2, self.wins + self.ties + self.losses, self.prompts)


def duel(counted: Iterable[Ballot], one: Entrant, other: Entrant | None = None) -> Duel:
    """How one fared against another; against everybody on its page where no other is named."""
    wins = ties = losses = bad = 0
    prompts = set()
    for ballot in counted:
        for i, j in _pairs(ballot, one, other):
            prompts.add(ballot.prompt_id)
            if (i in ballot.won) == (j in ballot.won):
                ties += 1
                bad += ballot.winner == "both-bad"
            elif i in ballot.won:
                wins += 1
            else:
                losses += 1
    return Duel(wins, ties, losses, bad, len(prompts))


def _pairs(ballot: Ballot, one: Entrant, other: Entrant | None) -> list[tuple[int, int]]:
    """Places of the two in a vote, for each pair of theirs that it says something about."""
    if ballot.points is None:
        return []
    return [
        (i, j)
        for i, mine in enumerate(ballot.entrants)
        for j, theirs in enumerate(ballot.entrants)
        if mine == one
        and theirs != one
        and (other is None or theirs == other)
        and (ballot.place is None or i in ballot.won or j in ballot.won)
    ]
