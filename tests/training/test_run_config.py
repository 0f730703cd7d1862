"""Configurations of runs: found beside the log, read without trust, named as the Trainer names them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.project.errors import FtuiError
from ftui.training.run_config import configuration, read_configuration, yaml_scalars

AXOLOTL = """\
base_model: some/model   # the base
adapter: qlora
lora_r: 32
datasets:
  - path: rows.jsonl
    type: alpaca
micro_batch_size: 2
gradient_accumulation_steps: 8
num_epochs: 3
learning_rate: 2e-4
bf16: auto
gradient_clipping: 0.0
early_stopping_patience: 3
deepspeed: !include ds.json
"""
TORCHTUNE = """\
batch_size: 4
epochs: 2
optimizer:
  _component_: torch.optim.AdamW
  lr: 2e-5
lr_scheduler:
  num_warmup_steps: 100
clip_grad_norm: null
dtype: bf16
device: cuda
"""
WANDB = """\
learning_rate:
    desc: null
    value: 0.001
batch_size:
    value: 12
"""


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_axolotl(tmp_path: Path) -> None:
    _written(tmp_path / "axolotl.yaml", AXOLOTL)
    held, path = configuration([tmp_path])
    assert path == tmp_path / "axolotl.yaml"
    assert held["per_device_train_batch_size"] == 2
    assert held["num_train_epochs"] == 3
    assert held["learning_rate"] == 2e-4
    assert held["max_grad_norm"] == 0
    assert held["base_model"] == "some/model"
    assert "bf16" not in held
    assert "deepspeed" not in held


def test_torchtune(tmp_path: Path) -> None:
    held = read_configuration(_written(tmp_path / "recipe.yaml", TORCHTUNE))
    assert held["learning_rate"] == 2e-5
    assert held["warmup_steps"] == 100
    assert held["max_grad_norm"] is None
    assert held["precision"] == "bf16"


def test_wandb(tmp_path: Path) -> None:
    held = read_configuration(_written(tmp_path / "config.yaml", WANDB))
    assert held["learning_rate"] == 0.001
    assert held["per_device_train_batch_size"] == 12


def test_json_of_the_trainer_of_an_adapter_and_of_deepspeed_together(tmp_path: Path) -> None:
    arguments = {
        "learning_rate": 1e-4,
        "max_grad_norm": 1.0,
        "warmup_steps": 0,
        "warmup_ratio": 0.1,
        "bf16": True,
    }
    _written(tmp_path / "training_args.json", json.dumps(arguments))
    _written(tmp_path / "adapter_config.json", json.dumps({"peft_type": "LORA", "r": 8}))
    deepspeed = {"gradient_clipping": "auto", "bf16": {"enabled": False}, "zero_optimization": {"stage": 2}}
    _written(tmp_path / "ds_config.json", json.dumps(deepspeed))
    held, path = configuration([tmp_path])
    assert path == tmp_path / "training_args.json"
    assert (held["learning_rate"], held["lora_r"], held["max_grad_norm"]) == (1e-4, 8, 1.0)
    assert held["bf16"] is True  # the fuller file is believed


def test_two_files_that_contradict_each_other_tell_nothing(tmp_path: Path) -> None:
    for name, rate in (("one.yaml", "1e-4"), ("two.yaml", "3e-4")):
        _written(tmp_path / name, f"learning_rate: {rate}\nbf16: true\nwarmup_steps: 5\n")
    held, _ = configuration([tmp_path])
    assert "learning_rate" not in held
    assert held["bf16"] is True


def test_a_model_tells_its_classes_and_nothing_of_the_training(tmp_path: Path) -> None:
    model = {"model_type": "roberta", "torch_dtype": "float32", "id2label": {"0": "a", "1": "b", "2": "c"}}
    _written(tmp_path / "config.json", json.dumps(model))
    held, path = configuration([tmp_path])
    assert held == {"num_labels": 3, "model_type": "roberta"}
    assert path is None


def test_pickles_and_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "training_args.bin").write_bytes(b"cos\nsystem\n")
    _written(tmp_path / "compose.yaml", "services:\n  web:\n    image: x\n")
    _written(tmp_path / "args.json", "[1, 2")
    assert configuration([tmp_path, tmp_path / "nowhere"]) == ({}, None)


def test_a_named_file_must_be_readable(tmp_path: Path) -> None:
    with pytest.raises(FtuiError, match="No such file"):
        configuration([], tmp_path / "gone.yaml")
    with pytest.raises(FtuiError, match="neither"):
        configuration([], _written(tmp_path / "training_args.bin", "x"))
    with pytest.raises(FtuiError, match="holds no object"):
        configuration([], _written(tmp_path / "list.json", "[1]"))
    large = tmp_path / "large.json"
    large.write_bytes(b" " * 1_000_001)
    with pytest.raises(FtuiError, match="more than 1,000,000 bytes"):
        configuration([], large)


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    path = _written(tmp_path / "args.json", '{"learning_rate": 1}')
    assert read_configuration(path)["learning_rate"] == 1
    _written(path, '{"learning_rate": 0.25}')
    assert read_configuration(path)["learning_rate"] == 0.25


@given(st.text(max_size=400))
def test_any_text_gives_plain_scalars(text: str) -> None:
    for value in yaml_scalars(text).values():
        assert value is None or isinstance(value, str | int | float | bool)


def test_a_value_of_blanks_is_read_at_once() -> None:
    """Looking for a comment after every blank takes hours."""
    assert yaml_scalars("warmup_steps: 3" + " " * 500_000 + "x\nseed: 1 # two")["seed"] == 1
