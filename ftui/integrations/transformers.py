"""Callbacks for the Hugging Face Trainer: stop a run that goes wrong, from inside or by a stop file.

    from ftui.integrations.transformers import FtuiCallback
    trainer = Trainer(..., callbacks=[FtuiCallback()])

Written against the source of Transformers 4.57 and 5.23, and tested with both; TRL's trainers are Trainers.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from ftui.integrations.agreement import Agreement
from ftui.integrations.live_diagnosis import Judging, LiveDiagnosis
from ftui.integrations.stop_file import StopFile
from ftui.project.load import load_project
from ftui.text.visible import visible
from ftui.training.alerting.alerts import Alert
from ftui.training.alerting.stop_file import StopFileWriter
from ftui.training.context import context_for
from ftui.training.diagnosis.inputs import Context
from ftui.training.diagnosis.verdict import Diagnosis
from ftui.training.run import Run

PathLike = str | os.PathLike[str]


class StopFileCallback(TrainerCallback):
    """Stops training when a file appears: `ftui logs --stop-file`, or `touch`.

    The file is looked for at most once a second, by the first process alone; with several processes all of them
    stop after the same step. A file that lay there before training began is renamed and stops nothing. With `save`
    a checkpoint is written at the stop.
    """

    def __init__(
        self, stop_file: PathLike | None, *, save: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.stopped_by: str | None = None
        """Why this callback stopped the run; None where it did not."""
        self._path = stop_file
        self._save = save
        self._clock = clock
        self._wanted: str | None = None
        self._in_training = False
        self._stop_file: StopFile | None = None
        self._look_at = 0.0
        self._agreement = Agreement(1, clock)

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,  # noqa: ARG002
        **_: Any,
    ) -> None:
        """Begin anew: one callback may see several runs, as in a search for hyperparameters."""
        self.stopped_by = self._wanted = None
        self._in_training = True
        self._look_at = 0.0
        self._agreement = Agreement(args.world_size, self._clock)
        self._stop_file = StopFile(self._path) if self._path and state.is_world_process_zero else None
        if self._stop_file is not None:
            _set_aside(self._stop_file)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Look for the file, and stop where the first process wants to: the one place that every process passes."""
        self._look()
        if self._agreement.reached(state.global_step, self._wanted is not None, args.device):
            self._stop(state, control)

    def on_train_end(self, *_: Any, **__: Any) -> None:
        """Look away."""
        self._in_training = False
        self._stop_file = None

    def _look(self) -> None:
        if self._stop_file is None or self._wanted is not None or self._clock() < self._look_at:
            return
        self._look_at = self._clock() + 1.0
        if self._stop_file.requested():
            self._wanted = (
                f"{self._stop_file.path}: {self._stop_file.text()[:400] or 'the stop file is there'}"
            )

    def _stop(self, state: TrainerState, control: TrainerControl) -> None:
        if self.stopped_by is None:
            self.stopped_by = self._wanted or "the first process"
            if state.is_world_process_zero:
                _say(f"stopping after step {state.global_step}: {self.stopped_by}")
        control.should_training_stop = True
        control.should_save = control.should_save or self._save


