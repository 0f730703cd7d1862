"""Every log is recognised as its own format, and what is no log as none."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from ftui.training.readers.registry import reader_for, reader_named, readers
from tests.training.readers.reading import FIXTURES

FORMATS = {
    "hf*_console.log": "hf-console",
    "trl*_console.log": "hf-console",
    "transformers*.log": "hf-console",
    "unsloth.log": "hf-console",
    "axolotl.log": "hf-console",
    "prefixes.log": "hf-console",
    "*_trainer_state.json": "hf-state",
    "torchtune.txt": "torchtune",
    "composer*": "composer",
    "mlx_*": "mlx",
    "mmengine_*": "mmengine",
    "nanogpt*": "nanogpt",
    "llm_c.log": "llm.c",
    "llama_cpp.txt": "llama.cpp",
    "keras.log": "keras-console",
}
REAL = {
    "hf_state": "hf-state",
    "lf_jsonl": "llama-factory",
    "nanogpt_console": "nanogpt",
    "pl_csv": "lightning-csv",
    "tb": "tensorboard",
}


@pytest.mark.parametrize(("pattern", "expected"), FORMATS.items())
def test_fixtures(pattern: str, expected: str) -> None:
    paths = list(FIXTURES.glob(pattern))
    assert paths
    for path in paths:
        reader = reader_for(path)
        assert reader is not None, path.name
        assert reader.format == expected, path.name


def test_fixtures_without_their_names(tmp_path: Path) -> None:
    for pattern, expected in FORMATS.items():
        for path in FIXTURES.glob(pattern):
            bare = tmp_path / "output"
            bare.write_bytes(path.read_bytes())
            reader = reader_for(bare)
            assert reader is not None, path.name
            assert reader.format == expected, path.name


def test_real_logs(shared_data: Path) -> None:
    paths = [path for path in (shared_data / "logs").iterdir() if path.name.split("__")[0] in REAL]
    assert len(paths) >= 18
    for path in paths:
        reader = reader_for(path)
        assert reader is not None, path.name
        assert reader.format == REAL[path.name.split("__")[0]], path.name


CONSOLE_QUOTED = (
    "# My model\n\nIt was trained so:\n\n```\n{'loss': 1.2, 'epoch': 1.0}\n{'loss': 1.1, 'epoch': 2.0}\n```\n"
)
NO_LOGS = {
    "README": CONSOLE_QUOTED,
    "README.md": CONSOLE_QUOTED.replace("```\n", ""),
    "train.py": 'def main():\n    logger.info("***** Running training *****")\n    print({"loss": 1.0})\n',
    "train": '#!/usr/bin/env python\nprint("***** Running training *****")\n',
    "chat.jsonl": json.dumps(
        {"messages": [{"role": "user", "content": "iter 10: loss 1.5\n{'loss': 1, 'epoch': 1.0}"}]}
    ),
    "alpaca.json": json.dumps([{"instruction": "What is a loss?", "output": "s:1 trl:2.5", "step": 1}]),
    "log_history.jsonl": json.dumps({"text": 'the "log_history" of a trainer'}),
    "intents.csv": "text,label\nmy card is lost,lost_card\nStep 1 | loss:3,none\n",
    "notes.txt": "Epoch 1 began in 1/2 [sic] of the cases: loss: 3\nstep 4: add val loss to the plot\n",
    "config.yaml": "learning_rate: 1e-4\nloss: cross_entropy\n",
    "empty.log": "",
}


@pytest.mark.parametrize("name", NO_LOGS)
def test_what_is_no_log(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(NO_LOGS[name])
    reader = reader_for(path)
    assert reader is None, reader.format if reader else ""


def test_this_programs_own_files_are_no_logs() -> None:
    root = Path(__file__).resolve().parents[3]
    for path in [
        *root.glob("*.md"),
        *root.glob("docs/*.md"),
        *root.glob("ftui/training/**/*.py"),
        *root.glob("tests/training/**/*.py"),
    ]:
        reader = reader_for(path)
        assert reader is None, (path, reader.format if reader else "")


def test_random_bytes_are_no_log(tmp_path: Path) -> None:
    chance = random.Random(7)
    path = tmp_path / "log"
    for size in (1, 100, 10_000, 200_000):
        path.write_bytes(chance.randbytes(size))
        assert reader_for(path) is None


def test_real_data_sets_are_no_logs(shared_data: Path) -> None:
    data = [path for path in shared_data.rglob("*") if path.is_file() and "logs" not in path.parts]
    for path in data[:150]:
        reader = reader_for(path)
        assert reader is None, (path, reader.format if reader else "")


def test_every_format_has_one_reader() -> None:
    names = [reader.format for reader in readers()]
    assert len(set(names)) == len(names)
    assert all(reader_named(name) is reader for name, reader in zip(names, readers(), strict=True))
