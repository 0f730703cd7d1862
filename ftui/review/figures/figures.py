"""The figures of a review: every model of every page, beside its base.

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
from ftui.review.figures.comparisons import Ballot, Ballots, Duel, Entrant, among, ballots, duel
from ftui.review.figures.glance import Glance, glances
from ftui.review.figures.mixed_settings import Mixed, mixed_settings
from ftui.review.figures.parts import Key, Known, Part, is_fresh, leak, part
from ftui.review.figures.reviewers import Agreement, Reviewer, agreements, reviewers
from ftui.review.figures.speed import Speed, speed
from ftui.review.figures.success import Criterion, Subject, judge
from ftui.review.figures.trend import Trend, trends
from ftui.review.judgement import Judgement
from ftui.review.prompt import Prompt, is_probe
from ftui.review.store import ReviewStore
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


@dataclass(frozen=True, slots=True)
class Overlap:
    """Held-out prompts that training holds too."""

    held_out: int
    leaked: Mapping[str, int]
    """Rule or reason to the number of prompts."""
    trained: int
    """Prompts of other strata that are rows of the training split."""
    prompts: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it."""

    pages: tuple[Page, ...]
    reviewers: tuple[Reviewer, ...]
    agreements: tuple[Agreement, ...]
    trends: tuple[Trend, ...]
    success: tuple[Criterion, ...]
    overlap: Overlap
    samples: int
    prompts: int
    unexamined: int
    judgements: int
    votes: int
    """Counted ones: each question once a reviewer."""
    repeats: int
    lost_votes: int
    """On outputs that the review no longer holds."""
    lost_judgements: int
    given_up: Mapping[str, str]
    """Models that could not be sampled to the end, to the reason."""
    compared: bool
    """Whether texts were compared with their references."""
    superseded: int
    """Samples in whose place later ones of the same prompt stand: under other settings, or from another file."""
    mixed: Mapping[str, Mixed]
    """Models whose samples are of several settings, with their page, to what differs."""

    @property
    def has_base(self) -> bool:
        """Whether anything can show that the fine-tune helped."""
        return any(page.base is not None for page in self.pages)


def of(
    store: ReviewStore,
    project: Project,
    reviewer: str | None = None,
    *,
    texts: bool = False,
    training: Mapping[str, int] | None = None,
) -> Figures:
    """The figures of a review so far, of one reviewer or of all.

    `texts`: compare outputs with references, which takes milliseconds an output. `training`: class to rows of the
    training split, for the baseline of labelled tasks.
    """
    held = store.count()
    seen = glances(store)
    prompts = {(each.prompt_id, each.stratum): each for each in store.prompts()}
    said = store.judgements(reviewer)
    votes = ballots(store.votes(reviewer), seen)
    outputs = {(each.prompt_hash, each.output_hash) for each in seen}
    known = _known(prompts, said, votes, training, texts)
    models = store.models()
    pages = _with_records(_pages(seen, models, known, project), store.weights())
    return Figures(
        pages=pages,
        reviewers=reviewers(votes, said),
        agreements=agreements(votes, said),
        trends=_trends(pages),
        success=tuple(_success(pages, project)),
        overlap=_overlap(prompts.values()),
        samples=sum(each.finished for each in seen),
        prompts=len({each.prompt_id for each in seen}),
        unexamined=sum(each.flags is None and each.finished for each in seen),
        judgements=sum(each.verdict != "none" for each in said),
        votes=len(votes.counted),
        repeats=len(votes.repeats),
        lost_votes=votes.lost,
        lost_judgements=sum((each.prompt_hash, each.output_hash) not in outputs for each in said),
        given_up={name: str(held["failed"]) for name, held in models.items() if held.get("failed")},
        compared=texts,
        superseded=max(0, held - len(seen)),  # while one counts, more may come
        mixed={" ".join(filter(None, who)): found for who, found in mixed_settings(seen).items()},
    )


def _known(
    prompts: Mapping[Key, Prompt],
    said: Sequence[Judgement],
    votes: Ballots,
    training: Mapping[str, int] | None,
    texts: bool,
) -> Known:
    judged: dict[tuple[bytes, bytes], list[Judgement]] = {}
    for each in said:
        judged.setdefault((each.prompt_hash, each.output_hash), []).append(each)
    labels = {each.label.strip() for each in prompts.values() if each.label is not None}
    return Known(
        prompts,
        judged,
        votes.counted,
        tuple(sorted(labels | set(training or {}))),
        training,
        texts,
        {key: each.reference for key, each in prompts.items() if each.reference},
    )


def _pages(
    seen: Sequence[Glance], models: Mapping[str, Mapping[str, Any]], known: Known, project: Project
) -> tuple[Page, ...]:
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


def _with_records(pages: Iterable[Page], weights: Mapping[Entrant, Mapping[str, Any]]) -> tuple[Page, ...]:
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


def _trends(pages: Sequence[Page]) -> tuple[Trend, ...]:
    by_name: dict[str, list[tuple[str, Part]]] = {}
    for page in pages:
        for each in page.models:
            if each.page == page.name:
                by_name.setdefault(each.name, []).append((page.name, each.overall))
    return tuple(trend for name, parts in by_name.items() for trend in trends(name, parts))


def _success(pages: Sequence[Page], project: Project) -> Iterable[Criterion]:
    """Of every tuned model on the last page that it is on."""
    wanted = project.review.success
    last = {each.name: (page, each) for page in pages for each in page.models if each.kind == "tuned"}
    for page, each in last.values():
        against = each.against[page.base] if page.base else each.overall.duel
        knows = {name: probe.known for name, probe in each.probes.items()}
        yield from judge(
            wanted, Subject(each.name, page.name, each.overall, each.fresh, against, each.speed, knows)
        )


def _overlap(prompts: Iterable[Prompt]) -> Overlap:
    held_out = trained = many = 0
    leaked: dict[str, int] = {}
    for each in prompts:
        if each.is_probe:
            continue
        many += 1
        held_out += each.stratum == "held-out"
        if reason := leak(each):
            leaked[reason] = leaked.get(reason, 0) + 1
        elif is_fresh(each) is False:
            trained += 1
    return Overlap(held_out, leaked, trained, many)
