"""What the app and the check say to each other: requests one way, messages the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from textual.message import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ftui.store.entry import Change
    from ftui.tui.desk.distributions import Distributions
    from ftui.tui.desk.found import Hits, Spot
    from ftui.tui.desk.order import Place
    from ftui.tui.desk.trained_text import TrainedText


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
        severities: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__()
        self.severities = severities
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
    """The exact findings of some rows, and the true number of findings of each rule and severity."""

    def __init__(
        self,
        spots: Mapping[Place, Sequence[Spot]],
        counts: Mapping[str, int] | None = None,
        severities: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__()
        self.spots = spots
        self.counts = counts
        self.severities = severities


class Explained(Message):
    """A rule's page of the catalogue: title to text, in reading order."""

    def __init__(self, code: str, page: Mapping[str, str]) -> None:
        super().__init__()
        self.code = code
        self.page = page


class GroupFound(Message):
    """The rows of a group, which of them is worth keeping, and why."""

    def __init__(self, code: str, places: Sequence[Place], best: int, why: str) -> None:
        super().__init__()
        self.code = code
        self.places = list(places)
        self.best = best
        self.why = why


class RowsUpdated(RowsInspected):
    """The exact findings of rows that changed: what the check said of them is old."""


class TypedInspected(Message):
    """The findings of a row with a text as somebody types it."""

    def __init__(self, place: Place, spots: Sequence[Spot]) -> None:
        super().__init__()
        self.place = place
        self.spots = spots


class FixPlanned(Message):
    """What a fix would change; an error when it could not be planned."""

    def __init__(
        self,
        code: str,
        changes: Sequence[Change] = (),
        rows: int = 0,
        error: str = "",
        *,
        wording: str = "",
        unsafe: int = 0,
        skipped: int = 0,
    ) -> None:
        """`unsafe` of its fixes are so; `skipped` were left out because they are."""
        super().__init__()
        self.code = code
        self.changes = list(changes)
        self.rows = rows
        self.error = error
        self.wording = wording
        self.unsafe = unsafe
        self.skipped = skipped


class ProjectFixPlanned(Message):
    """What mends a finding about the project: files as (path, text as it was, text as it should be)."""

    def __init__(
        self, code: str, title: str, safety: str, files: Sequence[tuple[str, str | None, str]]
    ) -> None:
        """No files: only a person can mend it."""
        super().__init__()
        self.code = code
        self.title = title
        self.safety = safety
        self.files = list(files)


class SearchFound(Message):
    """More rows that a search found, best first where it is fuzzy; `complete` when there will be no more."""

    def __init__(
        self,
        text: str,
        mode: str,
        rows: Mapping[int, NDArray[np.int64]],
        scores: Mapping[int, Sequence[float]],
    ) -> None:
        super().__init__()
        self.text = text
        self.mode = mode
        self.rows = rows
        self.scores = scores
        self.percent = 0
        self.complete = False
        self.error = ""


class RequestFailed(Message):
    """Something asked of a worker process was refused, or the process ended; the next request starts it anew."""

    def __init__(self, error: str) -> None:
        super().__init__()
        self.error = error


class RowRendered(Message):
    """A row as training reads it; None where it cannot be read."""

    def __init__(self, place: Place, view: TrainedText | None) -> None:
        super().__init__()
        self.place = place
        self.view = view


class CountingProgress(Message):
    """How far counting the rows is."""

    def __init__(self, percent: int) -> None:
        super().__init__()
        self.percent = percent

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, CountingProgress)


class Counted(Message):
    """How the rows are distributed; None: it was stopped, or an error says why not."""

    def __init__(self, found: Distributions | None, error: str = "") -> None:
        super().__init__()
        self.found = found
        self.error = error


class Sorted(Message):
    """All rows of the split in another order, as two parallel columns."""

    def __init__(self, sort: str, files: NDArray[np.int32], rows: NDArray[np.int64], error: str = "") -> None:
        super().__init__()
        self.sort = sort
        self.files = files
        self.rows = rows
        self.error = error


class Checker(Protocol):
    """Runs the rules somewhere else and posts the messages above; no call waits."""

    def check(self) -> None:
        """Run all rules over all rows as they are now."""

    def inspect(self, places: Sequence[Place]) -> None:
        """Look at some rows exactly."""

    def update(self, places: Sequence[Place]) -> None:
        """Some rows changed: set the hits right and look at them."""

    def inspect_typed(self, place: Place, raw: bytes) -> None:
        """Look at a row with the bytes that it would have."""

    def plan(
        self, code: str, places: Sequence[Place] | None, *, unsafe: bool, marker: str | None = None
    ) -> None:
        """Work out what the fix of a rule would change, in some rows or (None) in all that it hits."""

    def plan_project(self, key: str) -> None:
        """Work out what would mend a finding about the project."""

    def search(self, text: str, mode: str) -> None:
        """Look for rows; a newer search stops the older."""

    def stop_search(self) -> None:
        """Stop looking."""

    def sort(self, sort: str, runs: Sequence[tuple[int, int, int]]) -> None:
        """Order the rows of some runs (file, first row, last row + 1)."""

    def count(self, split: str, rows: tuple[list[list[Any]], bytes] | None) -> None:
        """Count all rows and those shown, a split or `packed` rows of it; a newer request stops the older."""

    def stop_counting(self) -> None:
        """Stop that."""

    def render(self, place: Place) -> None:
        """Get a row as training reads it; a newer request stops the older."""

    def explain(self, code: str) -> None:
        """Get a rule's page."""

    def group(self, place: Place, code: str) -> None:
        """Get the rows that a row's finding is about."""

    def stop(self) -> None:
        """Stop the check that runs."""

    def close(self) -> None:
        """End for good."""
