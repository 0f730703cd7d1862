"""trainer_state.json: whole, torn, and with what JSON does not know."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest

from ftui.training.metrics import EVAL_LOSS, GRAD_NORM, MEAN_TRAIN_LOSS, TRAIN_LOSS
from ftui.training.readers import hf_state
from ftui.training.readers.hf_state import HfStateReader
from tests.training.readers.reading import FIXTURES, points, read

ENTRIES = [
    {"epoch": 0.5, "grad_norm": 1.5, "learning_rate": 1e-4, "loss": 2.5, "step": 10},
    {"epoch": 0.5, "eval_g0_loss": 2.6, "eval_g1_loss": 2.7, "eval_runtime": 3.0, "step": 10},
    {"epoch": 1.0, "loss": None, "grad_norm": float("nan"), "step": 20},
    {"epoch": 1.0, "train_loss": 2.2, "train_runtime": 12.5, "total_flos": 1e15, "step": 20},
]
STATE = {
    "best_model_checkpoint": "out/checkpoint-10",
    "global_step": 20,
    "log_history": ENTRIES,
    "logging_steps": 10,
    "max_steps": 20,
    "num_train_epochs": 1,
    "stateful_callbacks": {
        "EarlyStoppingCallback": {"args": {"early_stopping_patience": 3, "early_stopping_threshold": 0.0}},
        "TrainerControl": {"args": {"should_log": False}, "attributes": {}},
    },
}


def state_file(folder: Path, text: str) -> Path:
    path = folder / "trainer_state.json"
    path.write_text(text)
    return path


def test_a_whole_state(tmp_path: Path) -> None:
    reader, records = read(state_file(tmp_path, json.dumps(STATE, indent=2)))
    assert points(records, TRAIN_LOSS) == [(10, 2.5)]
    assert points(records, "eval/g0/loss") == [(10, 2.6)]
    assert points(records, "eval/g1/loss") == [(10, 2.7)]
    ((step, norm),) = points(records[2:], GRAD_NORM)
    assert step == 20
    assert math.isnan(norm)
    facts = reader.facts
    assert (facts.total_steps, facts.total_epochs, facts.finished) == (20, 1.0, True)
    assert facts.best_checkpoint == "out/checkpoint-10"
    assert facts.values[MEAN_TRAIN_LOSS] == 2.2
    assert facts.config["early_stopping_patience"] == 3
    assert facts.config["callbacks"] == ["EarlyStoppingCallback", "TrainerControl"]


@pytest.mark.parametrize("cut", range(40, 900, 37))
def test_a_torn_state_gives_the_entries_that_are_whole(tmp_path: Path, cut: int) -> None:
    text = json.dumps(STATE, indent=2)
    reader = HfStateReader(state_file(tmp_path, text[:cut]))
    ends = [found.end() for found in re.finditer(r"\n    \}", text[: text.index('"logging_steps"')])]
    assert len(ends) == len(ENTRIES)
    whole = sum(end <= cut for end in ends)
    assert [record.step for record in reader.load()] == [10, 10, 20][:whole]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"log_history": {}, "step": 1}',
        '{"log_history": [[[[', '{"log_history": [1, "a", null, {"loss": "x", "step": {}}], "max_steps": "many"}',
        '{"log_history": [{"loss": 1' + "0" * 400 + ', "step": 1}]}',
        '{"log_history": ' + "[" * 100_000,
        '{"log_history": [{"loss": 1.5, "step": -3}], "stateful_callbacks": {"EarlyStoppingCallback": [7]}}',
    ],
)  # fmt: skip
def test_what_is_no_state_never_raises(tmp_path: Path, text: str) -> None:
    for record in HfStateReader(state_file(tmp_path, text)).load():
        assert record.step is None
        assert record.values == {TRAIN_LOSS: 1.5}


def test_the_real_states_of_the_gallery(shared_data: Path) -> None:
    reader, records = read(shared_data / "logs" / "trainproof_gallery" / "fp16_nan" / "trainer_state.json")
    norms = dict(points(records, GRAD_NORM))
    assert norms[20] == float("inf")
    assert len(norms) == 60
    assert reader.facts.finished
    _, records = read(shared_data / "logs" / "trainproof_gallery" / "overfit" / "trainer_state.json")
    assert len(points(records, EVAL_LOSS)) == 20


def test_states_of_a_real_run_tell_their_end() -> None:
    reader, _ = read(FIXTURES / "hf5_trainer_state.json")
    assert reader.facts.total_steps == 48
    assert reader.facts.finished


def test_a_checkpoint_that_the_trainer_removed(tmp_path: Path) -> None:
    assert HfStateReader(tmp_path / "checkpoint-10" / "trainer_state.json").load() == []


@pytest.mark.parametrize("piece", [0, 40, 10_000])
@pytest.mark.parametrize(
    "text",
    [
        json.dumps(STATE, indent=2),
        json.dumps(STATE | {"log_history": []}, indent=2),
        json.dumps(STATE | {"log_history": [], "loss": [1, {"log": [2]}]}, indent=2),
        json.dumps(STATE | {"log_history": [{"a": {"b": [1]}}, 1, [{"c": 2}], {}]}, indent=2),
        json.dumps({"nested": STATE}, indent=2),
        json.dumps(STATE, indent=4),
        json.dumps(STATE),
    ],
)
def test_a_history_parsed_in_pieces_is_the_whole_one(
    monkeypatch: pytest.MonkeyPatch, text: str, piece: int
) -> None:
    monkeypatch.setattr(hf_state, "_PIECE", piece)
    assert repr(hf_state._in_pieces(text) or json.loads(text)) == repr(json.loads(text))  # NaN is not itself


@pytest.mark.parametrize("piece", [0, 40, 10_000])
@pytest.mark.parametrize(
    ("old", "new"), [("    },\n", "    }\n"), ("    }\n  ],", "    },\n  ],"), ("2.5", "2.5,,")]
)
def test_what_is_no_json_is_none_in_pieces_either(
    monkeypatch: pytest.MonkeyPatch, old: str, new: str, piece: int
) -> None:
    monkeypatch.setattr(hf_state, "_PIECE", piece)
    text = json.dumps(STATE, indent=2)
    assert old in text
    assert hf_state._in_pieces(text) is not None
    assert hf_state._in_pieces(text.replace(old, new)) is None
