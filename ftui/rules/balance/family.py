"""BAL: how the rows are distributed over classes, topics and types of answers, between splits, and in production."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ftui.project.errors import FtuiError
from ftui.project.settings import Columns, Severity
from ftui.rules import meta_columns
from ftui.rules.balance import drift
from ftui.rules.balance.answer_types import answer_types
from ftui.rules.balance.classes import (
    LEAST,
    Labels,
    class_imbalance,
    is_held_out,
    purpose,
    rare_classes,
    split_imbalance,
)
from ftui.rules.balance.counts import (
    Part,
    Split,
    count_labels,
    every_so_manieth,
    joined,
    lengths_of,
    topics_of,
)
from ftui.rules.balance.pages import RULES
from ftui.rules.balance.production import Production, asked, named, read_production
from ftui.rules.balance.row_figures import RowFigures, figures_of
from ftui.rules.balance.shares import LEAST_PROMPTS, answer_type_finding, clustered, topic_finding
from ftui.rules.chunk import Chunk
from ftui.rules.row_family import RowFamily
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Row
from ftui.statistics.distributions import Distribution
from ftui.statistics.resemblance import Resemblance, Strangers
from ftui.statistics.words import F32

COMPARED = 50_000
"""Rows of training with which production rows are compared; of more, an even sample."""
NO_PRODUCTION = "no sample of production traffic is named: set production under [data] in ftui.toml"
NO_LABELS = "no row has a label"
FREE_TEXT = "the labels differ in nearly every row: they are free text"


@dataclass(slots=True)
class Survey:
    """What the sample settles: small, as every worker process gets it."""

    columns: Columns
    topics: dict[str, Distribution] = field(default_factory=dict)
    """Clusters of the prompts of each training split that has no topic column."""
    production: Production | None = None
    no_production: str = NO_PRODUCTION
    """Why there is no sample of production."""
    compared: list[drift.Compared] = field(default_factory=list)
    """What is compared on samples: vocabulary, language, topic."""
    resemblance: Resemblance | None = None
    every: int = 1
    """Every so-manieth training row is compared with production."""


@dataclass(slots=True)
class Drift:
    """How the splits compare with production, and the rows of it that nothing in training resembles."""

    production: Production
    compared: list[drift.Compared]
    strangers: Strangers | None = None
    nearest: F32 | None = None
    """Of each production row the best cosine with a training row."""


@dataclass(slots=True)
class State:
    """The figures behind the findings."""

    splits: dict[str, Split]
    """By purpose, in order."""
    figures: RowFigures = field(default_factory=RowFigures)
    """For charts of all rows and of any of them."""
    drift: Drift | None = None
    no_drift: str = ""
    """Why production was not compared."""


class Balance(RowFamily):
    """The BAL family. It needs whole splits: what it gathers is counts, and no row has a finding of its own."""

    name = "BAL"
    rules = RULES

    def survey(self, sample: Sequence[Chunk], context: Context) -> Survey:
        """The columns, topics by clusters, and what can be said about production from the sample."""
        found = Survey(_columns(sample, context))
        drifting = bool(context.project.production) and context.wants("BAL005")
        if drifting or (context.wants("BAL004") and not found.columns.topic):
            sampled = _sampled(sample, found.columns)
            if drifting:
                _survey_production(found, sampled, context)
            if context.wants("BAL004"):
                found.topics = _clusters(sampled)
        return found

    def suspects(self, chunk: Chunk, state: Survey, context: Context) -> Iterable[int]:  # noqa: ARG002
        """No row: all findings are about splits."""
        return ()

    def findings(self, row: Row, state: Any, context: Context) -> Iterable[Finding]:  # noqa: ARG002
        """None: all findings are about splits."""
        return ()

    def gather(self, chunk: Chunk, state: Survey, context: Context) -> Part:
        """Counts of one chunk."""
        part = Part()
        if any(context.wants(code) for code in ("BAL001", "BAL002", "BAL003", "BAL005")):
            count_labels(part, chunk, int(context.option("BAL002", "least", LEAST)))
        part.figures = figures_of(chunk, [*part.labels])
        if state.columns.topic and (context.wants("BAL004") or context.wants("BAL005")):
            part.topics = topics_of(chunk, state.columns.topic)
        if context.wants("BAL006") and not is_held_out(chunk.split):
            part.answers = answer_types(chunk, _marker(context))
        if context.project.production and context.wants("BAL005"):
            part.lengths = lengths_of(chunk)
            if state.resemblance is not None and not is_held_out(chunk.split):
                texts = every_so_manieth(chunk, state.every)
                part.nearest = state.resemblance.nearest(texts)
        return part

    def settle(self, gathered: list[tuple[ChunkInfo, Part]], found: Combined, context: Context) -> Combined:
        """Judge the counts of all splits."""
        splits = joined(gathered)
        survey: Survey = context.surveys[self.name]
        state = State(
            splits, RowFigures.of([(info, part.figures) for info, part in gathered if part.figures])
        )
        nearest = [part.nearest for _, part in gathered if part.nearest is not None]
        whole = [*_class_findings(splits, found, context)]
        for rule, findings in (("BAL004", _topic_findings), ("BAL006", _answer_findings)):
            if context.wants(rule):
                whole += findings(splits, found, context)
        if context.wants("BAL005"):
            state.drift = _drift(splits, survey, nearest, found)
            state.no_drift = found.skipped.get("BAL005", "")
            whole += _drift_findings(state.drift, splits, context)
        found.state = state
        found.whole = [each for each in whole if context.wants(each.code)]
        _count(found)
        return found


def _count(found: Combined) -> None:
    own: dict[str, Severity] = {rule.code: rule.severity for rule in RULES}
    for each in found.whole:
        found.counts[each.code] = found.counts.get(each.code, 0) + 1
        severities = found.severities.setdefault(each.code, {})
        severity = each.severity or own[each.code]
        severities[severity] = severities.get(severity, 0) + 1


def _marker(context: Context) -> str:
    if context.project.stop.end_marker is not None:
        return context.project.stop.end_marker
    marker = getattr(context.surveys.get("STP"), "marker", None)
    return marker if isinstance(marker, str) else ""


# Surveying


def _columns(sample: Sequence[Chunk], context: Context) -> Columns:
    """The columns beside prompt and answer; one that says the label again (`category`) is no topic."""
    found = meta_columns.find(sample, context.project)
    pairs = [
        (example.label, named(meta_columns.value(parsed.value, found.topic)))
        for chunk in sample
        for example, parsed in zip(chunk.examples, chunk.parsed, strict=True)
        if found.topic and example is not None and example.label is not None
    ]
    same = bool(pairs) and all(label.strip() == topic for label, topic in pairs)
    return replace(found, topic=None) if same else found


def _sampled(sample: Sequence[Chunk], columns: Columns) -> dict[str, drift.Sampled]:
    """The sampled prompts of each purpose, with what their columns say."""
    found: dict[str, drift.Sampled] = {}
    for chunk in sample:
        side = found.setdefault(purpose(chunk.split), drift.Sampled())
        for example, parsed in zip(chunk.examples, chunk.parsed, strict=True):
            if example is None:
                continue
            text = asked(example, parsed.value)
            if text:
                side.prompts.append(text)
            side.labelled |= example.label is not None
            for column, counts in ((columns.topic, side.topics), (columns.language, side.languages)):
                name = named(meta_columns.value(parsed.value, column)) if column else None
                if name is not None:
                    counts[name] += 1
    return found


def _clusters(sampled: Mapping[str, drift.Sampled]) -> dict[str, Distribution]:
    """The topics of training splits without labels and topic column that have enough rows."""
    return {
        name: clustered(side.prompts)
        for name, side in sampled.items()
        if not is_held_out(name)
        and not side.topics
        and not side.labelled
        and len(side.prompts) >= LEAST_PROMPTS
    }


def _survey_production(found: Survey, sampled: Mapping[str, drift.Sampled], context: Context) -> None:
    """Read the production rows and compare with them what is compared on samples."""
    try:
        production = read_production(context.project.production, context.project, found.columns)
    except FtuiError as error:
        found.no_production = f"the production sample cannot be read: {error.message}"
        return
    other = drift.Sampled(
        production.prompts, topics=production.counts("topic"), languages=production.counts("language")
    )
    training = [text for name, side in sampled.items() if not is_held_out(name) for text in side.prompts]
    clusters = None
    if min(len(training), len(other.prompts)) >= drift.LEAST_CLUSTERED:
        clusters = drift.clusters_of(training, other.prompts)
    for name, side in sampled.items():
        found.compared += drift.of_samples(name, side, other, clusters)
    if training:
        found.resemblance = Resemblance(other.prompts, training)
        found.every = max(-(-_training_rows(context) // COMPARED), 1)
    production.lengths = drift.lengths_of(other.prompts)
    found.production = production.shortened()


def _training_rows(context: Context) -> int:
    return sum(
        stop - start for file in context.files for name, start, stop in file.splits if not is_held_out(name)
    )


# Judging


def _class_findings(splits: dict[str, Split], found: Combined, context: Context) -> Iterator[Finding]:
    labelled = {name: each.labels for name, each in splits.items() if each.labels.counts or each.free}
    free = {name for name, each in labelled.items() if splits[name].free or each.free_text}
    usable = {name: each for name, each in labelled.items() if name not in free}
    training = {name: each for name, each in usable.items() if not is_held_out(name)}
    held_out = {name: each for name, each in usable.items() if is_held_out(name)}
    reason = FREE_TEXT if free else NO_LABELS
    if not training:
        why = reason if not held_out else "no training split has labels"
        found.skipped |= dict.fromkeys(("BAL001", "BAL002"), why)
    if not training or not held_out:
        found.skipped["BAL003"] = (
            reason if not usable else "there is no training and held-out split to compare"
        )
    for name, labels in training.items():
        yield from class_imbalance(name, labels, context)
        yield from rare_classes(name, labels, held_out if len(training) == 1 else {}, context)
    if training and held_out:
        joined = Labels()
        for labels in training.values():
            joined.counts.update(labels.counts)
        yield from split_imbalance(joined, held_out, context)


def _topic_findings(splits: dict[str, Split], found: Combined, context: Context) -> list[Finding]:
    """By column, else by clusters of the sampled prompts."""
    clusters: dict[str, Distribution] = context.surveys["BAL"].topics
    findings, judged = [], False
    for name, split in splits.items():
        if not is_held_out(name):
            finding, looked = topic_finding(name, split.topics, clusters.get(name), split.file, context)
            judged |= looked
            findings += [finding] if finding else []
    if not judged:
        found.skipped["BAL004"] = "no topic column beside the label, and too few unlabelled rows to cluster"
    return findings


def _answer_findings(splits: dict[str, Split], found: Combined, context: Context) -> list[Finding]:
    if not any(split.answers for split in splits.values()):
        found.skipped["BAL006"] = "no training row has an answer"
    findings = [
        answer_type_finding(name, split.answers, split.file, context) for name, split in splits.items()
    ]
    return [each for each in findings if each]


def _drift(splits: dict[str, Split], survey: Survey, nearest: Sequence[F32], found: Combined) -> Drift | None:
    """Every split beside production, part by part; None, with the reason, where there is no sample of it."""
    production = survey.production
    if production is None:
        found.skipped["BAL005"] = survey.no_production
        return None
    compared: list[drift.Compared | None] = []
    labels = production.counts("label")
    for name, split in splits.items():
        if not split.labels.free_text:
            compared.append(drift.of_counts(name, "class", split.labels.counts, labels))
        compared.append(drift.of_lengths(name, split.lengths, production.lengths))
        compared += [each for each in survey.compared if each.split == name]
    result = Drift(production, [each for each in compared if each is not None])
    if survey.resemblance is not None and nearest:
        best: NDArray[np.float32] = np.maximum.reduce(list(nearest))
        result.strangers = survey.resemblance.strangers(best)
        result.nearest = best[: survey.resemblance.few]
    return result


def _drift_findings(found: Drift | None, splits: dict[str, Split], context: Context) -> list[Finding]:
    if found is None:
        return []
    findings = [drift.finding(each, splits[each.split].file, context) for each in found.compared]
    if found.strangers is not None:
        findings.append(drift.strangers_finding(found.strangers, found.production))
    return [each for each in findings if each]


FAMILY = Balance()
