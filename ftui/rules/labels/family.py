"""LBL: labels that contradict each other, are spelt in several ways, or that annotators do not agree on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from ftui.project.settings import Severity
from ftui.rules.chunk import Chunk
from ftui.rules.labels import conflicts as label_conflicts
from ftui.rules.labels import suspects as label_suspects
from ftui.rules.labels import variants as label_variants
from ftui.rules.labels import votes as label_votes
from ftui.rules.labels.pages import RULES
from ftui.rules.labels.suspects import Judged, Suspects
from ftui.rules.labels.variants import Spellings
from ftui.rules.labels.votes import Ballot, Tally
from ftui.rules.row_index.fingerprints import Fingerprints, content_hashes, fingerprints, template_shingles
from ftui.rules.row_index.index import row_index
from ftui.rules.row_index.shingles import U32, U64
from ftui.rules.rule import ChunkInfo, Combined, Context, Finding, Row

CONFLICTS = ("LBL001", "LBL002")
_MOST_IN_EVIDENCE = 0.9999


@dataclass(frozen=True, slots=True)
class Survey:
    """What a sample of the rows settles."""

    template: U32
    """Template shingles."""
    terse: frozenset[int]
    """The files whose answers are labels."""
    ballot: Ballot


@dataclass(slots=True)
class Partial:
    """What one chunk gives to each of the rules."""

    prints: Fingerprints | None
    labels: label_variants.Labels | None
    votes: Tally | None
    judged: Judged | None


@dataclass(slots=True)
class State:
    """What `inspect` needs."""

    survey: Survey
    conflicts: label_conflicts.State | None = None
    spellings: Spellings = field(default_factory=Spellings)
    suspects: Suspects = field(default_factory=lambda: Suspects({}))
    content: dict[tuple[int, int], np.uint64] = field(default_factory=dict)
    """What the suspect rows said at the check."""


class Labels:
    """The LBL family."""

    name = "LBL"
    rules = RULES

    def survey(self, sample: Sequence[Chunk], context: Context) -> Survey:
        """The template, the files whose answers are labels, the columns of votes."""
        conflicts = any(map(context.wants, CONFLICTS))
        return Survey(
            template_shingles(sample, context) if conflicts else np.zeros(0, np.uint32),
            label_variants.terse_files(sample, context),
            label_votes.survey(sample, context.project),
        )

    def map(self, chunk: Chunk, context: Context) -> Partial:
        """What each rule needs of the chunk, if it is wanted."""
        survey: Survey = context.surveys[self.name]
        terse = chunk.file in survey.terse
        votes = survey.ballot.columns and context.wants(label_votes.CODE)
        return Partial(
            fingerprints(chunk, context) if any(map(context.wants, CONFLICTS)) else None,
            label_variants.gather(chunk, terse, context) if context.wants(label_variants.CODE) else None,
            label_votes.gather(chunk, survey.ballot) if votes else None,
            _judged(chunk, context) if context.wants("LBL005") else None,
        )

    def combine(self, partials: Iterable[tuple[Chunk | ChunkInfo, Partial]], context: Context) -> Combined:
        """Each rule on its own."""
        state = State(context.surveys[self.name])
        kept: list[tuple[int, Partial]] = []
        found = _conflicts(partials, kept, state, context)
        _variants(kept, found, state)
        _votes(kept, found, state, context)
        _suspects(kept, found, state, context)
        found.state = state
        return found

    def inspect(self, row: Row, state: State, context: Context) -> list[Finding]:
        """The findings of one row."""
        found: list[Finding] = []
        if state.conflicts is not None and any(map(context.wants, CONFLICTS)):
            found += label_conflicts.inspect(row, state.conflicts, context)
        if row.example is not None and context.wants(label_variants.CODE):
            terse = row.place.file in state.survey.terse
            found += label_variants.findings(row.example, terse, state.spellings, context)
        if row.example is not None and context.wants(label_votes.CODE):
            found += label_votes.findings(row.parsed.value, row.example, state.survey.ballot)
        if context.wants("LBL005"):
            found += _suspect(row, state)
        return found


def _conflicts(
    partials: Iterable[tuple[Chunk | ChunkInfo, Partial]],
    kept: list[tuple[int, Partial]],
    state: State,
    context: Context,
) -> Combined:
    """LBL001 and LBL002; the rest of the partials is kept for the other rules, without the fingerprints."""

    def prints() -> Iterator[tuple[Chunk | ChunkInfo, Any]]:
        for info, partial in partials:
            kept.append((info.file, Partial(None, partial.labels, partial.votes, partial.judged)))
            yield info, partial.prints

    if not any(map(context.wants, CONFLICTS)):
        for _ in prints():
            pass
        return Combined([{} for _ in context.files], {})
    found = label_conflicts.combine(row_index(prints(), context), context)
    state.conflicts = found.state
    return found


def _variants(kept: Sequence[tuple[int, Partial]], found: Combined, state: State) -> None:
    parts = [(file, part.labels) for file, part in kept if part.labels is not None]
    if not parts:
        found.skipped[label_variants.CODE] = "no row has a label"
        return
    state.spellings = label_variants.spellings(parts)
    rows, found.counts[label_variants.CODE] = label_variants.hits(parts, state.spellings, len(found.hits))
    for of_file, hit in zip(found.hits, rows, strict=True):
        of_file[label_variants.CODE] = hit


def _votes(kept: Sequence[tuple[int, Partial]], found: Combined, state: State, context: Context) -> None:
    code = label_votes.CODE
    parts = [(file, part.votes) for file, part in kept if part.votes is not None]
    if not state.survey.ballot.columns:
        found.skipped[code] = "no columns of votes: set votes under [data.meta]"
        return
    whole = label_votes.together([votes for _, votes in parts])
    if not whole.units:
        found.skipped[code] = "no row has two votes"
        return
    verdict = label_votes.overall(whole, context)
    found.whole += [verdict] if verdict is not None else []
    severities: dict[Severity, int] = {"warning": len(found.whole)}
    for _, votes in parts:
        for severity, rows in votes.rows.items():
            severities[severity] = severities.get(severity, 0) + len(rows)
    found.severities[code] = severities
    found.counts[code] = sum(severities.values())
    for of_file, hit in zip(found.hits, label_votes.hits(parts, len(found.hits)), strict=True):
        of_file[code] = hit


# LBL005


def _judged(chunk: Chunk, context: Context) -> Judged | None:
    """The rows with one label and a text."""
    labelled = chunk.rows.filter(pl.col("label").is_not_null() & (pl.col("prompt").str.strip_chars() != ""))
    if not len(labelled):
        return None
    rows = labelled["row"].to_numpy().astype(np.int64)
    labels = labelled["label"].str.strip_chars().str.to_lowercase().to_list()
    total = sum(file.rows for file in context.files)
    return label_suspects.gather(rows, labelled["prompt"].to_list(), labels, total)


def _suspects(kept: Sequence[tuple[int, Partial]], found: Combined, state: State, context: Context) -> None:
    parts = [(file, part.judged) for file, part in kept if part.judged is not None]
    if not parts:
        found.skipped["LBL005"] = "no row has a label"
        return
    odds = float(context.option("LBL005", "odds", label_suspects.ODDS))
    state.suspects = suspects = label_suspects.judge(parts, odds)
    if suspects.reason:
        found.skipped["LBL005"] = suspects.reason
        return
    state.content = {
        place: digest for place in suspects.found if (digest := _digest(place, context)) is not None
    }
    for file, of_file in enumerate(found.hits):
        of_file["LBL005"] = np.array(sorted(row for each, row in suspects.found if each == file), np.int64)
    found.counts["LBL005"] = len(suspects.found)


def _digest(place: tuple[int, int], context: Context) -> np.uint64 | None:
    row = None if context.fetch is None else context.fetch(*place)
    return None if row is None else _said(row)


def _said(row: Row) -> np.uint64 | None:
    if row.example is None:
        return None
    hashed: U64 = content_hashes([row.example], [row.parsed])
    digest: np.uint64 = hashed[0]
    return digest


def _suspect(row: Row, state: State) -> list[Finding]:
    """The verdict of the check on a row that is still as it was."""
    place = row.place.file, row.place.row
    found = state.suspects.found.get(place)
    if found is None or row.example is None or _said(row) != state.content.get(place):
        return []
    label = " ".join((row.example.label or "").split())
    certain = ">99.99 %" if found.other > _MOST_IN_EVIDENCE else f"{found.other:.1%}"
    return [
        Finding(
            "LBL005",
            f"labelled “{label}”, but by its words rather “{found.likely}” ({certain})",
            field=next((text.field for text in row.example.texts if text.role == "label"), ""),
            evidence={
                "label": label,
                "likely": found.likely,
                "probability": round(found.other, 4),
                "probability_of_label": round(found.own, 6),
            },
        )
    ]


FAMILY = Labels()
