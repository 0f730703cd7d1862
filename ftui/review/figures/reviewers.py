"""How far the reviewers can be trusted: their own consistency, a leaning to one side, and how far they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from ftui.review.figures.comparisons import Ballot, Ballots
from ftui.review.figures.rates import Rate
from ftui.review.judgement import Judgement
from ftui.statistics.wilson import binomial_p
from ftui.text.agreement import alpha, apart, cohen, coincidences

LEANS = 0.05
"""A smaller p-value is called a leaning."""


class Reviewer(NamedTuple):
    """What one reviewer did, and how steadily."""

    name: str
    judged: int
    votes: int
    """Without repeats."""
    unsure: int
    consistent: Rate
    """Repeated questions that got the same answer."""
    kept_side: int
    """Repeated questions where the other output won, as it now stood on the same side."""
    left: int
    """Votes of two side by side that the left one won."""
    decided: int
    """Votes of two side by side that one won."""

    @property
    def side_p(self) -> float:
        """Exact p-value of the left wins, were the sides equal."""
        return binomial_p(self.left, self.decided)

    @property
    def leans(self) -> bool:
        """Whether chance hardly explains how often one side won."""
        return self.side_p < LEANS


def reviewers(votes: Ballots, judgements: Sequence[Judgement]) -> tuple[Reviewer, ...]:
    """Every reviewer by name."""
    judged = Counter(each.reviewer for each in judgements if each.verdict != "none")
    names = {each.reviewer for each in judgements} | {each.vote.reviewer for each in votes.counted}
    return tuple(_reviewer(name, votes, judged[name]) for name in sorted(names))


def _reviewer(name: str, votes: Ballots, judged: int) -> Reviewer:
    mine = [each for each in votes.counted if each.vote.reviewer == name]
    again = [pair for pair in votes.repeats if pair[0].vote.reviewer == name]
    same = [(pair[0].prompt_id, float(pair[0].choice == pair[1].choice)) for pair in again]
    kept = sum(
        before.choice != now.choice and before.place is not None and before.place == now.place
        for before, now in again
    )
    decided = [each for each in mine if len(each.entrants) == 2 and each.place is not None]
    return Reviewer(
        name,
        judged,
        len(mine),
        sum(each.winner == "unsure" for each in mine),
        Rate.of_values(same),
        kept,
        sum(each.place == 0 for each in decided),
        len(decided),
    )


class Agreement(NamedTuple):
    """How far reviewers agree beyond chance on what several of them saw."""

    on: str
    """"verdicts", "votes", or a line of the rubric."""
    units: int
    """Outputs or questions that two or more reviewers judged."""
    alpha: float | None
    """Krippendorff's; None where all say one thing, or nothing is there to compare."""
    pairs: Mapping[tuple[str, str], tuple[int, float | None]]
    """Two reviewers to what both judged and Cohen's kappa."""


def agreements(votes: Ballots, judgements: Sequence[Judgement]) -> tuple[Agreement, ...]:
    """On verdicts, on votes and on each line of the rubric, where at least two reviewers saw the same."""
    verdicts = [
        ((each.prompt_hash, each.output_hash), each.reviewer, each.verdict)
        for each in judgements
        if each.verdict != "none"
    ]
    lines = sorted({line for each in judgements for line in each.scores})
    found = [_agreement("verdicts", verdicts), _agreement("votes", _choices(votes.counted))]
    for line in lines:
        scores = [
            ((each.prompt_hash, each.output_hash), each.reviewer, str(each.scores[line]))
            for each in judgements
            if line in each.scores
        ]
        found.append(_agreement(line, scores, numbers=True))
    return tuple(each for each in found if each is not None)


def _choices(counted: Iterable[Ballot]) -> list[tuple[Hashable, str, str]]:
    """Question, reviewer and the models that won: categories must mean the same in every question."""
    return [
        (
            each.question[1:],
            each.vote.reviewer,
            "\n".join(sorted("model " + "\0".join(each.entrants[place]) for place in each.won))
            or each.winner,
        )
        for each in counted
    ]


def _agreement(
    on: str, said: Iterable[tuple[Hashable, str, str]], *, numbers: bool = False
) -> Agreement | None:
    units: dict[Hashable, dict[str, str]] = {}
    for unit, who, what in said:
        units.setdefault(unit, {})[who] = what
    shared = [held for held in units.values() if len(held) > 1]
    if not shared:
        return None
    grouped = Counter(tuple(sorted(held.values())) for held in shared)
    pairs: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for held in shared:
        for one, other in combinations(sorted(held), 2):
            pairs.setdefault((one, other), Counter())[held[one], held[other]] += 1
    kappas = {names: (counts.total(), cohen(counts)) for names, counts in sorted(pairs.items())}
    return Agreement(on, len(shared), alpha(coincidences(grouped), apart if numbers else None), kappas)
