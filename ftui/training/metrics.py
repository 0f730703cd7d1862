"""The names under which values of a training log are kept, whatever their writer called them."""

from __future__ import annotations

import re
from functools import lru_cache

TRAIN_LOSS = "train/loss"
EVAL_LOSS = "eval/loss"
LEARNING_RATE = "learning_rate"
GRAD_NORM = "grad_norm"
STEPS_PER_SECOND = "steps_per_second"
TOKENS_PER_SECOND = "tokens_per_second"
MEAN_TRAIN_LOSS = "train/mean_loss"
"""The mean over the whole run that Transformers prints at its end: no point of the curve."""
TRAIN_LOSS_ESTIMATE = "train/loss_estimate"
"""The loss over a sample of the training rows, measured as the validation loss is: nanoGPT's `train loss`."""
CORE = (TRAIN_LOSS, EVAL_LOSS, LEARNING_RATE, GRAD_NORM)
"""What the curves show first, in this order."""

_KNOWN = {
    "loss": TRAIN_LOSS,
    "train_loss": TRAIN_LOSS,
    "training_loss": TRAIN_LOSS,
    "loss/train": TRAIN_LOSS,
    "loss/train/total": TRAIN_LOSS,
    "eval_loss": EVAL_LOSS,
    "val_loss": EVAL_LOSS,
    "valid_loss": EVAL_LOSS,
    "validation_loss": EVAL_LOSS,
    "val/loss": EVAL_LOSS,
    "valid/loss": EVAL_LOSS,
    "validation/loss": EVAL_LOSS,
    "loss/eval": EVAL_LOSS,
    "loss/val": EVAL_LOSS,
    "loss/validation": EVAL_LOSS,
    "lr": LEARNING_RATE,
    "train/lr": LEARNING_RATE,
    "train/learning_rate": LEARNING_RATE,
    "gradient_norm": GRAD_NORM,
    "gradnorm": GRAD_NORM,
    "grad-norm": GRAD_NORM,
    "norm": GRAD_NORM,
    "train/grad_norm": GRAD_NORM,
    "tokens_per_second_per_gpu": TOKENS_PER_SECOND,
}
_EVALUATED = re.compile(r"(?:eval|val|valid|validation)[_/](.+)")
_LOSS_OF_A_SET = re.compile(r"eval/(.+?)[_/]loss")


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """The name under which a value is kept: `val_loss`, `eval_loss` and `loss/val` are one metric.

    Values of an evaluation begin with `eval/`; a name that nobody knows stays as it is.
    """
    known = _KNOWN.get(name) or _KNOWN.get(name.lower())
    if known is not None:
        return known
    evaluated = _EVALUATED.fullmatch(name)
    if evaluated is None:
        return name.removeprefix("train/") if name.startswith("train/") else name
    rest = evaluated[1]
    return f"eval/{rest[: -len('_loss')]}/loss" if rest.endswith("_loss") else f"eval/{rest}"


def evaluated_set(metric: str) -> str | None:
    """The evaluation set whose loss this is (`g0` of `eval/g0/loss`), where a run has several; else None."""
    found = _LOSS_OF_A_SET.fullmatch(metric)
    return found[1] if found else None
