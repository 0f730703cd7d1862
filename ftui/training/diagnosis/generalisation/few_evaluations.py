"""too-few-evaluations: the best step lies anywhere between two points far apart."""

from __future__ import annotations

from ftui.training.diagnosis.inputs import Inputs, since_training_began
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict

CODE = "too-few-evaluations"
_ADVICE = "Evaluate more often (eval_steps): at least ten times a run, and more than once an epoch."


def judge(inputs: Inputs) -> Said:
    """A warning for several epochs with hardly an evaluation, a remark where they are few, late in the run."""
    done = max((len(since_training_began(curve)) for curve in inputs.evaluations.values()), default=0)
    if not done:
        yield NotJudged(CODE, "no evaluations in the log")
        return
    progress = inputs.progress
    if progress is None or progress < inputs.limit(CODE, "progress"):
        if progress is None:
            yield NotJudged(CODE, "the log does not tell how long the run will be")
        return
    fewest = inputs.limit(CODE, "fewest")
    if done >= fewest:
        return
    epochs = inputs.epochs or 0.0
    yield Verdict(
        CODE,
        "warning" if done <= 2 and epochs >= 2.5 else "info",
        f"{done} evaluation{'s' if done > 1 else ''} in {100 * progress:.0f} % of the run"
        + (f" ({epochs:.3g} epochs)" if epochs else "")
        + ": a best step in between would not be seen",
        None,
        "certain",
        _ADVICE,
        {"evaluations": done, "progress": round(progress, 3), "epochs": inputs.epochs},
    )


RULE = Rule(
    CODE,
    "Too few evaluations",
    "Fine-tunes overfit within an epoch. With a handful of evaluations the best checkpoint is missed, and noise cannot"
    " be told from a trend.",
    _ADVICE,
    "measured: under six evaluations only a strong rise can be told from noise",
    judge,
    {
        "fewest": Threshold(5, "fewer evaluations than this are too few", 1, 1000),
        "progress": Threshold(0.8, "the part of the run from which they are counted", 0.0, 1.0),
    },
)
