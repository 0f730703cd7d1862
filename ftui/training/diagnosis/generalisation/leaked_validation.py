"""leaked-validation: the rows that are to judge the model are among those it was trained on."""

from __future__ import annotations

from ftui.training.diagnosis.inputs import Inputs
from ftui.training.diagnosis.verdict import NotJudged, Rule, Said, Threshold, Verdict
from ftui.training.local_time import local_minute

CODE = "leaked-validation"
_ADVICE = "Remove these rows from training (ftui check names them: LEK), split anew with ftui split, and train again."
_UNKNOWN = (
    "no check has looked for rows of both splits: ftui check does, in a project whose ftui.toml names them"
)
_OUTDATED = "the data changed since it was checked at {}: ftui check looks again"
_SAME = (
    ("train_file", "validation_file"),
    ("train_file", "eval_file"),
    ("train_files", "val_files"),
    ("train_data", "eval_data"),
    ("train_data_path", "val_data_path"),
    ("dataset", "eval_dataset"),
    ("train_dataset", "eval_dataset"),
    ("datasets", "test_datasets"),
)


def judge(inputs: Inputs) -> Said:
    """A verdict where one file is both, or where the last check of the data found rows in both."""
    config = inputs.config
    for train, evaluation in _SAME:
        held = config.get(train)
        if held and held == config.get(evaluation):
            yield _same_file(train, evaluation, str(held))
            return
    leaks = inputs.context.leaks
    if leaks is None:
        at = inputs.context.checked_at
        yield NotJudged(CODE, _UNKNOWN if at is None else _OUTDATED.format(local_minute(at)))
    elif leaks:
        yield _leaks(inputs, leaks)


def _same_file(train: str, evaluation: str, path: str) -> Verdict:
    return Verdict(
        CODE,
        "critical",
        f"{evaluation} is the same as {train}: the validation loss is a training loss",
        None,
        "certain",
        "Hold back rows that are not trained on: ftui split makes a split that does not leak.",
        {"settings": [train, evaluation], "path": path[:500]},
    )


def _leaks(inputs: Inputs, leaks: int) -> Verdict:
    rows = inputs.context.validation_rows
    share = leaks / rows if rows else None
    critical = share is not None and share >= inputs.limit(CODE, "share")
    of = f" of {rows:,}" if rows else ""
    are = "row is" if leaks == 1 and not rows else "rows are"
    at = inputs.context.checked_at
    checked = "" if at is None else f" (checked {local_minute(at)})"
    return Verdict(
        CODE,
        "critical" if critical else "warning",
        f"{leaks:,}{of} validation {are} in the training data too: the validation loss is too low, and rises too"
        f" late{checked}",
        None,
        "certain",
        _ADVICE,
        {
            "leaks": leaks,
            "validation_rows": rows,
            "share": None if share is None else round(share, 5),
            "checked_at": at,
        },
    )


RULE = Rule(
    CODE,
    "Leaked validation",
    "Rows that the model has trained on are easy for it. A validation loss over them hides overfitting, and promises"
    " what production will not keep.",
    _ADVICE,
    "the LEK rules of the data check (exact, near and prompt leaks)",
    judge,
    {"share": Threshold(0.05, "the share of validation rows from which a leak is critical", 0.0, 1.0)},
)
