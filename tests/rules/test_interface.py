"""The catalogue is the interface's: the same codes and names; and every rule runs where it has its input."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ftui.dataset.dataset import Dataset
from ftui.project.load import read_project
from ftui.rules import engine, registry
from tests.rules import whole_catalogue

NAMES = {
    "FMT": "unreadable-line layout-drift missing-field empty-prompt empty-answer bad-role-order unknown-role "
    "bad-tool-call template-deviation placeholder-text stray-whitespace",
    "STP": "missing-end-marker inconsistent-end-marker text-after-end-marker repeated-end-marker "
    "stop-sequence-inside-answer truncated-answer stop-not-configured answer-cut-by-max-length",
    "TPL": "template-mismatch end-token-mismatch no-token-limit open-ended-prompt",
    "LEN": "answer-too-long answer-too-short repetitive-answer filler-phrases over-context",
    "DUP": "exact-duplicate near-duplicate repeated-answer echoed-prompt",
    "LEK": "exact-leak near-leak prompt-leak temporal-leak group-leak benchmark-contamination no-validation-set",
    "BAL": "class-imbalance rare-class split-imbalance topic-imbalance production-drift answer-type-imbalance",
    "LBL": "conflicting-answers near-conflict label-variant low-agreement suspect-label",
    "AMB": "ambiguous-prompt several-questions hedged-answer missing-context several-valid-answers",
    "COD": "unclosed-fence code-syntax-error unbalanced-delimiters fence-without-language code-artefacts "
    "broken-markdown",
    "LNG": "answer-language-differs mixed-language minority-language mixed-domain",
    "INJ": "injection-phrase role-marker-in-content leaked-prompt hidden-characters",
    "ART": "html escape-artefact mojibake control-character bare-url binary-blob",
    "TOK": "special-token-in-text inconsistent-special-token token-waste",
    "PII": "personal-data secret",
    "REF": "refusal ai-disclaimer",
    "PRF": "identical-pair length-bias prompt-mismatch",
}
"""Family to the names of its rules, in the order of their codes; what scripts and fingers rely on."""
INTERFACE = Path(__file__).resolve().parents[3] / "shared" / "interface.md"


def promised() -> dict[str, str]:
    return {
        f"{family}{number:03}": name
        for family, names in NAMES.items()
        for number, name in enumerate(names.split(), 1)
    }


def test_the_catalogue_has_the_codes_and_names_of_the_interface() -> None:
    assert {rule.code: rule.name for rule in registry.rules()} == promised()


def test_the_table_is_that_of_the_interface() -> None:
    if not INTERFACE.is_file():
        pytest.skip("the interface (../shared/interface.md) is not on this machine")
    told: dict[str, str] = {}
    for family, rest in re.findall(r"^\| ([A-Z]{3}) \|[^|]*\|(.*)\|$", INTERFACE.read_text(), re.MULTILINE):
        told |= {family + number: name for number, name in re.findall(r"(\d{3}) ([a-z-]+)", rest)}
    assert told == promised()


def test_no_rule_is_skipped_where_every_rule_has_its_input(tmp_path: Path) -> None:
    project = read_project(whole_catalogue.write(tmp_path))
    every = [rule.code for rule in registry.rules()]
    data = Dataset.open([], project)
    done = engine.check(data, project, select=every, jobs=1, debug=True)
    assert done.skipped == {}
    assert done.failed == {}
    assert set(done.rules) == set(every)
