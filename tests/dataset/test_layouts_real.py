"""Layouts on real public files: found by themselves, and quiet."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset import field_path
from ftui.dataset.layouts import find_layout

FILES = [
    ("banking77/test.csv", "classification"),
    ("benchmarks/HumanEval.jsonl.gz", "columns"),
    ("benchmarks/gsm8k_test_100.jsonl", "question-answer"),
    ("chat/fastchat_dummy_conversation.json", "sharegpt"),
    ("chat/glaive_toolcall_en_demo.json", "sharegpt"),
    ("chat/oasst_en_100_message.jsonl", "columns"),
    ("chat/v1_sft_demo.jsonl", "messages"),
    ("clinc150/data_imbalanced.json", "classification"),
    ("gpteacher/toolformer-dedupe-only.json.gz", "alpaca"),
    ("preference/hh_rlhf_60.jsonl", "preference"),
    ("preference/kto_en_demo.json", "kto"),
]


def read_rows(path: Path) -> list[Any]:
    """The rows of a file, by the standard library alone."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    if path.suffix == ".csv":
        return list(csv.DictReader(text.splitlines(keepends=True)))
    if ".jsonl" in path.name:
        return [json.loads(line) for line in text.split("\n") if line]
    value = json.loads(text)
    return value if isinstance(value, list) else [row for part in value.values() for row in part]


@pytest.mark.parametrize(("name", "layout"), FILES)
def test_real_file(shared_data: Path, name: str, layout: str) -> None:
    rows = read_rows(shared_data / name)
    found = find_layout(rows[:200])
    assert found.name == layout
    for row in rows:
        example = found.example(row)
        assert example.problems == ()
        assert example.prompt
    for text in found.example(rows[0]).texts:
        assert field_path.get(rows[0], text.field) == text.text
