"""The rules fed entry by entry, as a training process feeds them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftui.integrations.live_diagnosis import Judging, LiveDiagnosis
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, Training
from ftui.training.diagnosis.diagnose import diagnose
from ftui.training.diagnosis.inputs import Context
from ftui.training.diagnosis.verdict import Verdict
from ftui.training.readers.hf_entry import record_of
from ftui.training.run import Run

FIXTURES = Path(__file__).parents[1] / "training" / "readers" / "fixtures"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def entries(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FIXTURES / name).read_text())["log_history"]
    return found


def live(judging: Judging = Judging(), clock: Clock | None = None) -> LiveDiagnosis:  # noqa: B008
    return LiveDiagnosis(Path("run"), judging, lambda run: Context(), clock or Clock())


STATES = ("hf5_trainer_state.json", "hf4_trainer_state.json", "hf5_nan_trainer_state.json")


@pytest.mark.parametrize("name", STATES)
def test_judged_at_every_entry_it_ends_with_the_verdicts_of_reading_at_once(name: str) -> None:
    watched = live()
    at_once = Run(Path("run"))
    for entry in entries(name):
        watched.take(entry, entry["step"])
        watched.judge()
        record = record_of(entry, entry["step"], at_once.facts)
        if record is not None:
            at_once.add(record)
    assert watched.diagnosis == diagnose(at_once)
    assert watched.run.facts == at_once.facts
    assert watched.run.facts.finished


def test_a_nan_is_an_alert_once() -> None:
    watched = live()
    alerts = []
    for entry in entries("hf5_nan_trainer_state.json"):
        watched.take(entry, entry["step"])
        alerts += watched.judge()
    codes = [alert.verdict.code for alert in alerts]
    assert codes.count("non-finite") == 1
    assert all(alert.verdict.severity != "info" for alert in alerts)


def test_between_evaluations_it_judges_at_most_once_a_second_and_never_without_news() -> None:
    clock = Clock()
    watched = live(clock=clock)
    judged = []
    for step in range(1, 101):
        clock.now += 0.1
        watched.take({"loss": 1.0, "epoch": step / 10}, step)
        if watched.due:
            watched.judge()
            judged.append(step)
    assert 10 <= len(judged) <= 11
    clock.now += 60
    watched.take({"loss": 1.0}, 101)
    watched.judge()
    clock.now += 60
    assert not watched.due


def test_a_slow_diagnosis_is_asked_for_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    watched = live(clock=clock)

    def context(run: Run) -> Context:
        clock.now += 0.5
        return Context()

    monkeypatch.setattr(watched, "_context", context)
    watched.take({"loss": 1.0}, 1)
    watched.judge()
    watched.take({"loss": 1.0}, 2)
    clock.now += 24.0
    assert not watched.due
    clock.now += 1.1
    assert watched.due


def test_the_projects_thresholds_hold_and_what_is_given_comes_over_them() -> None:
    project = Project(
        Path(), training=Training(thresholds={"diverging": {"factor": 2.0}}, ignore=("lr-zero",))
    )
    alone = Judging.of(project, {}, (), (), 1.0)
    over = Judging.of(project, {"diverging": {"factor": 3.0}}, ("spike",), (), 1.0)
    assert alone.thresholds["diverging"]["factor"] == 2.0
    assert over.thresholds["diverging"]["factor"] == 3.0
    assert over.ignore == ("lr-zero", "spike")


def test_what_no_rule_knows_is_refused_before_training() -> None:
    with pytest.raises(FtuiError, match="stop_on: no verdict is called 'overfiting'"):
        Judging.of(None, {}, (), ("overfiting",), 1.0)
    with pytest.raises(FtuiError, match="ignore"):
        Judging.of(None, {}, ("no-such-code",), (), 1.0)
    with pytest.raises(FtuiError, match="thresholds"):
        Judging.of(None, {"no-such-code": {"x": 1.0}}, (), (), 1.0)


def test_which_verdicts_stop() -> None:
    warning = Verdict("spike", "warning", "a spike")
    critical = Verdict("diverging", "critical", "it diverges")
    for stop_on, expected in (
        (None, (False, True)),
        ((), (False, False)),
        (("critical",), (False, True)),
        (("warning",), (True, True)),
        (("spike",), (True, False)),
    ):
        judging = Judging.of(None, {}, (), stop_on, 1.0)
        assert (judging.stops(warning), judging.stops(critical)) == expected, stop_on


def test_the_project_says_what_stops_where_the_script_does_not() -> None:
    project = Project(Path(), training=Training(stop_on=("spike",)))
    assert Judging.of(project, {}, (), None, 1.0).stop_on == {"spike"}
    assert Judging.of(project, {}, (), ("diverging",), 1.0).stop_on == {"diverging"}
    assert Judging.of(project, {}, (), (), 1.0).stop_on == frozenset()
