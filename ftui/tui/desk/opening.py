"""Stands in for the session until the first rows are on the screen: the journal is opened after that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftui.dataset.dataset import Dataset
    from ftui.store.entry import Entry


class Opening:
    """A dataset that can be looked at and not yet changed."""

    unsaved = 0
    read_only = False

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.on_change: list[Callable[[Entry, bool], None]] = []

    def reviewed(self, file: int, rid: int) -> bool:  # noqa: ARG002  the session's signature
        """Nobody knows yet."""
        return False
