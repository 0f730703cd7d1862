"""The figures of a review: its pages, reviewers, trends, and what was set beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ftui.project.settings import Project
from ftui.review.figures.comparisons import Ballots, ballots
from ftui.review.figures.glance import glances
from ftui.review.figures.mixed_settings import Mixed, mixed_settings
from ftui.review.figures.pages import Page, pages_of, with_records
from ftui.review.figures.parts import Key, Known, Part, is_fresh, leak
from ftui.review.figures.reviewers import Agreement, Reviewer, agreements, reviewers
from ftui.review.figures.success import Criterion, Subject, judge
from ftui.review.figures.trend import Trend, trends
from ftui.review.judgement import Judgement
from ftui.review.prompt import Prompt
from ftui.review.store import ReviewStore


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
    pages = with_records(pages_of(seen, models, known, project), store.weights())
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
