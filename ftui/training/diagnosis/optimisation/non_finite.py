"""A loss or a gradient that is no number any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftui.training.diagnosis.config_values import flag
from ftui.training.diagnosis.optimisation.divergence import FEWEST, Divergence, divergence
from ftui.training.diagnosis.optimisation.sound_loss import positive_loss, sound_loss, zeros_for_nan
from ftui.training.diagnosis.verdict import LEVELS, NotJudged, Rule, Said, Verdict

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs
    from ftui.training.series import Curve, Mask

CODE = "non-finite"
_RECOVERED = 3
"""So many finite values after the last that was none."""
_SKIPPED = 2
"""Gradient norms in a row that loss scaling makes infinite while it looks for its scale: steps it skips."""


@dataclass(frozen=True, slots=True)
class _Lost:
    """The points of one curve that are no numbers."""

    first: float
    last: float
    many: int
    longest: int
    """The most of them in a row."""
    recovered: bool


def _lost(curve: Curve, bad: Mask) -> _Lost | None:
    import numpy as np

    where = np.flatnonzero(bad)
    if not len(where):
        return None
    edges = np.flatnonzero(np.diff(np.concatenate(([0], bad, [0]))))
    longest = int((edges[1::2] - edges[::2]).max())
    after = len(curve) - 1 - int(where[-1])
    return _Lost(
        float(curve.step[where[0]]),
        float(curve.step[where[-1]]),
        len(where),
        longest,
        after >= _RECOVERED,
    )


def _judge(inputs: Inputs) -> Said:
    import numpy as np

    curves = (inputs.train, inputs.grad_norm, *inputs.evaluations.values(), inputs.evaluation)
    if not any(len(curve) for curve in curves):
        yield NotJudged(CODE, "the log has neither a loss nor a gradient norm")
        return
    said = [*_of_training(inputs), *_of_evaluation(inputs)]
    norms = _lost(inputs.grad_norm, ~np.isfinite(inputs.grad_norm.value))
    if norms is not None:
        said += _of_gradient(inputs, norms)
    said.sort(key=lambda verdict: LEVELS.index(verdict.severity))
    yield from said[:1]


def _of_training(inputs: Inputs) -> Iterator[Verdict]:
    import numpy as np

    train, zeros = inputs.train, zeros_for_nan(inputs)
    lost = _lost(train, ~np.isfinite(train.value) | zeros)
    if lost is None:
        return
    what = (
        "0.0, which stands for NaN," if bool(zeros.any()) and bool(np.isfinite(train.value).all()) else "NaN"
    )
    if bool(np.isinf(train.value).any()) and not bool(np.isnan(train.value).any()):
        what = "infinite"
    end = f"finite again after step {lost.last:g}" if lost.recovered else f"{lost.many} logs so far"
    yield Verdict(
        CODE,
        "warning" if lost.recovered else "critical",
        f"training loss is {what} from step {lost.first:g} on ({end})"
        if not lost.recovered
        else f"training loss was {what.rstrip(',')} at {_logs(lost.many)} from step {lost.first:g} on ({end})",
        since_step=lost.first,
        sure="certain",
        advice="Nothing after this step can be used: stop, and go on from a checkpoint before it with"
        " a lower learning rate, clipped gradients and bf16 instead of fp16. Look for empty or"
        " wholly masked rows in those batches.",
        evidence=_evidence(lost, "train/loss"),
    )


def _of_evaluation(inputs: Inputs) -> Iterator[Verdict]:
    import numpy as np

    curve = inputs.evaluation
    lost = _lost(curve, ~np.isfinite(curve.value))
    if lost is None:
        return
    last = not bool(np.isfinite(curve.value[-1]))
    train = sound_loss(inputs)
    # Weights that are NaN give no finite training loss: it is the evaluation that never worked, not the model.
    sound = lost.many == len(curve) and len(train.where(train.step > lost.first)) >= _RECOVERED
    yield Verdict(
        CODE,
        "critical" if last and not sound else "warning",
        f"validation loss is not a number at {lost.many} of {len(curve)} evaluations, first at step {lost.first:g}"
        + (", while the training loss is one" if sound else ""),
        since_step=lost.first,
        sure="certain",
        advice="Where training loss is finite: look for empty or wholly masked rows in the validation"
        " set, and evaluate in bf16 or float32.",
        evidence=_evidence(lost, "eval/loss"),
    )


def _of_gradient(inputs: Inputs, lost: _Lost) -> Iterator[Verdict]:
    scaled = flag(inputs.config, "fp16") is not False
    found = _rose_after(inputs)
    if found is not None:
        yield Verdict(
            CODE,
            "critical",
            f"gradient norm was not finite at {_logs(lost.many)}, first at step {lost.first:g}, and the training loss"
            f" has risen since: from {found.best:.3g} to {found.now:.3g}",
            since_step=found.since_step,
            sure="likely",
            advice="Loss scaling skips a step that overflows, and the loss stays where it was; here the steps were too"
            " large. Go back to a checkpoint from before, with a lower learning rate, clipped gradients and bf16.",
            evidence=_evidence(lost, "grad_norm") | {"loss_before": found.best, "loss_now": found.now},
        )
        return
    if lost.longest <= _SKIPPED and scaled:
        yield Verdict(
            CODE,
            "info",
            f"gradient norm was not finite at {_logs(lost.many)}, first at step {lost.first:g}:"
            " loss scaling under fp16 skips such a step",
            since_step=lost.first,
            sure="likely",
            advice="Nothing to do while the loss stays finite; bf16 needs no loss scaling.",
            evidence=_evidence(lost, "grad_norm"),
        )
        return
    yield Verdict(
        CODE,
        "warning" if lost.recovered else "critical",
        f"gradient norm is not finite at {_logs(lost.many)}, up to {lost.longest} in a row,"
        f" first at step {lost.first:g}"
        + (f", finite again after step {lost.last:g}" if lost.recovered else ""),
        since_step=lost.first,
        sure="certain",
        advice="Such steps are skipped or spoil the weights. Lower the learning rate, clip gradients,"
        " use bf16, and look at the rows of those batches.",
        evidence=_evidence(lost, "grad_norm"),
    )


def _rose_after(inputs: Inputs) -> Divergence | None:
    """The divergence of the training loss, where a gradient overflowed while it began."""
    import numpy as np

    loss = positive_loss(inputs, CODE, FEWEST)
    if isinstance(loss, NotJudged):
        return None
    found = divergence(inputs, loss)
    if found is None:
        return None
    norm = inputs.grad_norm
    while_it_began = (norm.step > found.began_step) & (norm.step <= found.since_step)
    return found if bool((while_it_began & ~np.isfinite(norm.value)).any()) else None


def _logs(many: int) -> str:
    return "1 log" if many == 1 else f"{many} logs"


def _evidence(lost: _Lost, metric: str) -> dict[str, object]:
    return {
        "metric": metric,
        "first_step": lost.first,
        "last_step": lost.last,
        "logs": lost.many,
        "longest": lost.longest,
        "recovered": lost.recovered,
    }


RULE = Rule(
    CODE,
    "Not a number",
    "A loss or a gradient that is NaN or infinite has no direction: the weights become NaN with"
    " the next step, and every checkpoint from there on is lost.",
    "Stop, go back to a checkpoint from before that step; bf16, a lower learning rate, clipped gradients.",
    "Lightning's EarlyStopping (check_finite); PyTorch's GradScaler skips steps with infinite gradients",
    _judge,
)
