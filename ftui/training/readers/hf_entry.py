"""One entry of the Hugging Face Trainer's log: what its console prints, trainer_state.json keeps and callbacks get."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ftui.training.metrics import MEAN_TRAIN_LOSS, STEPS_PER_SECOND, TRAIN_LOSS, canonical
from ftui.training.readers.values import epoch_of, number
from ftui.training.record import Facts, Record

_SUMMARY = "train_runtime"
"""Only the entry at the end of training has it; its `train_loss` is the mean over the whole run, and no point."""
_NO_METRIC = frozenset(("step", "epoch", "total_flos"))
_COST = (
    "_runtime",
    "_samples_per_second",
    "_steps_per_second",
    "_tokens_per_second",
    "_model_preparation_time",
)
"""Ends of names that say what an evaluation cost, not what it found."""


def record_of(entry: Mapping[str, object], step: int | None, facts: Facts) -> Record | None:
    """The record of an entry, None where it has no metric; what it says of the whole run is added to the facts.

    Values may be numbers or, as Transformers 5 prints them, the texts of numbers.
    """
    if _SUMMARY in entry:
        _summarise(entry, facts)
        return None
    values: dict[str, float] = {}
    for name, value in entry.items():
        metric = metric_of(name)
        found = None if metric is None else number(value)
        if metric is not None and found is not None:
            values[metric] = found
    if not values:
        return None
    if TRAIN_LOSS in values:
        facts.finished = False  # a run that goes on after its summary was resumed
    return Record(values, step, epoch_of(entry.get("epoch")))


@lru_cache(maxsize=4096)
def metric_of(name: str) -> str | None:
    """Under which name a value is kept; None for one that is no metric."""
    return None if name in _NO_METRIC or name.endswith(_COST) else canonical(name)


def _summarise(entry: Mapping[str, object], facts: Facts) -> None:
    facts.finished = True
    for name, kept in (
        ("train_loss", MEAN_TRAIN_LOSS),
        ("train_runtime", "train_runtime"),
        ("train_steps_per_second", STEPS_PER_SECOND),
    ):
        found = number(entry.get(name))
        if found is not None:
            facts.values[kept] = found
