"""Which prompts a review samples: seeded, shared over strata, the same for every checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ftui.dataset.dataset import Dataset
from ftui.project.errors import FtuiError
from ftui.project.nearest import nearest
from ftui.project.settings import Project
from ftui.review.findings import Findings
from ftui.review.planning import Planning
from ftui.review.prompt import STRATA, Prompt
from ftui.review.row_prompts import prompts_of
from ftui.review.row_scan import Candidate
from ftui.review.strata import Stratum, deal

USUAL_STRATA: tuple[str, ...] = ("random", "held-out")
"""Where nobody names strata; the probes ask another question."""
USUAL_PROMPTS = 20


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What a plan is made from."""

    n: int = USUAL_PROMPTS
    """Prompts in all; of a file without strata all that it has, where n is not given (0)."""
    strata: tuple[str, ...] = ()
    """Empty: the usual ones, or with a file that file alone."""
    seed: int = 0
    prompts_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Prompts, one of each stratum in turn, and what a person should know of them."""

    prompts: tuple[Prompt, ...]
    notes: tuple[str, ...] = ()
    end_marker: str = ""
    """What answers in the data end with; "" for nothing."""
    answer_characters: int | None = None
    """The length that 95 of 100 answers of the data keep to."""


def make_plan(
    project: Project,
    dataset: Dataset | None,
    options: PlanOptions,
    findings: Findings | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Plan:
    """The same prompts for the same options, seed and data; rows that are added change as little as can be.

    `dataset` None: there are no data files. `findings` None: those of the last check, where one was kept, or of a check
    of small data run now. Raises FtuiError for unknown strata, a prompts file that cannot be read, and where there is
    no prompt at all.
    """
    names = _strata(options)
    planning = Planning.of(project, dataset, options.seed, findings, names, cancelled)
    strata = [_stratum(name, planning) for name in names]
    prompts, notes = deal(strata, options.n or USUAL_PROMPTS)
    if not prompts:
        raise FtuiError("no prompt to sample: " + "; ".join(notes), "name prompts with --prompts FILE")
    task = planning.task
    return Plan(tuple(prompts), (*planning.notes(prompts), *notes), task.marker, task.answer_characters)


def _strata(options: PlanOptions) -> tuple[str, ...]:
    known = {name.lower(): name for name in STRATA}
    for name in options.strata:
        if name.lower() not in known and name != "file":
            raise FtuiError(f"unknown stratum {name!r}{nearest(name, STRATA)}", f"one of {', '.join(STRATA)}")
    if options.n < 0:
        raise FtuiError(f"a plan of {options.n} prompts", "--n takes a number from 1")
    given = dict.fromkeys(known[name.lower()] for name in options.strata if name != "file")
    if given or options.prompts_file is not None:
        return tuple(given)
    return USUAL_STRATA


def _stratum(name: str, planning: Planning) -> Stratum:
    """The prompts of one stratum, the best first."""
    if not planning.tables:
        return Stratum.empty(name, "there are no data files")
    if name == "held-out":
        return _held_out(planning)
    rows = planning.by_hash(planning.tables, name)
    return Stratum(
        name, prompts_of(rows, name, planning.task, lambda _: "random row"), "no other rows differ"
    )


def _held_out(planning: Planning) -> Stratum:
    if not planning.held_out:
        return Stratum.empty("held-out", "no split is for validation or test")

    def why(row: Candidate) -> str:
        told = f"row of the {row.rows.split} split"
        overlap = planning.overlap(row)
        return f"{told}; {overlap}" if overlap else told

    rows = planning.by_hash(planning.held_out, "held-out")
    return Stratum("held-out", prompts_of(rows, "held-out", planning.task, why), "no other rows differ")
