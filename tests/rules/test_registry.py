"""The catalogue and the selection of rules."""

from __future__ import annotations

import re

import pytest

from ftui.project.errors import FtuiError
from ftui.rules import registry


def test_families_are_found_by_themselves() -> None:
    names = [family.name for family in registry.families()]
    assert names == sorted(set(names))
    assert {"FMT", "STP", "DUP", "LEK", "LBL"} <= set(names)


def test_codes_and_names_are_unique_and_of_their_family() -> None:
    rules = registry.rules()
    assert len({rule.code for rule in rules}) == len(rules) == len({rule.name for rule in rules})
    for family in registry.families():
        assert {rule.family for rule in family.rules} == {family.name}
    for rule in rules:
        assert re.fullmatch(r"[A-Z]{3}\d{3}", rule.code)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)


@pytest.mark.parametrize("rule", registry.rules(), ids=lambda rule: rule.code)
def test_every_page_says_something(rule: registry.Rule) -> None:
    for text in (rule.summary, rule.why, rule.remedy, rule.certainty):
        assert len(text.split()) >= 5 or text == "Exact."
    assert rule.summary.endswith(".")


def test_a_rule_is_found_by_code_or_name_in_any_case() -> None:
    assert registry.rule("stp001").code == "STP001"
    assert registry.rule("Missing-End-Marker").code == "STP001"


def test_a_wrong_code_names_the_nearest() -> None:
    with pytest.raises(FtuiError) as caught:
        registry.rule("STP01")
    assert "STP001" in caught.value.hint
    with pytest.raises(FtuiError) as caught:
        registry.expand(["missing-endmarker"])
    assert "missing-end-marker" in caught.value.hint


def test_selection_by_code_family_name_and_comma() -> None:
    assert registry.expand(["STP"]) == {r.code for r in registry.rules() if r.family == "STP"}
    assert {"STP001", "STP007"} <= registry.expand(["STP"])
    assert registry.expand(["STP001, dup001", "empty-answer"]) == {"STP001", "DUP001", "FMT005"}
    assert registry.expand(["all"]) == {rule.code for rule in registry.rules()}
    assert registry.expand([]) == set()


def test_every_rule_that_does_not_run_has_a_reason() -> None:
    chosen, left_out = registry.choose(["STP", "FMT001"], ["STP006"])
    assert {rule.code for rule in chosen} | set(left_out) == {rule.code for rule in registry.rules()}
    assert left_out["STP006"] == "ignored"
    assert left_out["DUP001"] == "not selected"
    everything, none = registry.choose()
    assert set(none) == {rule.code for rule in registry.rules() if not rule.default}
    assert len(everything) + len(none) == len(registry.rules())
