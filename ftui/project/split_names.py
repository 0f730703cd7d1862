"""The names of splits: what a file name says, and the order in which splits stand."""

from __future__ import annotations

import re

USUAL: dict[str, tuple[str, ...]] = {
    "train": ("train", "training", "trn"),
    "validation": ("validation", "valid", "val", "dev", "eval", "evaluation"),
    "test": ("test", "testing", "holdout", "heldout"),
}
_WORDS = {word: name for name, words in USUAL.items() for word in words}
_ORDER = {name: place for place, name in enumerate(USUAL)}


def usual_split(name: str) -> str | None:
    """train, validation or test when a word of the name says so (`my_train-v2`, `val.clean`); else None."""
    words = re.split(r"[^a-z]+", name.lower())
    return next((_WORDS[word] for word in words if word in _WORDS), None)


def split_rank(name: str) -> int:
    """Training first, then validation, test, and all others."""
    return _ORDER.get(usual_split(name) or "", len(_ORDER))
