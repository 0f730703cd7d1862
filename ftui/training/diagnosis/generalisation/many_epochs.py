"""too-many-epochs: the rows are shown more often than their number bears."""

from __future__ import annotations

from ftui.training.diagnosis.inputs import Inputs
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

CODE = "too-many-epochs"
_ADVICE = "Two to five epochs are enough for most fine-tunes; more rows or rewritten ones give more than more epochs."


def judge(inputs: Inputs) -> Said:
    """A verdict for many epochs that no falling validation loss justifies.

    Where validation is judged and does not rise (a rise is said by `overfitting` instead) they cost time, and no more.
    """
    import numpy as np

    epochs = inputs.epochs
    if epochs is None:
        yield NotJudged(CODE, "the log tells no epochs")
        return
    rows = inputs.context.training_rows
    few = rows is not None and rows < inputs.limit(CODE, "few_rows")
    most = inputs.limit(CODE, "epochs_of_few" if few else "epochs")
    if epochs <= most:
        return
    late = [
        len(curve) >= 3 and float(curve.epoch[int(np.argmin(curve.value))]) >= 0.8 * epochs
        for curve in inputs.evaluations.values()
    ]
    if late and all(late):
        return  # The validation loss still falls: every epoch was worth it.
    planned = inputs.run.facts.total_epochs
    text = f"{epochs:.3g} epochs"
    text += f" of {planned:g}" if planned and planned > epochs + 0.5 else ""
    text += f" over {rows:,} rows" if rows is not None else ""
    text += (
        ", and no validation loss shows that they help"
        if not late
        else ", and the validation loss is no longer at its best"
    )
    yield Verdict(
        CODE,
        "info" if late and not few else "warning",
        text,
        _reached(inputs, most),
        "likely" if few else "possible",
        _ADVICE,
        {"epochs": epochs, "planned": planned, "rows": rows, "most": most},
    )


def _reached(inputs: Inputs, epochs: float) -> float | None:
    """The step at which so many epochs were over."""
    import numpy as np

    train = inputs.train
    over = np.flatnonzero(train.epoch > epochs)
    return float(train.step[over[0]]) if len(over) else None


RULE = Rule(
    CODE,
    "Too many epochs",
    "Every further pass over the same rows teaches less and fixes more: up to about four epochs repeated rows are worth"
    " almost as much as new ones, after sixteen they are worth nothing.",
    _ADVICE,
    "Muennighoff et al. 2023, Scaling Data-Constrained Language Models (arXiv 2305.16264)",
    judge,
    {
        "epochs": Threshold(16, "more epochs than this are too many, for any number of rows", 1, 1e6),
        "epochs_of_few": Threshold(5, "more epochs than this are too many where rows are few", 1, 1e6),
        "few_rows": Threshold(1000, "fewer training rows than this are few", 0, 1e9),
    },
)
