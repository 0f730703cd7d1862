"""STP008 and LEN005: rows longer than training reads, and longer than the model's context."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.layouts import find_layout
from ftui.dataset.record import Parsed
from ftui.project.settings import Model, Project, Training
from ftui.rules import engine, token_counts
from ftui.rules.check import Check
from ftui.rules.chunk import Chunk
from ftui.rules.length import over_context
from ftui.rules.rule import Context
from tests.model.tiny_gguf import bpe_model, write_gguf
from tests.rules.checked_files import ask, assert_explained, found, rows_of


def check(folder: Path, rows: list[Any], limit: int | None, **settings: Any) -> Check:
    path = folder / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    project = replace(Project(folder), **settings)
    project = replace(project, training=replace(project.training, max_seq_length=limit))
    done = engine.check(Dataset.open([path], project), project, select=["STP008"], jobs=1, debug=True)
    assert_explained(done)
    return done


def gguf(folder: Path, **more: Any) -> Model:
    return Model(gguf=write_gguf(folder / "m.gguf", bpe_model(**more)))


def test_without_a_limit_the_rule_is_skipped(tmp_path: Path) -> None:
    done = check(tmp_path, [ask("q", "a")], None)
    assert "max_seq_length" in done.skipped["STP008"]


def test_a_broken_model_file_is_the_reason(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUFnot")
    done = check(tmp_path, [ask("q", "a")], 10, model=Model(gguf=tmp_path / "m.gguf"))
    assert "GGUF" in done.skipped["STP008"]


TEMPLATE = Training(template="{prompt}\n{answer}\n### End")
"""In the tiny vocabulary "the" and digits are one token each: "q" * n are n, the end "\\n### End" is 8."""


@pytest.mark.parametrize(
    ("prompt", "answer", "severity", "lost"),
    [
        ("1" * 20, "2" * 71, None, 0),  # 20 + 1 + 71 + 8 = 100: just fits
        ("1" * 20, "2" * 72, "warning", 1),
        ("1" * 20, "2" * 200, "warning", 129),
        ("1" * 98, "2" * 20, "warning", 27),
        ("1" * 99, "2" * 20, "error", 28),
        ("1" * 300, "2" * 20, "error", 28),
        ("1" * 20, "the" * 60, None, 0),
    ],
)
def test_answers_cut_by_the_limit(
    tmp_path: Path, prompt: str, answer: str, severity: str | None, lost: int
) -> None:
    done = check(tmp_path, [ask("1", "2"), ask(prompt, answer)], 100, model=gguf(tmp_path), training=TEMPLATE)
    assert rows_of(done, "STP008") == ([1] if severity else [])
    if severity:
        finding = found(done, 1, "STP008")
        assert (finding.severity, finding.evidence["lost_tokens"]) == (severity, lost)
        assert finding.field == "output"
        assert ("the prompt alone" in finding.message) == (severity == "error")
        assert "tiny (GGUF, smollm)" in finding.message
    if lost == 129:
        assert finding.start == 100 - 21  # the first digit that training does not read


def test_the_chat_template_is_counted(tmp_path: Path) -> None:
    model = gguf(tmp_path)
    rows = [ask("1" * 20, "2" * n) for n in range(1, 60)]
    project = Project(tmp_path, model=model)
    setup = token_counts.setup((), Context(project, ()))
    layout = find_layout(rows)
    expected = []
    for number, row in enumerate(rows):
        length = token_counts.length(layout.example(row), setup)
        if length.prompt + length.answer > 70:
            expected.append(number)
    assert 0 < len(expected) < len(rows)
    assert rows_of(check(tmp_path, rows, 70, model=model), "STP008") == expected


def test_only_the_last_answer_of_a_conversation(tmp_path: Path) -> None:
    turns = [("user", "1" * 30), ("assistant", "2" * 30), ("user", "3" * 30), ("assistant", "4" * 30)]
    row = {"messages": [{"role": role, "content": text} for role, text in turns]}
    finding = found(check(tmp_path, [row], 100, model=gguf(tmp_path)), 0, "STP008")
    assert finding.field == "messages[3].content"


def test_an_estimate_says_so_and_only_names_clear_cases(tmp_path: Path) -> None:
    rows = [ask("word " * 80, "word " * n) for n in (60, 120, 400)]
    done = check(tmp_path, rows, 200)  # about 176, 250 and 600 tokens
    assert rows_of(done, "STP008") == [2]
    finding = found(done, 2, "STP008")
    assert (finding.severity, finding.evidence["tokenizer"]) == ("warning", "estimate")
    assert "estimate" in finding.message


def context_of(folder: Path, rows: list[Any], model: Model) -> tuple[Chunk, Context]:
    layout = find_layout(rows)
    chunk = Chunk(0, "train", 0, [Parsed(row) for row in rows], [layout.example(row) for row in rows])
    context = Context(Project(folder, model=model), (), scratch=str(folder))
    over_context.survey([chunk], context)
    return chunk, context


def test_rows_longer_than_the_context(tmp_path: Path) -> None:
    rows = [ask("1", "2"), ask("1" * 20, "2" * 100), ask("word", "the" * 20)]
    chunk, context = context_of(tmp_path, rows, gguf(tmp_path))  # a context of 64
    assert over_context.skipped(context) is None
    assert set(over_context.suspects(chunk, context)) >= {1}
    hits = [[*over_context.findings(e, context)] for e in chunk.examples if e is not None]
    assert [len(each) for each in hits] == [0, 1, 0]
    assert hits[1][0].evidence["context"] == 64
    assert hits[1][0].severity is None


def test_a_context_that_nobody_says(tmp_path: Path) -> None:
    chunk, context = context_of(tmp_path, [ask("1", "2")], Model())
    assert "gguf" in (over_context.skipped(context) or "")
    assert over_context.suspects(chunk, context) == []
    silent = gguf(tmp_path, **{"llama.context_length": 0})
    _, context = context_of(tmp_path, [ask("1", "2")], silent)
    assert "do not say" in (over_context.skipped(context) or "")
