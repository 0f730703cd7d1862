"""What one entry of a training log says, and what a log says about the whole run."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Record:
    """The values that a log gives for one step, by canonical name (`ftui.training.metrics`); NaN and inf are kept."""

    values: dict[str, float]
    step: int | None = None
    """The optimiser step; None where the line does not tell."""
    epoch: float | None = None
    time: float | None = None
    """Unix seconds, only where the log itself tells."""


@dataclass(slots=True)
class Facts:
    """What a log says about the run as a whole; grows while the log is read."""

    total_steps: int | None = None
    total_epochs: float | None = None
    finished: bool = False
    """The log says that training came to its end."""
    remaining_s: float | None = None
    """Seconds that the trainer itself expects; None where it does not say."""
    config: dict[str, object] = field(default_factory=dict)
    """Training arguments that the log holds, by the trainer's own names (`max_grad_norm`, `bf16`, …)."""
    best_checkpoint: str | None = None
    values: dict[str, float] = field(default_factory=dict)
    """Values of the whole run (a summary's last losses, `train_runtime`), by canonical name."""
    guessed: dict[str, str] = field(default_factory=dict)
    """Columns of a generic log whose meaning was guessed: canonical name or `step`, `epoch`, `time` → column."""

    columns: list[str] = field(default_factory=list)
    """The columns of a table, or the keys of its objects, as far as they were seen."""
    absent: dict[str, str] = field(default_factory=dict)
    """Columns that `[training.columns]` names and that the table does not have, by their keys there."""

    def take(self, other: Facts) -> None:
        """Add what another source of the same run tells; what is known stays."""
        self.total_steps = self.total_steps or other.total_steps
        self.total_epochs = self.total_epochs or other.total_epochs
        self.finished |= other.finished
        self.remaining_s = other.remaining_s if other.remaining_s is not None else self.remaining_s
        self.best_checkpoint = self.best_checkpoint or other.best_checkpoint
        self.config = other.config | self.config
        self.values = other.values | self.values
        self.guessed |= other.guessed
        self.columns = self.columns or other.columns
        self.absent = self.absent or other.absent
