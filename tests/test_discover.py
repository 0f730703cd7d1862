"""What `ftui init` would say about folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftui.discover.proposal import Proposal
from ftui.discover.propose import propose
from ftui.project.errors import FtuiError
from ftui.project.load import load_project
from ftui.project.write import write_project


def write(path: Path, rows: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        path.write_text(json.dumps(rows))
    return path


def alpaca(count: int, end: str = "") -> list[dict[str, str]]:
    return [{"instruction": f"question {i}", "input": "", "output": f"answer {i}{end}"} for i in range(count)]


def why(proposal: Proposal, what: str) -> str:
    return next(f"{reason.guess}: {reason.why}" for reason in proposal.reasons if reason.what == what)


def test_a_usual_folder(tmp_path: Path) -> None:
    write(tmp_path / "my_train-v2.jsonl", alpaca(30, "\n### End"))
    write(tmp_path / "dev.jsonl", alpaca(5, "\n### End"))
    write(tmp_path / "test.jsonl", alpaca(5, "\n### End"))
    (tmp_path / "Modelfile").write_text('FROM x\nPARAMETER stop "### End"\nparameter stop <|im_end|>\n')
    write(tmp_path / "out" / "checkpoint-5" / "trainer_state.json", [{"log_history": []}])
    proposal = propose(tmp_path)
    assert proposal.project_toml == {
        "project": {"name": tmp_path.name},
        "splits": {"train": "my_train-v2.jsonl", "validation": "dev.jsonl", "test": "test.jsonl"},
        "data": {"layout": "alpaca"},
        "stop": {"end_marker": "### End", "sequences": ["### End", "<|im_end|>"]},
        "model": {"modelfile": "Modelfile"},
        "training": {"logs": "out/checkpoint-5/trainer_state.json"},
    }
    assert why(proposal, "end marker") == "'### End': 100% of 30 answers end with it"


def test_the_file_that_is_written_can_be_read(tmp_path: Path) -> None:
    write(tmp_path / "data" / "train" / "a.jsonl", alpaca(12))
    proposal = propose(tmp_path)
    write_project(tmp_path / "ftui.toml", proposal.text())
    project = load_project(tmp_path)
    assert project.splits == {"train": (tmp_path / "data" / "train" / "a.jsonl",)}
    assert project.layout == "alpaca"
    assert "# Guessed: split train: data/train/a.jsonl (12 rows): by the folder name." in proposal.text()
    assert propose(tmp_path).project_toml == proposal.project_toml


def test_one_file_is_training_data(tmp_path: Path) -> None:
    write(tmp_path / "stuff.jsonl", alpaca(3))
    proposal = propose(tmp_path)
    assert proposal.project_toml["splits"] == {"train": "stuff.jsonl"}
    assert "the only data file" in why(proposal, "split")


def test_shards_become_a_pattern(tmp_path: Path) -> None:
    for i in range(4):
        write(tmp_path / f"train-0000{i}-of-00004.jsonl", alpaca(3))
    write(tmp_path / "test.jsonl", alpaca(3))
    proposal = propose(tmp_path)
    assert proposal.project_toml["splits"] == {"train": "train-0000*.jsonl", "test": "test.jsonl"}


def test_what_is_no_data_is_left_out(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", alpaca(3))
    write(tmp_path / "package.json", alpaca(3))
    write(tmp_path / "node_modules" / "train.jsonl", alpaca(3))
    write(tmp_path / ".ftui" / "train.jsonl", alpaca(3))
    write(tmp_path / "checkpoint-10" / "train.jsonl", alpaca(3))
    write(tmp_path / "trainer_log.jsonl", [{"loss": 1.0, "elapsed_time": "0:01"}] * 3)
    write(tmp_path / "curve.jsonl", [{"loss": 1.0, "elapsed_time": "0:01"}] * 3)
    write(tmp_path / "names.json", ["a", "b"])
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "empty.jsonl").touch()
    proposal = propose(tmp_path)
    assert proposal.project_toml["splits"] == {"train": "train.jsonl"}
    assert proposal.project_toml["training"] == {"logs": "trainer_log.jsonl"}


def test_files_that_differ_keep_their_layouts(tmp_path: Path) -> None:
    write(tmp_path / "sft.jsonl", alpaca(3))
    write(tmp_path / "dpo.jsonl", [{"prompt": "a", "chosen": "b", "rejected": "c"}] * 3)
    proposal = propose(tmp_path)
    assert "data" not in proposal.project_toml
    assert "files differ" in why(proposal, "layout")


def test_own_columns_are_mapped(tmp_path: Path) -> None:
    write(tmp_path / "rows.jsonl", [{"id": "1", "query": "a", "reply": "b", "note": "c"}] * 3)
    data = propose(tmp_path).project_toml["data"]
    assert data == {"layout": "columns", "columns": {"prompt": "query", "answer": "reply"}}


def test_answers_of_two_minds_leave_the_marker_open(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", alpaca(20, "\n### End") + alpaca(20))
    proposal = propose(tmp_path)
    assert "stop" not in proposal.project_toml
    assert why(proposal, "end marker").startswith("left open: answers differ")
    assert "50% '### End'" in why(proposal, "end marker")


def test_no_data_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(FtuiError, match="no training data found"):
        propose(tmp_path)
    with pytest.raises(FtuiError, match="is not a folder"):
        propose(tmp_path / "none")


def test_real_folders(shared_data: Path) -> None:
    assert propose(shared_data / "banking77").project_toml == {
        "project": {"name": "banking77"},
        "splits": {"train": "train.csv", "test": "test.csv"},
        "data": {"layout": "classification"},
    }
    clinc = propose(shared_data / "clinc150")
    assert clinc.project_toml["splits"] == {"data_imbalanced": "data_imbalanced.json"}
    assert "holds 6 splits itself" in why(clinc, "split")
    mixed = propose(shared_data).project_toml
    assert mixed["training"] == {"logs": "logs"}
    assert mixed["splits"]["train"] == "banking77/train.csv"


def test_the_files_of_the_model(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", alpaca(9))
    (tmp_path / "Modelfile").write_text('FROM ./out/b.gguf\nTEMPLATE """\nPARAMETER stop inside\n"""\n')
    for name in ("out/a.gguf", "out/b.gguf", "out/a-lora.gguf", "base/tokenizer.json", "base/generation_config.json",
                 "other/chat_template.jinja"):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    proposal = propose(tmp_path)
    assert proposal.project_toml["model"] == {
        "modelfile": "Modelfile",
        "gguf": "out/b.gguf",
        "tokenizer": "base",
        "chat_template": "other/chat_template.jinja",
    }
    assert "stop" not in proposal.project_toml
    assert "gguf out/b.gguf: FROM of the Modelfile" in proposal.text()


def test_a_modelfile_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", alpaca(9))
    (tmp_path / "Modelfile").write_text("NONSENSE\n")
    (tmp_path / "tokenizer.json").write_text("")
    proposal = propose(tmp_path)
    assert proposal.project_toml["model"] == {"modelfile": "Modelfile", "tokenizer": "tokenizer.json"}
    assert any("is no instruction" in reason.why for reason in proposal.reasons)


def test_what_is_left_out_is_named_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", alpaca(5))
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "notes.jsonl").write_text('"a text"\n')
    (tmp_path / "metrics.csv").write_text("step,loss\n1,2.3\n")
    write(tmp_path / "live.jsonl", [{"prompt": "hello", "ts": 3}] * 5)
    proposal = propose(tmp_path)
    said = {name: why for _, name, why in proposal.left_out}
    assert set(said) == {"empty.jsonl", "notes.jsonl", "metrics.csv", "live.jsonl"}
    assert said["empty.jsonl"] == "the file is empty"
    assert "no prompt with an answer" in said["live.jsonl"]
    assert f"# Left out: notes.jsonl: {said['notes.jsonl']}." in proposal.text()


def test_a_folder_without_data_says_what_was_looked_at(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(FtuiError) as fault:
        propose(tmp_path)
    assert fault.value.hint == "empty.jsonl: the file is empty"


def test_beside_held_out_files_the_largest_odd_name_is_training(tmp_path: Path) -> None:
    write(tmp_path / "support.jsonl", alpaca(50))
    write(tmp_path / "outputs.jsonl", alpaca(9))
    proposal = propose(tmp_path)
    assert set(proposal.project_toml["splits"]) == {"support", "outputs"}
    write(tmp_path / "test.jsonl", alpaca(5))
    proposal = propose(tmp_path)
    assert proposal.project_toml["splits"] == {
        "train": "support.jsonl", "test": "test.jsonl", "outputs": "outputs.jsonl"
    }  # fmt: skip
    assert "no file is named for training" in why(proposal, "split")


@pytest.mark.parametrize(
    "name", ["wandb/run-20260102_030405-ab/run-ab.wandb", "out/train.log", "train_2.log"]
)
def test_logs_of_other_writers_are_found(tmp_path: Path, name: str) -> None:
    write(tmp_path / "train.jsonl", alpaca(3))
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(b"x")
    assert propose(tmp_path).project_toml["training"] == {"logs": name}
