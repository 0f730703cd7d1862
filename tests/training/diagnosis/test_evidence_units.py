"""Every number of every evidence has a unit, and the documentation says what each unit is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import ftui.training.diagnosis
from ftui.training.diagnosis.evidence_units import _KEYS, _OF_CODE, PLAIN, UNITS, unit_of, units_of
from ftui.tui.training.evidence_words import evidence

ROOMS = Path(ftui.training.diagnosis.__file__).parent
SETTINGS = {"memorising", "too-many-epochs"}
"""A key of a table that is no evidence."""


def keys() -> Iterator[str]:
    """The keys of every table of the rules that is no table of thresholds or of codes."""
    for path in sorted(ROOMS.glob("*/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Dict) and "Threshold(" not in ast.unparse(node):
                for key in node.keys:
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield key.value


def test_every_key_has_a_unit_or_is_a_text_or_a_flag() -> None:
    found = set(keys())
    assert len(found) > 60
    known = set(_KEYS) | PLAIN | {name for names in _OF_CODE.values() for name in names}
    assert found <= known


def test_the_documentation_says_what_each_unit_is() -> None:
    page = Path("docs/training.md").read_text(encoding="utf-8")
    used = set(_KEYS.values()) | {unit for names in _OF_CODE.values() for unit in names.values()}
    assert {unit for unit in used if "metric" not in unit} <= UNITS.keys()
    for unit, meaning in UNITS.items():
        assert f"| `{unit}` | {meaning} |" in page


def test_units_of_an_evidence_with_what_it_holds() -> None:
    held = {
        "metric": "eval/loss", "best": 2.0, "rise": 0.093, "evaluations": 17, "recovered": True, "noise": None,
        "accuracy": {"metric": "acc", "at_best_loss": 0.9, "now": 0.95, "rising": True},
        "drops": [{"epoch": 1.0, "drop": 0.1}, {"epoch": 2.0, "drop": 0.2}],
    }  # fmt: skip
    assert units_of("overfitting", held) == {
        "best": "loss", "rise": "share", "evaluations": "evaluations", "accuracy.at_best_loss": "accuracy",
        "accuracy.now": "accuracy", "drops.epoch": "epochs", "drops.drop": "share",
    }  # fmt: skip
    assert unit_of("gradient-explosion", "now") == "gradient norm"
    assert unit_of("diverging", "now") == "loss"


def test_units_stand_beside_numbers_on_the_screen() -> None:
    held = {
        "best": 2.0,
        "best_step": 1750.0,
        "rise": 0.0932,
        "limit": 1.5,
        "waited_s": 130.4,
        "evaluations": 17,
    }
    assert list(evidence(held, "overfitting")) == [
        "best 2", "best step 1,750", "rise 9.32 %", "limit 1.5 times", "waited 2 min 10 s", "evaluations 17",
    ]  # fmt: skip
