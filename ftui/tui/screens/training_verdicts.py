"""The verdicts of the training screen: going through them, snoozing, and what explains each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from textual import on

from ftui.training.checkpoints import output_folders
from ftui.training.diagnosis.verdict import Rule, Verdict
from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS
from ftui.tui.durations import in_words
from ftui.tui.screens.page_modal import PageModal
from ftui.tui.screens.training_comparing import TrainingComparing
from ftui.tui.training import run_curves
from ftui.tui.training.evidence_words import evidence
from ftui.tui.training.feed import NOTHING_SAID, RunLook
from ftui.tui.training.log_step import line_of
from ftui.tui.training.state import SNOOZE_S
from ftui.tui.widgets.verdict_list import VerdictList

NEXT_TO_IT = 0.5
"""A step this near is the same step: steps are whole."""
DATA: Mapping[str, tuple[str, ...]] = {
    "overfitting": ("DUP", "LEK"),
    "memorising": ("DUP", "LEK"),
    "too-many-epochs": ("DUP",),
    "leaked-validation": ("LEK", "DUP"),
    "too-good": ("LEK", "DUP"),
    "underfitting": ("LBL",),
    "plateau": ("LBL",),
    "diverging": ("LBL",),
    "batch-too-small": ("LBL",),
}
"""Which findings in the data may explain a verdict, by rule family."""
FAMILIES = {
    "DUP": "duplicates: rows that are learnt more than once",
    "LEK": "leaks: validation rows that are in the training split",
    "LBL": "conflicting labels: the same text with different answers",
}


class TrainingVerdicts(TrainingComparing):
    """From each verdict one key leads to what explains it."""

    def show_verdicts(self) -> None:
        """What is said of the current run."""
        run, verdicts = self.state.run, self.verdicts
        if run is None:
            verdicts.show(NOTHING_SAID, "")
            return
        verdicts.snoozed_for = lambda verdict: self.state.snoozed_for(run.name, verdict)
        nothing = "nothing is said of this run yet" if run.has_loss else " ".join(self.why_no_loss(run))
        verdicts.show(run.diagnosis, nothing if run.curves else "")

    def chosen(self) -> tuple[RunLook, Verdict] | None:
        """The verdict under the cursor, and its run; None, after saying so, where there is none."""
        run, verdict = self.state.run, self.verdicts.verdict
        if run is None or verdict is None:
            self.notify("No verdict here.", timeout=2)
            return None
        return run, verdict

    @on(VerdictList.Chosen)
    def _verdict_chosen(self) -> None:
        self.show_curves()
        verdict = self.verdicts.verdict
        if verdict is not None and verdict.since_step is not None:
            self.place_on_step(verdict.since_step)

    def action_verdict(self, by: int) -> None:
        """The next verdict."""
        verdicts = self.verdicts
        if not verdicts.count:
            self.notify("No verdict yet.", timeout=2)
        elif not verdicts.looked_at:
            verdicts.looked_at = True
            verdicts.cursor = 0 if by > 0 else verdicts.count - 1
            self._verdict_chosen()
        elif verdicts.cursor + by in range(verdicts.count):
            verdicts.cursor += by
        else:
            verdicts.cursor = 0 if by > 0 else verdicts.count - 1

    def action_newest_alert(self) -> None:
        """To the verdict of the newest alert."""
        alert = self.state.newest_alert
        if alert is None:
            self.notify("No alert so far.", timeout=2)
            return
        self.app.dismiss_alert()  # type: ignore[attr-defined]
        self.go_to_verdict(alert.run, alert.verdict.code)

    def go_to_verdict(self, run: str, code: str) -> None:
        """Show a verdict of a run."""
        names = [each.name for each in self.state.runs]
        if run in names:
            self.state.current = run
            self.table.cursor = names.index(run)
            self.show_all()
        if self.verdicts.choose(code):
            self.show_pane("verdicts")
            self._verdict_chosen()

    def action_snooze(self) -> None:
        """No more alerts of it for a while, or alerts again."""
        chosen = self.chosen()
        if chosen is None:
            return
        run, verdict = chosen
        if self.state.snooze(run, verdict):
            words = in_words(SNOOZE_S).removesuffix(" 0 s")
            self.notify(f"{verdict.code}: no alert for {words}, unless it gets worse.", timeout=3)
        else:
            self.notify(f"{verdict.code}: alerts again.", timeout=3)
        self.verdicts.repaint()
        self.show_curves()

    # What explains it

    def action_explain(self) -> None:
        """The page of the rule."""
        from ftui.training.diagnosis.diagnose import rules

        chosen = self.chosen()
        if chosen is None:
            return
        verdict = chosen[1]
        rule = next((each for each in rules() if each.code == verdict.code), None)
        title = f"{rule.title} · " if rule is not None else ""
        parts = {"name": f"{title}{verdict.severity}, {verdict.sure}", "": verdict.message}
        if verdict.evidence:
            parts["evidence"] = "\n".join(evidence(verdict.evidence, verdict.code))
        if rule is not None:
            parts |= _page(rule, self.thresholds_of(rule))
        self.app.push_screen(PageModal(verdict.code, parts))

    def thresholds_of(self, rule: Rule) -> Mapping[str, float]:
        """The rule's thresholds as they are set in ftui.toml."""
        given = getattr(self.app, "training_thresholds", {}).get(rule.code, {})
        return {name: given.get(name, each.default) for name, each in rule.thresholds.items()}

    def action_go_to_line(self) -> None:
        """The line of the log at the verdict's step."""
        chosen = self.chosen()
        if chosen is None:
            return
        run, verdict = chosen
        step = verdict.since_step if verdict.since_step is not None else run.last_step
        if step is None:
            self.notify("This verdict is about the whole run.", timeout=3)
            return
        self.place_on_step(step)
        names = (TRAIN_LOSS, EVAL_LOSS)
        values = [v for name in names if (v := _at(run, name, step)) is not None]
        epoch = run_curves.place_of(run, step, "epoch")
        line = line_of((each for each in self.tail.lines() if each.run == run.name), step, epoch, values)
        if line is None:
            self.notify(f"No line that is kept tells of step {step:,.0f}.", timeout=4)
            return
        self.show_pane("tail")
        self.tail.show_line(line.number)

    def action_data(self) -> None:
        """The rows that may explain the verdict."""
        from ftui.tui.screens.ask_modal import AskModal, Choice

        chosen = self.chosen()
        if chosen is None:
            return
        verdict = chosen[1]
        families = DATA.get(verdict.code, ())
        if not families:
            self.notify(
                f"{verdict.code} is not about the data; {self.key('explain-verdict')} explains it.", timeout=4
            )
            return
        keys = {"DUP": "d", "LEK": "l", "LBL": "c"}
        choices = [Choice(keys[each], f"{FAMILIES[each]} ({each})", each) for each in families]

        def answered(family: str | None) -> None:
            if family is not None:
                self.app.training_to_data(family)  # type: ignore[attr-defined]

        self.app.push_screen(AskModal(f"What may explain {verdict.code}", "Rows with:", choices), answered)

    def action_checkpoint(self) -> None:
        """Sample the checkpoint nearest to the best step."""
        run = self.state.run
        if run is None:
            self.notify("No run yet.", timeout=2)
            return
        verdict = self.verdicts.verdict
        best = best_step(run, verdict)
        found = nearest_checkpoint(run, best)
        if found is None:
            self.app.push_screen(PageModal("no checkpoint is known", _where_checkpoints_are(run)))
            return
        self.app.training_to_model(found[0], found[1])  # type: ignore[attr-defined]


