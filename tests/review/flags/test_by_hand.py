"""Every flag on outputs written by hand: at least three faults and five near misses each."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

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


def test_what_the_context_cut_is_not_said_to_have_reached_the_limit() -> None:
    asked = prompt("Tell a story.", "Once upon a time there was a king. " * 40)
    made: dict[str, Any] = {"stop_reason": "limit", "completion_tokens": 96, "end_probability": 0.2}
    given = sample(asked, "Once upon a", prompt_tokens=4000, **made)
    for context, said, known in (
        (4096, "cut after 96 tokens: with the prompt they fill the context, before the limit of 512", 96),
        (8192, "cut by the limit after 96 tokens", 512),
    ):
        one = replace(given, settings={"max_tokens": 512, "context": context})
        (found,) = [each for each in Examiner.of(Project(Path("/nowhere"))).examine(asked, [one])[one.sample_id]
                    if each.code == "runaway"]  # fmt: skip
        assert found.evidence["message"].startswith(said)
        assert found.evidence.get("room", found.evidence["limit"]) == known
