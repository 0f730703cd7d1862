"""Arguments in logs: what is kept of them, whatever they hold."""

from __future__ import annotations

import json

from ftui.training.readers.config import take_config
from ftui.training.record import Facts


def test_what_is_known_stays_and_the_length_of_training_is_taken() -> None:
    facts = Facts(config={"seed": 1})
    take_config(facts, '{"seed": 2, "max_steps": 500, "deepspeed": {"zero": {"stage": 2}}}')
    assert facts.config == {"seed": 1, "max_steps": 500, "deepspeed": {"zero": {"stage": 2}}}
    assert facts.total_steps == 500


def test_arguments_without_end_are_not_kept() -> None:
    facts = Facts()
    for turn in range(10):
        take_config(facts, {f"a{turn}_{n}": n for n in range(2000)})
    assert len(facts.config) == 5000


def test_values_that_are_no_settings_are_left_out() -> None:
    deep: object = 1
    for _ in range(900):
        deep = [deep]
    facts = Facts()
    take_config(facts, {"text": "x" * 5000, "rows": ["x" * 1000] * 1000, "deep": deep, "lr": 0.1})
    assert facts.config == {"lr": 0.1}
    take_config(facts, json.dumps(deep))
    assert facts.config == {"lr": 0.1}
