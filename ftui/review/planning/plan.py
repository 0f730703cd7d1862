"""Which prompts a review samples: seeded, shared over strata, the same for every checkpoint."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ftui.dataset.dataset import Dataset
from ftui.project.errors import FtuiError
from ftui.project.nearest import nearest
from ftui.project.settings import Project
from ftui.review.planning import edge_cases, flagged, probes, production
from ftui.review.planning.findings import Findings
from ftui.review.planning.row_prompts import prompts_of
from ftui.review.planning.row_scan import Candidate
from ftui.review.planning.strata import Stratum, deal
from ftui.review.planning.survey import Planning
from ftui.review.prompt import STRATA, Prompt

USUAL_STRATA: tuple[str, ...] = ("random", "edge", "flagged", "production", "held-out")
"""Where nobody names strata; the probes ask another question."""
USUAL_PROMPTS = 20


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What a plan is made from."""

    n: int | None = None
    """Prompts in all; None or 0: 20, or of a prompts file without strata all that it has."""
    strata: tuple[str, ...] = ()
    """Empty: the usual ones, or with a prompts file that file alone."""
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
    """The length that 95 of 100 answers of the data keep to; None where there are none."""


def make_plan(
    project: Project,
    dataset: Dataset | None,
    options: PlanOptions,
    findings: Findings | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Plan:
    """The same prompts for the same options, seed and data; rows that are added change as little as can be.

    `dataset` None: there are no data files. `findings` None: those of the last check, where one was kept. Raises
    FtuiError for unknown strata, a file that cannot be read, and where there is no prompt at all.
    """
    names = _strata(options)
    planning = Planning.of(project, dataset, options.seed, findings, names, cancelled)
    with planning.opened:
        strata = [_stratum(name, planning) for name in names]
        count = options.n or USUAL_PROMPTS
        if options.prompts_file is not None:
            given = _given(options.prompts_file, options.n if names else options.n or 0, options.seed)
            count = options.n or (count if names else len(given))
            strata.insert(0, Stratum("file", iter(given), "the file has no more", alike_too=True))
        prompts, notes = deal(strata, count)
    if not prompts and dataset is None and options.prompts_file is None:
        raise FtuiError(
            "no data is named to take prompts from",
            "name a file or folder, or --prompts FILE, or run `ftui init` in the project's folder",
        )
    if not prompts:
        why = "; ".join(notes) if options.strata else "no row of the data asks anything"
        raise FtuiError(f"there is no prompt to sample: {why}", "name some with --prompts FILE")
    task = planning.task
    told = (*planning.notes(prompts), *notes)
    return Plan(tuple(prompts), told, task.marker, task.answer_characters)


def _strata(options: PlanOptions) -> tuple[str, ...]:
    """The strata to take from the data, in the order given. Raises FtuiError."""
    if options.n is not None and options.n < 0:
        raise FtuiError(f"a plan of {options.n} prompts", "--n takes a number from 1")
    given = dict.fromkeys(name.strip().lower() for name in options.strata if name.strip())
    for name in given:
        if name not in (*STRATA, "file"):
            raise FtuiError(f"unknown stratum {name!r}{nearest(name, STRATA)}", f"one of {', '.join(STRATA)}")
    if "file" in given and options.prompts_file is None:
        raise FtuiError("the stratum file needs a file", "name it with --prompts FILE")
    if not given and options.prompts_file is None:
        return USUAL_STRATA
    return tuple(name for name in given if name != "file")


def _stratum(name: str, planning: Planning) -> Stratum:
    """The prompts of one stratum, the best first."""
    makers: dict[str, Callable[[Planning], Stratum]] = {
        "random": _random,
        "edge": edge_cases.stratum,
        "flagged": flagged.stratum,
        "production": production.stratum,
        "held-out": _held_out,
        "train-prefix": probes.of_training,
        "benchmark-prefix": probes.of_benchmarks,
    }
    return makers[name](planning)


def _random(planning: Planning) -> Stratum:
    """Rows of all splits, production left out."""
    if not planning.tables:
        return Stratum.empty("random", "there are no data files")
    rows = planning.by_hash(planning.tables)
    return Stratum(
        "random",
        prompts_of(rows, "random", planning.task, lambda _: "random row"),
        "no more rows ask anything",
    )


def _held_out(planning: Planning) -> Stratum:
    if not planning.held_out:
        return Stratum.empty("held-out", "no split is for validation or test")

    def why(row: Candidate) -> str:
        told = f"row of the {row.rows.split} split"
        overlap = planning.overlap(row)
        return f"{told}; {overlap}" if overlap else told

    rows = planning.by_hash(planning.held_out)
    found = prompts_of(rows, "held-out", planning.task, why)
    return Stratum("held-out", found, "no more rows of these splits ask anything")


def _given(path: Path, most: int | None, seed: int) -> list[Prompt]:
    """The prompts of a file in its order; of more than wanted those that the seed chooses."""
    from ftui.review.planning.prompt_file import read_prompts

    given = read_prompts(path)
    if not most or len(given) <= most:
        return given
    chosen = {each.prompt_id for each in sorted(given, key=lambda each: _key(each, seed))[:most]}
    return [each for each in given if each.prompt_id in chosen]


def _key(prompt: Prompt, seed: int) -> str:
    return hashlib.blake2b(f"{seed}\0{prompt.prompt_id}".encode(), digest_size=8).hexdigest()
