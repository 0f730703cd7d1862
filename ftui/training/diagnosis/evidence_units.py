"""What the numbers of an evidence count: its keys say what each is, and this in which unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

SHARE, TIMES, LOSS, STEP, EPOCHS, SECONDS = "share", "times", "loss", "step", "epochs", "s"
NORM, RATE, UNIX = "gradient norm", "learning rate", "Unix seconds"
EVALUATIONS, LOGS, ROWS, CLASSES = "evaluations", "logs", "rows", "classes"
UNITS: Mapping[str, str] = {
    "share": "0.05 is 5 %; of a loss of zero and below, of the range that the curve has gone through",
    "times": "a ratio: 1.5 is one and a half times",
    "loss": "as the log has it, most often nats a token",
    "accuracy": "as the log has it",
    "step": "an optimiser step of the log",
    "epochs": "passes over the training rows",
    "s": "seconds",
    "Unix seconds": "since 1970, UTC",
    "gradient norm": "as the log has it, before clipping",
    "learning rate": "as the log has it",
    "speed": "steps or tokens a second: `of` tells which",
    "evaluations": "a number of evaluations",
    "logs": "a number of logged values",
    "rows": "a number of rows of data",
    "classes": "a number of labels",
}
"""Every unit, in words."""
_KEYS: Mapping[str, str] = {
    **dict.fromkeys(
        ("rise", "noise", "train_change", "share", "change", "error", "drop", "fall", "fell"), SHARE
    ),
    **dict.fromkeys(("progress",), SHARE),
    **dict.fromkeys(("ratio", "limit", "factor"), TIMES),
    **dict.fromkeys(("best", "now", "train", "before", "after", "first", "middle", "last", "chance"), LOSS),
    **dict.fromkeys(("near_zero", "low", "high", "top", "usual", "loss_before", "loss_now"), LOSS),
    **dict.fromkeys(
        ("best_step", "now_step", "step", "top_step", "low_step", "high_step", "first_step"), STEP
    ),
    **dict.fromkeys(("last_step", "peak_step"), STEP),
    **dict.fromkeys(("epochs", "best_epoch", "epoch", "planned", "most"), EPOCHS),
    **dict.fromkeys(("waited_s", "usual_s", "longest_s", "allowed_s"), SECONDS),
    **dict.fromkeys(("grad_norm", "grad_norm_before", "grad_norm_now", "clipped_to"), NORM),
    **dict.fromkeys(("learning_rate", "peak", "usual_least"), RATE),
    **dict.fromkeys(("evaluations", "evaluations_since_best"), EVALUATIONS),
    **dict.fromkeys(("logs", "points", "train_points", "longest", "count"), LOGS),
    **dict.fromkeys(("validation_rows", "leaks", "rows", "batch_size"), ROWS),
    "classes": CLASSES,
    "checked_at": UNIX,
    "at_best_loss": "accuracy",
}
_OF_CODE: Mapping[str, Mapping[str, str]] = {
    "gradient-explosion": dict.fromkeys(("top", "usual", "now", "least"), NORM),
    "throughput-drop": dict.fromkeys(("before", "now"), "speed"),
    "underfitting": {"accuracy": SHARE},
    "too-good": {"first": "loss or accuracy, as `metric` says"},
}
"""Keys that count something else in the evidence of one verdict."""
PLAIN = frozenset(
    ("metric", "settings", "path", "sets", "measures", "guessed", "accuracy", "rising", "checkpoint", "overfitting",
     "drops", "spikes", "adapter", "configured", "recovered", "setting", "value", "bf16", "fp16", "precision", "of")
)  # fmt: skip
"""Keys of texts, flags, and of what holds other keys."""


def unit_of(code: str, name: str) -> str:
    """The unit of a key in the evidence of a verdict; "" for texts and flags."""
    return _OF_CODE.get(code, {}).get(name) or _KEYS.get(name, "")


def units_of(code: str, evidence: Mapping[str, object]) -> dict[str, str]:
    """The units of all numbers of an evidence by their keys, those inside of others too."""
    found: dict[str, str] = {}
    for name, holds in _numbers(evidence):
        # What an accuracy holds counts accuracies.
        unit = "accuracy" if (holds, name) == ("accuracy", "now") else unit_of(code, name)
        if unit:
            found[f"{holds}.{name}" if holds else name] = unit
    return found


def _numbers(value: object, name: str = "", holds: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for inner, held in value.items():
            yield from _numbers(held, inner, name)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for held in value:
            yield from _numbers(held, name, holds)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield name, holds
