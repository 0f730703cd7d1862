"""What the diagnosis of training runs says, as plain JSON values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ftui.training.diagnosis.evidence_units import units_of
from ftui.training.diagnosis.verdict import Diagnosis, Verdict
from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS
from ftui.training.plain import plain_number, plain_value
from ftui.training.run import Run


def training_report(runs: Mapping[str, tuple[Run, Diagnosis]]) -> dict[str, Any]:
    """The report of `ftui logs --once --format json`: plain JSON values, NaN and inf as null."""
    return {"schema": 1, "runs": [run_report(run, diagnosis) for run, diagnosis in runs.values()]}


def run_report(run: Run, diagnosis: Diagnosis) -> dict[str, Any]:
    """One run of the report."""
    report: dict[str, Any] = plain_value(
        {
            "path": run.path,
            "format": run.format,
            "points": {"train": run.count(TRAIN_LOSS), "eval": run.count(EVAL_LOSS)},
            "best_eval": best_eval(run),
            "last": {
                "step": plain_number(run.last_step),
                "epoch": plain_number(run.last_epoch),
                "train_loss": plain_number(_last(run, TRAIN_LOSS)),
                "eval_loss": plain_number(_last(run, EVAL_LOSS)),
            },
            "verdicts": [verdict_report(verdict) for verdict in diagnosis.verdicts],
            "not_judged": [{"code": each.code, "reason": each.reason} for each in diagnosis.not_judged],
        }
    )
    return report


def verdict_report(verdict: Verdict) -> dict[str, Any]:
    """One verdict of the report."""
    return {
        "code": verdict.code,
        "severity": verdict.severity,
        "since_step": plain_number(verdict.since_step),
        "message": verdict.message,
        "sure": verdict.sure,
        "advice": verdict.advice,
        "evidence": verdict.evidence,
        "units": units_of(verdict.code, verdict.evidence),
    }


def best_eval(run: Run) -> dict[str, Any] | None:
    """The evaluation with the least finite loss; None without one."""
    series = run.series.get(EVAL_LOSS)
    if series is None:
        return None
    finite = [(value, at) for at, value in enumerate(series.value) if math.isfinite(value)]
    if not finite:
        return None
    value, at = min(finite)
    return {"step": plain_number(series.step[at]), "epoch": plain_number(series.epoch[at]), "loss": value}


def _last(run: Run, metric: str) -> float | None:
    series = run.series.get(metric)
    return series.value[-1] if series else run.facts.values.get(metric)
