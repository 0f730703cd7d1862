"""Whether an accuracy still rises while the loss does: a model may grow too sure of itself and yet choose better."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftui.training.metrics import evaluated_set
from ftui.training.run import Run

if TYPE_CHECKING:
    from ftui.training.diagnosis.generalisation.rise import Rise
    from ftui.training.series import Floats

_MEASURES = re.compile(
    r"(?:token_)?(?:mean_token_)?(?:accuracy|acc|f1|exact_match|rouge(?:l|lsum|1|2)|bleu|chrf)$", re.I
)
_CLEARLY = 0.01
_OF = 3


@dataclass(frozen=True, slots=True)
class Accuracy:
    """A measure of an evaluation at the best loss, and as the median of the last three."""

    name: str
    then: float
    now: float

    @property
    def better(self) -> bool:
        """Whether it has risen clearly: by more than 1 %."""
        return self.now > self.then + _CLEARLY * abs(self.then)

    def evidence(self) -> dict[str, object]:
        """As plain values."""
        return {"metric": self.name, "at_best_loss": self.then, "now": self.now, "rising": self.better}


def accuracy_since(run: Run, metric: str, rise: Rise) -> Accuracy | None:
    """The accuracy of the set with this loss; None where the log has none."""
    name = measure_of(run, metric)
    if name is None:
        return None
    curve = run.curve(name).finite()
    then = curve.where(curve.step == rise.curve.step[rise.best])
    if not len(then) or not len(curve):
        return None
    return Accuracy(
        name, float(then.value[0]), sorted(map(float, curve.value[-_OF:]))[len(curve.value[-_OF:]) // 2]
    )


def of_one(values: Floats) -> Floats:
    """Accuracies as shares of one, where they are logged in percent."""
    return values / 100 if len(values) and 1.5 < float(values.max()) <= 100.0 else values


def measure_of(run: Run, metric: str) -> str | None:
    """The accuracy-like metric that belongs to a validation loss."""
    of = evaluated_set(metric)
    beginning = f"eval/{of}" if of else "eval"
    return next(
        (
            name
            for name in run.series
            if name.startswith((beginning + "/", beginning + "_"))
            and _MEASURES.fullmatch(name[len(beginning) + 1 :])
        ),
        None,
    )
