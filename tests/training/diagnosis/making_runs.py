"""Runs made of plain numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ftui.training.diagnosis.diagnose import diagnose
from ftui.training.diagnosis.inputs import Context
from ftui.training.diagnosis.verdict import Diagnosis, Verdict
from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS
from ftui.training.record import Record
from ftui.training.run import Run


def run_of(
    train: Sequence[float] = (),
    evaluation: Sequence[float] = (),
    *,
    every: int = 1,
    epochs: float | None = None,
    finished: bool = False,
    begin: int | None = None,
    **others: Iterable[float],
) -> Run:
    """A run with a training loss at steps 10, 20, … and an evaluation after each `every` of them.

    Named others (`eval_accuracy`: the metric `eval/accuracy`) are logged with the evaluations.
    """
    run = Run(Path("made"), "made")
    run.facts.finished = finished
    beside = {name.replace("_", "/", 1): list(values) for name, values in others.items()}
    points = max(len(train), len(evaluation) * every)

    def at(step: int) -> float | None:
        return None if epochs is None else epochs * step / (10 * points)

    first = 0
    if begin is not None:
        run.add(Record({EVAL_LOSS: evaluation[0]}, 0, 0.0))
        first = 1
    for index in range(points):
        step = 10 * (index + 1)
        if index < len(train):
            run.add(Record({TRAIN_LOSS: train[index]}, step, at(step)))
        place = first + (index + 1) // every - 1
        if (index + 1) % every == 0 and place < len(evaluation):
            values = {EVAL_LOSS: evaluation[place]}
            values |= {name: held[place] for name, held in beside.items() if place < len(held)}
            run.add(Record(values, step, at(step)))
    return run


def said(run: Run, context: Context = Context()) -> dict[str, Verdict]:  # noqa: B008
    """The verdicts of a run by code."""
    return {verdict.code: verdict for verdict in diagnose(run, context).verdicts}


def warnings(run: Run, context: Context = Context()) -> set[str]:  # noqa: B008
    """Codes of everything louder than a remark."""
    return {code for code, verdict in said(run, context).items() if verdict.severity != "info"}


def not_judged(diagnosis: Diagnosis) -> Mapping[str, str]:
    """Reasons by code."""
    return {each.code: each.reason for each in diagnosis.not_judged}
