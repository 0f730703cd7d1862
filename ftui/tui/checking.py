"""What the app and the check say to each other: requests one way, messages the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from textual.message import Message

if TYPE_CHECKING:
    from ftui.tui.found import Hits, Spot
    from ftui.tui.order import Place


class CheckProgress(Message):
    """How far the check is."""

    def __init__(self, phase: str, done: int, total: int) -> None:
        super().__init__()
        self.phase = phase
        self.done = done
        self.total = total

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, CheckProgress)


class CheckDone(Message):
    """A check ended: rows by file and rule, the true numbers of findings, and what each rule is called."""

    def __init__(
        self,
        hits: Sequence[Hits],
        counts: Mapping[str, int],
        rules: Mapping[str, tuple[str, str]],
        whole: Sequence[Spot] = (),
        skipped: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.hits = hits
        self.counts = counts
        self.rules = rules
        self.whole = whole
        self.skipped = skipped or {}


class CheckFailed(Message):
    """A check ended without a result; an empty error: it was stopped."""

    def __init__(self, error: str) -> None:
        super().__init__()
        self.error = error


class RowsInspected(Message):
    """The exact findings of some rows."""

    def __init__(self, spots: Mapping[Place, Sequence[Spot]]) -> None:
        super().__init__()
        self.spots = spots


class Checker(Protocol):
    """Runs the rules somewhere else and posts the messages above; no call waits."""

    def check(self) -> None:
        """Run all rules over all rows as they are now."""

    def inspect(self, places: Sequence[Place]) -> None:
        """Look at some rows exactly."""

    def update(self, places: Sequence[Place]) -> None:
        """Some rows changed: set the hits right and look at them."""

    def stop(self) -> None:
        """Stop the check that runs."""

    def close(self) -> None:
        """End for good."""