def best_step(run: RunLook, verdict: Verdict | None) -> float | None:
    """The step whose checkpoint is worth looking at: the best of the verdict, else of the validation loss."""
    said = verdict.evidence.get("best_step") if verdict is not None else None
    if isinstance(said, int | float):
        return float(said)
    curve = run.curves.get(EVAL_LOSS)
    finite = curve.finite() if curve is not None else None
    if finite is not None and len(finite):
        return float(finite.step[int(finite.value.argmin())])
    return run.last_step


def nearest_checkpoint(run: RunLook, step: float | None) -> tuple[int, Path] | None:
    """The checkpoint on disk nearest to a step, as its step and its folder."""
    known = run.context.checkpoints
    if not known:
        return None
    near = min(known, key=lambda each: abs(each.step - step) if step is not None else -each.step)
    return near.step, near.path


def _where_checkpoints_are(run: RunLook) -> dict[str, str]:
    folders = output_folders(run.path)
    return {
        "": "A checkpoint is a file or a folder whose name tells its step or its epoch.",
        "names": "checkpoint-500, step_500, global_step500, iter-000500-ckpt.pth, epoch_2, epoch=1-step=49.ckpt",
        "looked for in": "\n".join(map(str, folders)) or "nowhere: standard input has no folder",
        "elsewhere": "ftui sample --model NAME=PATH samples any GGUF; copy or link the trainer's output folder"
        " to where the log lies, and it is found.",
    }


def _at(run: RunLook, metric: str, step: float) -> float | None:
    """The value that was logged at this very step."""
    curve = run.curves.get(metric)
    if curve is None or not len(curve):
        return None
    at = int(abs(curve.step - step).argmin())
    return float(curve.value[at]) if abs(curve.step[at] - step) <= NEXT_TO_IT else None


def _page(rule: Rule, now: Mapping[str, float]) -> dict[str, str]:
    lines = [
        f"{name} = {now[name]:g}   {each.meaning}"
        + ("" if now[name] == each.default else f" (default {each.default:g})")
        for name, each in rule.thresholds.items()
    ]
    title = f"thresholds, set under [training.thresholds.{rule.code}] in ftui.toml"
    return {
        "why it matters": rule.why,
        "what to do": rule.advice,
        title: "\n".join(lines),
        "where the method is from": rule.source,
    }
