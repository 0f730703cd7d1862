"""Every rule over one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ftui.training.diagnosis.generalisation.rules import GENERALISATION_RULES
from ftui.training.diagnosis.inputs import Context, Inputs
from ftui.training.diagnosis.optimisation.rules import OPTIMISATION_RULES
from ftui.training.diagnosis.thresholds import resolved
from ftui.training.diagnosis.verdict import LEVELS, Diagnosis, NotJudged, Rule, Verdict
from ftui.training.metrics import EVAL_LOSS
from ftui.training.run import Run

HEALTHY = "healthy"
IGNORED = "ignored, though it speaks"
"""Why a verdict is not said that would have been."""
FEWEST = 3
"""Evaluations without which nothing is called healthy."""
_FAR = 0.05
"""Share by which the last validation loss of a healthy run may lie above its best."""
_BROKEN = frozenset(("non-finite", "diverging"))
_OVER = frozenset(("non-finite", "lr-too-high", "lr-too-low", "gradient-explosion"))
"""As a remark these are over or harmless, and explain nothing."""
EXPLAINED_BY: Mapping[str, frozenset[str]] = {
    "memorising": frozenset(("overfitting",)),
    "too-many-epochs": frozenset(("overfitting",)),
    "underfitting": _BROKEN | {"lr-zero", "lr-too-high", "gradient-explosion"},
    "plateau": _BROKEN
    | {"lr-zero", "lr-too-high", "lr-too-low", "underfitting", "overfitting", "memorising"},
    "too-good": frozenset(("summed-loss", "leaked-validation")),
    "spike": _BROKEN | {"lr-too-high"},
    "batch-too-small": _BROKEN | {"lr-zero", "lr-too-high"},
    "lr-too-low": _BROKEN | {"lr-zero"},
}
"""A verdict that is not said where one of these is: they are its cause, and one alarm a cause is enough."""


HEALTHY_PAGE = Rule(
    HEALTHY,
    "Healthy",
    "A validation loss of three evaluations or more lies within 5 % of its best, and no rule warns. Remarks may stand"
    " beside it. It is no proof: what could not be judged is listed, with the reason.",
    "Nothing has to be done. Keep the checkpoint of the best evaluation.",
    "what the other verdicts looked for and did not find",
    lambda _: iter(()),
)
"""What a person is told of a verdict that no rule of its own gives."""


def rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the documentation."""
    return (*GENERALISATION_RULES, *OPTIMISATION_RULES)


def diagnose(
    run: Run,
    context: Context = Context(),  # noqa: B008
    thresholds: Mapping[str, Mapping[str, float]] | None = None,
    ignore: Iterable[str] = (),
    now: float | None = None,
) -> Diagnosis:
    """What the rules say of a run as it is now: the same for the same lines, however they came.

    `now` is the watcher's clock (seconds, that of `run.arrivals`); None for a log that is read at once.
    """
    import numpy as np

    inputs = Inputs(run, context, resolved(rules(), thresholds or {}), now)
    left_out = frozenset(ignore)
    with np.errstate(all="ignore"):  # a log may hold any number; what overflows is infinite, and no alarm
        said = [each for rule in rules() for each in rule.judge(inputs)]
    every = [each for each in said if isinstance(each, Verdict)]
    # What is ignored explains nothing, but speaks against a run all the same.
    verdicts = _without_consequences([each for each in every if each.code not in left_out])
    healthy = _healthy(inputs, [*verdicts, *(each for each in every if each.code in left_out)])
    if healthy is not None and HEALTHY not in left_out:
        verdicts.append(healthy)
    verdicts.sort(key=lambda verdict: (LEVELS.index(verdict.severity), verdict.code == HEALTHY))
    not_judged = [each for each in said if isinstance(each, NotJudged) and each.code not in left_out]
    unheard = sorted({each.code for each in every if each.code in left_out})
    return Diagnosis(tuple(verdicts), (*not_judged, *(NotJudged(code, IGNORED) for code in unheard)))


def _without_consequences(verdicts: list[Verdict]) -> list[Verdict]:
    codes = {each.code for each in verdicts if each.severity != "info" or each.code not in _OVER}
    return [verdict for verdict in verdicts if not EXPLAINED_BY.get(verdict.code, frozenset()) & codes]


def _healthy(inputs: Inputs, verdicts: list[Verdict]) -> Verdict | None:
    """Only where a validation curve was judged, is near its best, does not end high, and nothing speaks against it."""
    metric, curve = max(inputs.evaluations.items(), key=lambda each: len(each[1]), default=(EVAL_LOSS, None))
    if curve is None or len(curve) < FEWEST or any(verdict.severity != "info" for verdict in verdicts):
        return None
    best = int(curve.value.argmin())
    if curve.value[-1] - curve.value[best] > _FAR * abs(curve.value[best]):
        return None
    if inputs.ended and curve.value[-1] > inputs.limit("underfitting", "high"):
        return None
    return Verdict(
        HEALTHY,
        "info",
        f"validation loss {curve.value[-1]:.4g} after {len(curve)} evaluations, best {curve.value[best]:.4g}"
        f" at step {curve.step[best]:g}: no warning stands",
        sure="likely" if len(curve) >= 2 * FEWEST else "possible",
        evidence={
            "metric": metric,
            "best": float(curve.value[best]),
            "best_step": float(curve.step[best]),
            "now": float(curve.value[-1]),
            "evaluations": len(curve),
        },
    )
