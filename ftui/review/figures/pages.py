"""The pages of a review: every model of a checkpoint beside its base.

A page is a checkpoint in watch mode; without it there is one, called "". The base may be on each page, or once on the
page "": there it stands beside all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ftui.project.settings import Project
from ftui.review.figures import against_base, page_records
from ftui.review.figures.against_base import Kind, Probe, Side
from ftui.review.figures.comparisons import Ballot, Duel, Entrant, among, duel
from ftui.review.figures.glance import Glance
from ftui.review.figures.parts import Key, Known, Part, is_fresh, part
from ftui.review.figures.speed import Speed, speed
from ftui.review.prompt import is_probe
from ftui.statistics.bradley_terry import Contest, Ranking, rank

_RANK: Mapping[Kind, int] = {"base": 0, "prompted": 1, "tuned": 2}
"""A model is set beside those of a lower rank."""


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """One model on one page."""

    name: str
    page: str
    kind: Kind
    overall: Part
    """Without the probes."""
    strata: Mapping[str, Part]
    fresh: Part | None
    """Over prompts whose rows training did not hold, as far as is known; None where there are none, or only such."""
    speed: Speed
    probes: Mapping[str, Probe]
    against: Mapping[str, Duel]
    """Votes against each other model of the page, by its name."""
    sides: Mapping[str, tuple[Side, ...]]
    """Beside the base, and of a tuned model beside the base with a prompt of its own, by the other's name."""
    record: Mapping[str, Any]
    """What the review knows of the model."""


@dataclass(frozen=True, slots=True)
class Page:
    """One checkpoint, or the whole review."""

    name: str
    models: tuple[ModelFigures, ...]
    base: str | None
    """Name of the base on this page."""
    ranking: Ranking | None
    """Strengths by model; None without votes that connect all."""
    voted: int
    """Votes that the ranking is made from."""


def pages_of(
    seen: Sequence[Glance], models: Mapping[str, Mapping[str, Any]], known: Known, project: Project
) -> tuple[Page, ...]:
    """Every page with all its models, in the order of the plan."""
    by_entrant: dict[Entrant, list[Glance]] = {}
    for each in seen:
        by_entrant.setdefault((each.model, each.page), []).append(each)
    order = {name: i for i, name in enumerate(models)}
    kinds = against_base.kinds(models, {name for name, _ in by_entrant})
    base = next((name for name, kind in kinds.items() if kind == "base"), None)
    names = list(dict.fromkeys(page for _, page in by_entrant))
    shared = [who for who in by_entrant if who[1] == ""]
    if len(names) > 1 and all(kinds[name] != "tuned" for name, _ in shared):
        names = [name for name in names if name]  # "" holds only what stands beside every checkpoint
    pages = []
    for name in names:
        own = {who[0] for who in by_entrant if who[1] == name}
        entrants = [who for who in by_entrant if who[1] == name]
        entrants += [who for who in shared if name and who[0] not in own and kinds[who[0]] != "tuned"]
        entrants.sort(key=lambda who: order.get(who[0], len(order)))
        pages.append(_page(name, entrants, base, by_entrant, kinds, models, known, project))
    return tuple(pages)


def with_records(pages: Iterable[Page], weights: Mapping[Entrant, Mapping[str, Any]]) -> tuple[Page, ...]:
    """Each model with what is known of it on its page."""

    def own(each: ModelFigures) -> ModelFigures:
        who = (each.name, each.page)
        return replace(each, record=page_records.of_page(each.record, each.page, weights.get(who)))

    return tuple(replace(page, models=tuple(own(each) for each in page.models)) for page in pages)


def _page(
    name: str,
    entrants: Sequence[Entrant],
    base: str | None,
    samples: Mapping[Entrant, Sequence[Glance]],
    kinds: Mapping[str, Kind],
    models: Mapping[str, Mapping[str, Any]],
    known: Known,
    project: Project,
) -> Page:
    # Which of two goes on better with a row by heart says nothing of their quality.
    votes = [among(each, entrants) for each in known.counted if not is_probe(each.stratum)]
    counted = [each for each in votes if each is not None]
    here = replace(known, counted=counted)
    beside = next((who for who in entrants if who[0] == base), None)
    overall = {who: part(_answers(samples[who]), who, here) for who in entrants}
    fresh = {who: _fresh(samples[who], who, here) for who in entrants}
    figures = tuple(
        _model(who, entrants, samples[who], overall, fresh, kinds, models, here, project) for who in entrants
    )
    ranking, voted = _ranking(counted, entrants, beside)
    return Page(name, figures, beside[0] if beside else None, ranking, voted)


def _answers(samples: Sequence[Glance]) -> list[Glance]:
    return [each for each in samples if not each.is_probe]


def _model(
    who: Entrant,
    entrants: Sequence[Entrant],
    samples: Sequence[Glance],
    overall: Mapping[Entrant, Part],
    fresh: Mapping[Entrant, Part | None],
    kinds: Mapping[str, Kind],
    models: Mapping[str, Mapping[str, Any]],
    known: Known,
    project: Project,
) -> ModelFigures:
    strata: dict[str, list[Glance]] = {}
    for each in samples:
        strata.setdefault(each.stratum, []).append(each)
    if len(strata) == 1 and not samples[0].is_probe:
        by_stratum = {samples[0].stratum: overall[who]}
    else:
        by_stratum = {name: part(held, who, known, _keys(held)) for name, held in strata.items()}
    return ModelFigures(
        name=who[0],
        page=who[1],
        kind=kinds[who[0]],
        overall=overall[who],
        strata=by_stratum,
        fresh=fresh[who],
        speed=speed(_answers(samples), project.review.price_hour),
        probes=against_base.probes(by_stratum),
        against={other[0]: duel(known.counted, who, other) for other in entrants if other != who},
        sides={
            other[0]: _sides(who, other, overall, fresh)
            for other in entrants
            if _RANK[kinds[who[0]]] > _RANK[kinds[other[0]]]
        },
        record=models.get(who[0], {}),
    )


def _keys(samples: Iterable[Glance]) -> frozenset[Key]:
    return frozenset((each.prompt_id, each.stratum) for each in samples)


def _sides(
    who: Entrant, other: Entrant, overall: Mapping[Entrant, Part], fresh: Mapping[Entrant, Part | None]
) -> tuple[Side, ...]:
    mine, theirs = fresh[who], fresh[other]
    return against_base.sides(overall[who], overall[other], (mine, theirs) if mine and theirs else None)


def _fresh(samples: Sequence[Glance], who: Entrant, known: Known) -> Part | None:
    fresh = frozenset(key for key in _keys(samples) if key in known.prompts and is_fresh(known.prompts[key]))
    return part(samples, who, known, fresh) if fresh else None


def _ranking(
    counted: Iterable[Ballot], entrants: Sequence[Entrant], base: Entrant | None
) -> tuple[Ranking | None, int]:
    contests: list[Contest] = []
    prompts = set()
    for ballot in counted:
        if ballot.points is not None and len(set(ballot.entrants)) == len(ballot.entrants) > 1:
            contests.append(Contest(tuple(name for name, _ in ballot.entrants), ballot.points))
            prompts.add(ballot.prompt_id)
    if not contests:
        return None, 0
    reference = base[0] if base else next(who[0] for who in entrants)
    # Votes on one prompt, by several reviewers or on several samples, are one observation.
    return rank(contests, reference, len(contests) / len(prompts)), len(contests)
