"""`ftui rules` and `ftui explain`: every rule has its page."""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len

from ftui.review.flags.catalogue import CODES
from ftui.rules import registry
from ftui.training.diagnosis.diagnose import rules as training_rules
from tests.run_ftui import finished as ftui


def test_rules_as_json_have_the_fields_of_the_interface() -> None:
    rules = json.loads(ftui("rules", "--format", "json").stdout)
    assert [rule["code"] for rule in rules] == [rule.code for rule in registry.rules()]
    for rule in rules:
        assert {
            "code",
            "name",
            "family",
            "severity",
            "scope",
            "default",
            "fix",
            "recall",
            "precision",
        } <= rule.keys()
        assert rule["family"] == rule["code"][:3]
        assert rule["severity"] in ("error", "warning", "info")
        assert rule["scope"] in ("row", "set", "project")
        assert rule["fix"] in ("safe", "unsafe", None)


def test_rules_can_be_chosen() -> None:
    rules = json.loads(ftui("rules", "--format", "json", "--select", "fmt", "--ignore", "FMT001").stdout)
    codes = {rule["code"] for rule in rules}
    assert "FMT001" not in codes
    assert {code[:3] for code in codes} == {"FMT"}


@pytest.mark.parametrize("rule", registry.rules(), ids=lambda rule: rule.code)
def test_each_rule_is_explained_in_full(rule: registry.Rule) -> None:
    for text in (rule.summary, rule.why, rule.example, rule.remedy, rule.certainty):
        assert text.strip()
        assert text == text.strip()


def test_a_page_fits_80_columns_and_has_every_part() -> None:
    shown = ftui("explain", *(rule.code for rule in registry.rules())).stdout
    prose = [line for line in shown.splitlines() if not line.startswith("    ")]
    assert max(map(cell_len, prose)) <= 80
    for part in ("Why it hurts", "Example", "How to fix", "How sure it is"):
        assert shown.count(f"\n  {part}\n") == len(registry.rules())


def test_a_verdict_on_a_training_run_is_explained_too() -> None:
    shown = ftui("explain", *(rule.code for rule in training_rules())).stdout
    for rule in training_rules():
        assert rule.code in shown
        assert all(name in shown for name in rule.thresholds)
    (told,) = json.loads(ftui("explain", "overfitting", "--format", "json").stdout)
    assert told["thresholds"]["floor"] == 0.02
    assert "Prechelt" in told["source"]


def test_a_flag_of_outputs_is_explained_too() -> None:
    shown = ftui("explain", *CODES).stdout
    assert all(f"\n{code}\n" in f"\n{shown}" for code in CODES)
    prose = [line for line in shown.splitlines() if not line.startswith("    ")]
    assert max(map(cell_len, prose)) <= 80
    both = json.loads(ftui("explain", "loop", "STP001", "--format", "json").stdout)
    assert [each.get("code") or each["flag"] for each in both] == ["STP001", "loop"]


def test_a_rule_may_be_named_in_words_and_a_mistake_is_met_with_the_nearest() -> None:
    assert ftui("explain", "stp001").stdout == ftui("explain", "missing-end-marker").stdout
    done = ftui("explain", "STP0001")
    assert done.returncode == 2
    assert "STP001" in done.stderr
