"""docs/training-diagnosis.md says what the rules say."""

from __future__ import annotations

from docs import make_training_diagnosis
from ftui.training.diagnosis.diagnose import EXPLAINED_BY, HEALTHY, rules


def test_the_page_is_made_of_the_rules() -> None:
    written = make_training_diagnosis.PAGE.read_text(encoding="utf-8")
    assert written == make_training_diagnosis.page(), "the page is out of date: run `make pages`"
    for rule in rules():
        assert f"| `{rule.code}` | {rule.why}" in written


def test_only_known_verdicts_explain_others() -> None:
    codes = {rule.code for rule in rules()} | {HEALTHY}
    for code, causes in EXPLAINED_BY.items():
        assert {code, *causes} <= codes
