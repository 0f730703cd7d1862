"""A review as sections: what holds for all of it, then each page with every model beside its base."""

from __future__ import annotations

from collections.abc import Iterator

from ftui.report.review import words
from ftui.report.review.judgements import base_against_tuned, judged, prompting, ranking, rubric
from ftui.report.review.measurements import flags, labels, probes, speed, stops, texts
from ftui.report.review.page import Line, Section, Table, Tone
from ftui.review.figures.figures import Figures
from ftui.review.figures.pages import Page
from ftui.review.figures.success import Criterion

_OF_A_PAGE = (
    base_against_tuned, prompting, judged, ranking, rubric, labels, texts, flags, probes, stops, speed,
)  # fmt: skip
_OUTCOMES: dict[str, Tone] = {"met": "good", "not met": "bad"}
HOW_TO_READ = (
    "A share stands with the interval of 95 % (Wilson) in which the true one lies. Outputs of one prompt are no "
    "independent observations: for the interval they count as one, so that it rests on the prompts.",
    "A tie, and both bad, is half a win; unsure counts nowhere. Repeated questions are in no rate.",
    "Better and worse are said only where the whole interval is on one side.",
)


def sections(figures: Figures) -> Iterator[Section]:
    """Everything, in the order in which it is read."""
    yield _data(figures)
    if figures.success:
        yield _success(figures.success)
    for page in figures.pages:
        if len(figures.pages) > 1 or page.name:
            yield Section(f"Checkpoint {page.name or '(none)'}", (), depth=1)
        yield from of_page(page)
    if figures.trends:
        yield Section("Over the checkpoints", (), depth=1)
        yield _trends(figures)
    if figures.reviewers:
        yield _reviewers(figures)
    if figures.agreements:
        yield _agreements(figures)
    yield from _models(figures)
    yield Section("How to read this", tuple(Line(text, "dim") for text in HOW_TO_READ))


def of_page(page: Page) -> Iterator[Section]:
    """One page; base against tuned first."""
    for make in _OF_A_PAGE:
        section = make(page)
        if section is not None:
            yield section


def _data(figures: Figures) -> Section:
    """What the figures rest on, and what makes them say less than they seem to."""
    overlap = figures.overlap
    told = (
        f"{figures.samples:,} samples of {figures.prompts:,} prompts; {figures.judgements:,} judgements, "
        f"{figures.votes:,} votes, {figures.repeats:,} of them asked again"
    )
    lines = [Line(told + ".")]
    if not figures.pages:
        lines.append(Line("There is no sample in this review: nothing can be said.", "bad"))
    elif not overlap.held_out:
        lines.append(
            Line("No prompt is from a held-out split: nothing here shows how new prompts fare.", "warning")
        )
    if overlap.leaked:
        reasons = ", ".join(f"{reason} ({many})" for reason, many in sorted(overlap.leaked.items()))
        many = sum(overlap.leaked.values())
        told = f"{many} of {overlap.held_out} held-out prompts are in training too ({reasons}): "
        lines.append(Line(told + "figures on them say nothing of new prompts.", "bad"))
    if overlap.trained:
        told = f"{overlap.trained} of {overlap.prompts} prompts are rows that training held: they flatter the model"
        lines.append(Line(told + ".", "warning"))
    lines += _settings(figures)
    lines += [Line(f"{name} was given up: {why}", "bad") for name, why in figures.given_up.items()]
    gone = figures.lost_votes + figures.lost_judgements
    if gone:
        these = (
            "1 vote or judgement is on an output"
            if gone == 1
            else f"{gone} votes and judgements are on outputs"
        )
        told = f"{these} that the review no longer holds or that another stands for: in no figure"
        lines.append(Line(told + ".", "warning"))
    return Section("What this rests on", tuple(lines))


def _settings(figures: Figures) -> Iterator[Line]:
    """Samples of several settings: which of them count."""
    if figures.superseded:
        many = "1 sample is" if figures.superseded == 1 else f"{figures.superseded:,} samples are"
        told = (
            f"{many} left out: the same prompts were sampled again later, under other settings or from another file."
            " ftui review export has them"
        )
        yield Line(told + ".", "dim")
    for name, differing in figures.mixed.items():
        settings = "; ".join(
            f"{setting.replace('_', '-')} "
            + ", ".join(f"{value} ({many:,})" for value, many in values.items())
            for setting, values in differing.items()
        )
        yield Line(f"{name}: samples under several settings stand in one figure: {settings}.", "warning")


