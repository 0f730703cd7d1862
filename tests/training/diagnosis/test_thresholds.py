"""Thresholds and ignored codes of ftui.toml."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ftui.project.errors import FtuiError
from ftui.training.diagnosis.diagnose import HEALTHY, IGNORED, diagnose, rules
from ftui.training.diagnosis.thresholds import check, resolved
from tests.training.diagnosis.making_runs import run_of


def test_given_values_stand_over_the_defaults() -> None:
    values = resolved(rules(), {"overfitting": {"floor": 0.5}})
    assert values["overfitting"]["floor"] == 0.5
    assert values["overfitting"]["sigmas"] == 3


@pytest.mark.parametrize(
    ("given", "ignored", "hint"),
    [
        ({"overfiting": {"floor": 0.1}}, (), "Did you mean overfitting?"),
        ({"overfitting": {"flor": 0.1}}, (), "Did you mean floor?"),
        ({"overfitting": {"floor": -1}}, (), "0.02 by default"),
        ({"overfitting": {"floor": True}}, (), "0.02 by default"),
        ({}, ("plato",), "Did you mean plateau?"),
        ({}, ("xyz",), "There are:"),
    ],
)
def test_what_no_rule_knows_is_refused(
    given: Mapping[str, Mapping[str, float]], ignored: tuple[str, ...], hint: str
) -> None:
    with pytest.raises(FtuiError) as caught:
        check(rules(), given, ignored)
    assert hint in caught.value.hint


def test_every_code_and_threshold_of_the_rules_is_allowed() -> None:
    check(rules(), resolved(rules(), {}), [rule.code for rule in rules()])


def test_a_threshold_and_an_ignored_code_change_the_verdicts() -> None:
    run = run_of([2.0 * 0.9**index for index in range(20)], [1.2, 1.1, 1.0, 1.1, 1.2, 1.3, 1.4], every=2)
    assert "overfitting" in {each.code for each in diagnose(run).verdicts}
    assert "overfitting" not in {each.code for each in diagnose(run, ignore=["overfitting"]).verdicts}
    high = {"overfitting": {"floor": 1.0, "strong": 2.0}}
    assert "overfitting" not in {each.code for each in diagnose(run, thresholds=high).verdicts}


def test_a_run_is_not_healthy_because_what_speaks_against_it_is_ignored() -> None:
    # Near its best at the end, after a stretch of overfitting.
    evaluations = [1.2, 1.1, 1.0, 1.06, 1.09, 1.12, 1.15, 1.18, 1.04]
    run = run_of([2.0 * 0.9**index for index in range(20)], evaluations, every=2)
    spoke = {each.code for each in diagnose(run).verdicts if each.severity != "info"}
    assert spoke
    said = diagnose(run, ignore=spoke)
    assert HEALTHY not in {each.code for each in said.verdicts}
    assert {each.code for each in said.not_judged if each.reason == IGNORED} == spoke


def test_codes_are_unique_and_of_the_interface() -> None:
    codes = [rule.code for rule in rules()]
    assert len(codes) == len(set(codes))
    for rule in rules():
        assert rule.title
        assert rule.why
        assert rule.advice
        assert rule.source
        assert all(each.low <= each.default <= each.high for each in rule.thresholds.values())