class FtuiCallback(StopFileCallback):
    """Runs the rules of `ftui logs` inside the Trainer and stops a run that goes wrong.

    `stop_on` names what stops it: `critical` (the default), `warning` and graver, or codes of verdicts, which then
    stop it from a warning on; with `()` nothing does. `stop_file` is watched as well, and written where a verdict
    stops the run. `on_alert` is called with an `Alert` for each verdict that is a warning or critical, and again when
    it grows graver. `project` is a folder with an ftui.toml: its `[training]` stop_on, thresholds and ignore hold here
    too; those given here come over them. `every` is the least number of seconds between two diagnoses; an evaluation
    is always followed by one.

    Only the first process judges and prints; all processes stop after the same step. A failure of the diagnosis or of
    `on_alert` is a RuntimeWarning and training goes on; with `strict` it is raised. Raises FtuiError for an unknown
    code or threshold, when it is made.
    """

    def __init__(
        self,
        *,
        stop_on: Iterable[str] | None = None,
        stop_file: PathLike | None = None,
        on_alert: Callable[[Alert], object] | None = None,
        project: PathLike | None = None,
        thresholds: Mapping[str, Mapping[str, float]] | None = None,
        ignore: Iterable[str] = (),
        save: bool = False,
        every: float = 1.0,
        quiet: bool = False,
        strict: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(stop_file, save=save, clock=clock)
        settings = load_project(Path(project)) if project is not None else None
        self.judging = Judging.of(settings, thresholds or {}, ignore, stop_on, every)
        self.live: LiveDiagnosis | None = None
        self._on_alert = on_alert
        self._quiet = quiet
        self._strict = strict
        self._failed = False

    @property
    def diagnosis(self) -> Diagnosis:
        """What the rules said last; empty before training and in every process but the first."""
        return self.live.diagnosis if self.live is not None else Diagnosis((), ())

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **rest: Any
    ) -> None:
        """Begin anew; a resumed run begins with what its checkpoint remembers."""
        super().on_train_begin(args, state, control, **rest)
        self._failed = False
        self.live = None
        if state.is_world_process_zero:
            self._safely(self._begin, args, state)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Take the values in, and judge the run where the last time is long enough ago."""
        if self.live is not None and logs:
            self._safely(self.live.take, dict(logs), state.global_step)
            if self.live.due:
                self._judge(args, state, control)

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Judge the run: its values came with `on_log`."""
        if self.live is not None:
            self._judge(args, state, control)

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **rest: Any
    ) -> None:
        """Judge the whole run."""
        super().on_train_end(args, state, control, **rest)
        if self.live is not None:
            self._safely(self._tell, state)

    def _begin(self, args: TrainingArguments, state: TrainerState) -> None:
        log = Path(args.output_dir) / "trainer_state.json"
        self.live = LiveDiagnosis(log, self.judging, self._context, self._clock)
        self.live.run.facts.config = args.to_dict()  # names tokens, but leaves their values out
        self.live.tell(vars(state))
        for entry in state.log_history:
            self.live.take(entry, entry.get("step", 0))

    def _context(self, run: Run) -> Context:
        """What is known beside the log, looked up at every diagnosis: checkpoints come and go."""
        known = context_for(run, self.judging.project)
        if self.judging.stop_on or self._path is not None:
            return replace(known, early_stopping=True)
        return known

    def _judge(self, args: TrainingArguments, state: TrainerState, control: TrainerControl) -> None:
        self._safely(self._tell, state)
        if self._in_training and self._wanted is not None and args.world_size <= 1:
            self._stop(state, control)

    def _tell(self, state: TrainerState) -> None:
        assert self.live is not None
        self.live.tell(vars(state))
        for alert in self.live.judge():
            verdict = alert.verdict
            if not self._quiet:
                _say(f"{verdict.severity}: {verdict.code}: {verdict.message}. {verdict.advice}".rstrip())
            if self._wanted is None and self.judging.stops(verdict):
                self._wanted = f"{verdict.code}: {verdict.message}"
                self._safely(self._write_stop_file, alert)
            if self._on_alert is not None:
                self._safely(self._on_alert, alert)

    def _write_stop_file(self, alert: Alert) -> None:
        if self._stop_file is not None:
            self._stop_file.path.parent.mkdir(parents=True, exist_ok=True)
            StopFileWriter(self._stop_file.path).write(alert)

    def _safely(self, act: Callable[..., object], *given: Any) -> None:
        """A fault of ours is told once and costs the run nothing, unless it was asked to be strict."""
        try:
            act(*given)
        except Exception:
            if self._strict:
                raise
            if not self._failed:
                self._failed = True
                told = f"ftui could not judge this run, which goes on:\n{traceback.format_exc()}"
                warnings.warn(told, RuntimeWarning, stacklevel=3)


def _set_aside(stop_file: StopFile) -> None:
    """A file of an earlier run would keep `ftui logs` from writing one for this run."""
    try:
        aside = stop_file.set_aside()
    except OSError as error:
        _say(f"{stop_file.path} is there already and counts only when it is written again: {error.strerror}")
        return
    if aside is not None:
        _say(f"{stop_file.path} was there from an earlier run; it is now {aside.name}")


def _say(text: str) -> None:
    """A line of its own, above the trainer's progress bar."""
    from tqdm import tqdm

    tqdm.write(f"ftui: {visible(text)}", file=sys.stderr)
