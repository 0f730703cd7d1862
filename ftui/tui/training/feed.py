"""What the training screen is fed with: runs as they were at the last reading, and the lines that came since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ftui.training.diagnosis.inputs import Context
from ftui.training.diagnosis.verdict import Diagnosis
from ftui.training.record import Facts

if TYPE_CHECKING:
    from ftui.training.run import Restart
    from ftui.training.series import Curve
    from ftui.tui.training.log_lines import Cleaned

NOTHING_SAID = Diagnosis((), ())
NOTHING_KNOWN = Context()


@dataclass(frozen=True, slots=True)
class RunLook:
    """A run as it was when it was read last. Nothing in it changes, so a thread can hand it over."""

    name: str
    """Short, and no two of a screen are the same."""
    path: Path
    format: str = ""
    """As a person calls it; empty: no reader knows the file."""
    curves: Mapping[str, Curve] = field(default_factory=dict)
    """By canonical name."""
    superseded: Sequence[Mapping[str, Curve]] = ()
    """Points that a restart set aside."""
    restarts: Sequence[Restart] = ()
    facts: Facts = field(default_factory=Facts)
    last_step: float | None = None
    last_epoch: float | None = None
    has_loss: bool = False
    diagnosis: Diagnosis = NOTHING_SAID
    context: Context = NOTHING_KNOWN
    last_line: float | None = None
    """When the last line came, by the feed's clock; None where nobody was there to see."""
    trouble: str = ""
    """Why nothing is read: `is not there yet`, `permission denied`."""
    version: int = 0
    """Grows with every change."""
    no_loss: tuple[str, ...] = ()
    """What is there instead of a loss, and what to do."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one turn of reading gave."""

    runs: Sequence[RunLook] | None = None
    """All runs; None: none has changed."""
    lines: Mapping[str, Sequence[Cleaned]] = field(default_factory=dict)
    """New lines of the logs by run."""
    loaded: float | None = None
    """The part of what lay there at the start that has been read, 0 to 1; None: all of it."""
    more: bool = False
    """There is more to be read at once."""
    notices: Sequence[str] = ()
    """What else a person should know: a stop file that cannot be written."""


class Feed(Protocol):
    """Where runs come from. Its methods but `hand_in` are called from one thread, not that of the screen."""

    pause: Callable[[], None]
    """Called between two pieces of work, of some milliseconds each: it waits while a key is echoed."""

    def read(self) -> Reading:
        """What came since the last time; returns within a tenth of a second or so."""
        ...

    def add(self, path: Path) -> None:
        """Follow one more file or folder."""
        ...

    def now(self) -> float:
        """The clock of `RunLook.last_line`, in seconds."""
        ...

    @property
    def interval(self) -> float:
        """Seconds until the next reading is worth while."""
        ...

    def close(self) -> None:
        """Let go of all files."""
        ...

    def hand_in(self) -> None:
        """Write what must not be lost; called from another thread when the app ends, while a read may still go on."""
        ...
