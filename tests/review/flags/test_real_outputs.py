"""Greedy outputs of SmolLM2-135M-Instruct (limit 90), each with the flags that a reader found right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftui.project.settings import Project
from ftui.review.flags.examiner import Examiner
from tests.review.flags.samples import prompt, sample

LINES = Path(__file__).with_name("real_outputs.jsonl").read_text().splitlines()


@pytest.mark.parametrize("held", [json.loads(line) for line in LINES], ids=lambda held: held["asked"][:30])
def test_real_output(held: dict[str, Any]) -> None:
    asked = prompt(held["asked"], held["reference"])
    given = sample(
        asked,
        held["output"],
        sent=held["sent"],
        stop_reason=held["stop_reason"],
        stop_text=held["stop_text"],
        completion_tokens=held["tokens"],
        settings={"max_tokens": 90},
    )
    found = Examiner.of(Project(Path("/nowhere"))).examine(asked, [given])[given.sample_id]
    assert sorted(each.code for each in found) == sorted(held["judged"])