def _success(found: tuple[Criterion, ...]) -> Section:
    """What ftui.toml set beforehand."""
    rows = []
    for each in found:
        sign = "≤" if each.at_most else "≥"
        rows.append(
            (
                each.model,
                each.page or words.UNKNOWN,
                each.measure,
                f"{sign} {each.wanted:g}",
                _found(each),
                each.outcome,
            )
        )
    met = sum(each.outcome == "met" for each in found)
    missed = sum(each.outcome == "not met" for each in found)
    tone: Tone = "bad" if missed else "good" if met == len(found) else "warning"
    open_ones = len(found) - met - missed
    told = f"{met} of {len(found)} met, {missed} not met, {open_ones} cannot be told or were not measured."
    head = ("model", "checkpoint", "measure", "set beforehand", "found", "")
    return Section("Success", (Line(told, tone), Table(head, tuple(rows), names=3)))


def _found(each: Criterion) -> str:
    if each.found is None:
        return words.UNKNOWN
    low, high = (words.plain(bound) if bound is not None else "?" for bound in each.found[1:])
    return f"{words.plain(each.found.value)} [{low}–{high}]"


def _trends(figures: Figures) -> Section:
    rows = []
    for each in figures.trends:
        steps = " → ".join(f"{step.page or '(none)'} {words.brief(step.rate)}" for step in each.steps)
        rows.append((each.model, each.measure, steps, words.difference(each.since_first), each.verdict))
    head = ("model", "measure", "by checkpoint", "last against first", "")
    return Section("Trend", (Table(head, tuple(rows), names=2),))


def _reviewers(figures: Figures) -> Section:
    """How steadily each judged."""
    rows = []
    lines: list[Line] = []
    for each in figures.reviewers:
        side = f"{each.left}/{each.decided}, p {each.side_p:.2g}" if each.decided else words.UNKNOWN
        counts = (str(number) for number in (each.judged, each.votes, each.unsure))
        rows.append((each.name, *counts, words.share(each.consistent), str(each.kept_side), side))
        if each.leans:
            told = f"{each.name} leans to one side: the left won {each.left} of {each.decided}, p {each.side_p:.2g}."
            lines.append(Line(told, "warning"))
    head = ("reviewer", "judged", "votes", "unsure", "same answer again", "kept the side", "left won")
    return Section("Reviewers", (Table(head, tuple(rows)), *lines))


def _agreements(figures: Figures) -> Section:
    rows = []
    for each in figures.agreements:
        pairs = "; ".join(
            f"{one} and {other} {words.plain(kappa, 2)} of {many}"
            for (one, other), (many, kappa) in each.pairs.items()
        )
        rows.append((each.on, str(each.units), words.plain(each.alpha, 2), pairs))
    head = ("on", "seen by several", "Krippendorff's alpha", "Cohen's kappa")
    return Section("Agreement", (Table(head, tuple(rows)),))


_KINDS = {"base": "base", "prompted": "base with a prompt of its own", "tuned": "tuned"}


def _models(figures: Figures) -> Iterator[Section]:
    """What was sampled."""
    found = {(each.name, each.page): each for page in figures.pages for each in page.models}
    rows = []
    for each in found.values():
        held = each.record
        weights = held.get("served_as") or held.get("server") or held.get("gguf") or words.UNKNOWN
        adapter = held.get("adapter") or words.UNKNOWN
        prompt = ", ".join(name for name in ("system", "shots") if held.get(name)) or words.UNKNOWN
        engine = (held.get("engine") or {}).get("backend") or words.UNKNOWN
        name = f"{each.name} {each.page}" if each.page not in ("", each.name) else each.name
        rows.append((name, _KINDS[each.kind], str(weights), str(adapter), prompt, str(engine)))
    if rows:
        head = ("model", "is", "file or server", "adapter", "own prompt", "engine")
        yield Section("Models", (Table(head, tuple(rows), names=6),))
