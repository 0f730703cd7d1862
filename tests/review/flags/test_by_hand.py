"""Every flag on outputs written by hand: at least three faults and five near misses each."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ftui.project.settings import Project, RowTemplate
from ftui.review.flags import catalogue
from ftui.review.flags.examiner import Examiner
from ftui.review.sample import Flag
from tests.review.flags.case import Case, cases
from tests.review.flags.samples import prompt, sample

CASES = cases()
SEVERAL = {"stop-not-learnt", "same-as-base", "inconsistent", "memorised", "regurgitation"}
"""Flags that one output alone does not show: test_sets.py, test_probes.py, test_training_answers.py."""


def examined(case: Case) -> list[Flag]:
    project = Project(Path("/nowhere"), template=RowTemplate(answer=case.template))
    asked = prompt(case.asked, case.reference, system=case.system, label=case.label)
    given = sample(asked, case.output, **case.more)
    return Examiner.of(project).examine(asked, [given])[given.sample_id]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{case.output[:24]!r}")
def test_by_hand(case: Case) -> None:
    found = examined(case)
    codes = {each.code for each in found}
    if case.fault:
        assert case.code in codes
    assert codes - {case.code if case.fault else ""} <= set(case.also), found
    for each in found:
        assert each.evidence["message"]
        for start, end in each.evidence.get("spans", ()):
            assert 0 <= start <= end <= len(case.output)


def test_every_flag_has_its_cases() -> None:
    faults = Counter(case.code for case in CASES if case.fault)
    misses = Counter(case.code for case in CASES if not case.fault)
    for code in set(catalogue.CODES) - SEVERAL:
        assert faults[code] >= 3, code
        assert misses[code] >= 5, code
    assert set(faults) <= set(catalogue.CODES)
