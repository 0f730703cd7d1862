"""plateau: the training loss no longer changes."""

from __future__ import annotations

from ftui.training.diagnosis.inputs import Inputs
from ftui.training.diagnosis.noise import comparable
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

CODE = "plateau"
_LEAST = 20
_PART = 0.2
_AT_90 = 1.645
_ADVICE = (
    "If it is where it should be, stop; if not, more of the same will not help: change the learning rate, the rank or"
    " the data."
)


def judge(inputs: Inputs) -> Said:
    """A remark where the last fifth of the run lies level with the fifth before: most runs end like this."""
    import numpy as np

    train = inputs.train.finite()
    window = max(_LEAST, round(_PART * len(train)))
    if len(train) < 3 * window:
        yield NotJudged(CODE, f"{len(train)} points of training loss: at least {3 * _LEAST} are needed")
        return
    scaled, ratios = comparable(train.value)
    if not ratios:
        return
    before, last = scaled[-2 * window : -window], scaled[-window:]
    change = float(last.mean() - before.mean())
    error = float(np.hypot(before.std(ddof=1), last.std(ddof=1)) / window**0.5)
    tolerance = inputs.limit(CODE, "change")
    if abs(change) >= tolerance or abs(change) + _AT_90 * error >= 2 * tolerance:
        return
    levels = float(np.exp(before.mean())), float(np.exp(last.mean()))
    yield Verdict(
        CODE,
        "info",
        f"training loss is level: {levels[0]:.4g}, then {levels[1]:.4g} ({100 * change:+.1f} %) over the last"
        f" {2 * window} points, from step {train.step[-2 * window]:g}",
        float(train.step[-2 * window]),
        "likely",
        _ADVICE,
        {
            "before": round(levels[0], 6),
            "now": round(levels[1], 6),
            "change": round(change, 5),
            "error": round(error, 5),
            "points": window,
        },
    )


RULE = Rule(
    CODE,
    "Plateau",
    "A loss that has settled is the end of what this run will learn with these settings. It is a remark, as a good run"
    " ends like this too.",
    _ADVICE,
    "an equivalence test of two means (Schuirmann 1987) at twice the tolerance",
    judge,
    {
        "change": Threshold(
            0.01, "the change between two fifths of the run that is none, as a share", 0.0, 1.0
        )
    },
)
