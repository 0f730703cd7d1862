"""`ftui tokens`: counts by split and field, histogram, rows that are too long, TOON savings, money."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftui.cli import command_line
from tests.model.tiny_gguf import bpe_model, write_gguf
from tests.rules.checked_files import ask

TABLE = [{"name": f"pen {n}", "price": n, "in_stock": True} for n in range(12)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    rows: list[Any] = [
        ask("1" * 10, "2" * 10),
        ask("1" * 30, "2" * 200),
        ask("Which? " + json.dumps(TABLE), "the"),
    ]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "validation.jsonl").write_text(json.dumps(ask("the", "the")) + "\n")
    write_gguf(tmp_path / "m.gguf", bpe_model(**{"llama.context_length": 2000}))
    (tmp_path / "ftui.toml").write_text(
        '[splits]\ntrain = "train.jsonl"\nvalidation = "validation.jsonl"\n'
        '[model]\ngguf = "m.gguf"\n[training]\nmax_seq_length = 100\ntemplate = "{prompt}{answer}"\n'
    )
    return tmp_path


def tokens(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = command_line.run(["tokens", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_report_as_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = tokens(capsys, project, "--format", "json", "--price", "2.5")
    report = json.loads(out)
    assert code == 0
    assert (report["tokenizer"], report["kind"]) == ("tiny (GGUF, smollm)", "exact")
    assert report["rows"] == 4
    train, validation = report["splits"]
    assert (train["split"], train["rows"], validation["tokens"]) == ("train", 3, 2)
    assert sum(rows for _, _, rows in train["histogram"]) == 3
    fields = {(each["split"], each["field"]): each for each in report["fields"]}
    assert fields["train", "output"]["tokens"] == 211
    assert fields["train", "output"]["role"] == "assistant"
    assert sum(each["tokens"] for each in report["fields"]) == report["tokens"]
    limit, context = report["too_long"]
    assert (limit["limit"], limit["rows"]) == (100, 2)
    assert [(place["split"], place["line"]) for place in limit["named"]] == [("train", 2), ("train", 3)]
    assert (context["limit"], context["rows"]) == (2000, 0)
    assert (report["toon"]["tables"], report["toon"]["rows"]) == (1, 1)
    assert report["toon"]["saved"] == report["toon"]["tokens"] - report["toon"]["tokens_as_toon"] > 30
    assert report["cost"] == pytest.approx(report["tokens"] * 2.5 / 1e6, abs=1e-4)


def test_the_report_for_a_person(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = tokens(capsys, project, "--price", "1000")
    assert code == 0
    assert "counted by: tiny (GGUF, smollm)" in out
    assert "2 rows longer than max_seq_length, 100 tokens" in out
    assert "train.jsonl:2" in out
    assert "1 JSON table in the prompts of 1 row: " in out
    assert "at 1000 a million" in out
    assert "█" in out


def test_without_a_tokenizer_it_is_an_estimate(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "ftui.toml").unlink()
    _, out, _ = tokens(capsys, project / "train.jsonl")
    assert "counted by: estimate (no tokenizer is set" in out
    _, out, _ = tokens(capsys, project / "train.jsonl", "--tokenizer", project / "m.gguf")
    assert "counted by: tiny" in out


def test_faults_are_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "m.gguf").write_bytes(b"GGUF")
    code, out, err = tokens(capsys, project)
    assert (code, out) == (2, "")
    assert "not a readable GGUF file" in err
    assert tokens(capsys, project, "--price", "-1")[0] == 2


def test_rows_that_cannot_be_read_and_empty_splits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jsonl").write_text('{"broken\n' + json.dumps(ask("q", "a")) + "\n")
    code, out, _ = tokens(capsys, tmp_path / "a.jsonl", "--format", "json")
    assert (code, json.loads(out)["rows"]) == (0, 1)


@pytest.mark.parametrize("content", ['{"a": 1}', "no JSON", ""])
def test_a_tokenizer_that_is_none_is_an_error_and_no_estimate(
    project: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (project / "tokenizer.json").write_text(content)
    code, out, said = tokens(capsys, project, "--tokenizer", project / "tokenizer.json")
    assert (code, out) == (2, "")
    assert "not a tokenizer.json" in said


def test_a_price_that_is_none(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = tokens(capsys, project, "--price", "cheap")
    assert (code, "'cheap' is no price" in said) == (2, True)
