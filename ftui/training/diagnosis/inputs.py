"""What the rules look at: a run's curves, its configuration, its data, and the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ftui.training.metrics import EVAL_LOSS, GRAD_NORM, LEARNING_RATE, TRAIN_LOSS
from ftui.training.run import Run
from ftui.training.series import Curve

ENDED = 0.97
"""Part of the run from which it counts as ended: the last evaluation rarely falls on the last step."""


def since_training_began(evaluation: Curve) -> Curve:
    """The evaluations without one before training; a console without bars counts its first one as step 0."""
    return evaluation.where((evaluation.step > 0) | (evaluation.epoch > 0))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint on disk."""

    step: int
    path: Path


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a run beside its log. Everything is optional."""

    config: Mapping[str, object] = field(default_factory=dict)
    """The run's own configuration file (trainer arguments, YAML, JSON), by the trainer's names."""
    config_path: Path | None = None
    checkpoints: tuple[Checkpoint, ...] = ()
    training_rows: int | None = None
    """Rows of the project's training split."""
    validation_rows: int | None = None
    """Rows of the project's validation split."""
    leaks: int | None = None
    """Validation rows that are in the training split too (LEK findings of the last check); None: unknown."""
    checked_at: float | None = None
    """When the data was last checked, in Unix seconds; where `leaks` is None, the data has changed since then."""
    classes: int | None = None
    """Labels of a classification set."""
    read_at: float | None = None
    """When the log was read, in Unix seconds: what times in the log are compared with. None: not told."""
    written_at: float | None = None
    """When the log was last written, in Unix seconds; None: not told."""
    early_stopping: bool | None = None
    """True where somebody will stop the run: a callback, `--stop-file`."""


@dataclass(frozen=True)
class Inputs:
    """A run as the rules see it. The curves are copies, made once a diagnosis."""

    run: Run
    context: Context = Context()
    thresholds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By rule code: the rule's defaults with the project's values over them (`thresholds.resolved`)."""
    now: float | None = None
    """The watcher's clock, the same as that of `run.arrivals`; None for a log read at once."""
    worked_out: dict[str, object] = field(default_factory=dict, compare=False, repr=False)
    """What one rule found and another needs: a divergence takes 40 ms at 100,000 points, and is asked for twice."""

    @cached_property
    def train(self) -> Curve:
        """Training loss, as logged: NaN and inf included."""
        return self.run.curve(TRAIN_LOSS)

    @cached_property
    def evaluation(self) -> Curve:
        """Validation loss, as logged."""
        return self.run.curve(EVAL_LOSS)

    @cached_property
    def learning_rate(self) -> Curve:
        """Learning rate."""
        return self.run.curve(LEARNING_RATE)

    @cached_property
    def grad_norm(self) -> Curve:
        """Norm of the gradient before clipping."""
        return self.run.curve(GRAD_NORM)

    @cached_property
    def evaluations(self) -> dict[str, Curve]:
        """The finite points of every validation loss, by metric: the one of the whole set first, then named sets."""
        names = [EVAL_LOSS, *self.run.evaluated_sets.values()]
        curves = {name: self.run.curve(name).finite() for name in names}
        return {name: curve for name, curve in curves.items() if len(curve)}

    @cached_property
    def config(self) -> Mapping[str, object]:
        """Training arguments: those of the configuration file, and those that the log itself holds."""
        return {**self.context.config, **self.run.facts.config}

    def limit(self, code: str, name: str) -> float:
        """A threshold of a rule: the project's, or the rule's own."""
        return self.thresholds[code][name]

    @property
    def epochs(self) -> float | None:
        """How many epochs have been trained; None where the log does not tell."""
        return self.run.last_epoch

    @property
    def ended(self) -> bool:
        """Whether training is over, or as good as over."""
        progress = self.progress
        return progress is not None and progress >= ENDED

    @property
    def progress(self) -> float | None:
        """The part of training that is done, 0 to 1; None where the log does not tell how long it will be."""
        facts, step = self.run.facts, self.run.last_step
        if facts.finished:
            return 1.0
        if facts.total_steps and step is not None:
            return min(step / facts.total_steps, 1.0)
        if facts.total_epochs and self.run.last_epoch is not None:
            return min(self.run.last_epoch / facts.total_epochs, 1.0)
        return None
