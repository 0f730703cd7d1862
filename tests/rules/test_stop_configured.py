"""STP007: the marker of the data against each place that says where inference stops."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset.dataset import Dataset
from ftui.project.load import read_project
from ftui.rules import engine, project_fixes
from ftui.rules.check import Check
from tests.model.tiny_gguf import CONTROL, write_gguf

HEAD = "FROM ./m.gguf\n"


def check(folder: Path, marker: str, settings: str = "", **files: str) -> Check:
    """Twenty rows that end with the marker, and a project with these files of the model."""
    ending = f"\n{marker}" if marker else ""
    rows = [
        {"instruction": f"Name {n}.", "input": "", "output": f"It is the name {n}.{ending}"}
        for n in range(20)
    ]
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    model = ""
    for name, text in files.items():
        stem, _, kind = name.rpartition("_")
        file = f"{stem}.{kind}" if kind == "json" else "Modelfile"
        (folder / file).write_text(text)
        model += f'{stem if kind == "json" else "modelfile"} = "{file}"\n'
    (folder / "ftui.toml").write_text(f'[splits]\ntrain = "train.jsonl"\n[model]\n{model}{settings}')
    project = read_project(folder / "ftui.toml")
    return engine.check(
        Dataset.open([folder / "train.jsonl"], project), project, select=["STP"], jobs=1, debug=True
    )


def found(done: Check) -> list[Any]:
    return [each for each in done.whole if each.code == "STP007"]


@pytest.mark.parametrize(
    "stops",
    [
        'PARAMETER stop "### End"',
        "parameter STOP ### End",
        "PARAMETER stop ###",
        'PARAMETER stop """\n### End"""',
    ],
)
def test_a_stop_that_meets_the_marker(tmp_path: Path, stops: str) -> None:
    done = check(tmp_path, "### End", modelfile_=f"{HEAD}PARAMETER stop x\n{stops}\n")
    assert not found(done)
    assert "STP007" not in done.skipped


@pytest.mark.parametrize(
    "stops", ["", 'PARAMETER stop "### Stop"\n', 'PARAMETER stop "End"\n', "# PARAMETER stop ### End\n"]
)
def test_the_line_to_add_is_named_and_added(tmp_path: Path, stops: str) -> None:
    text = f"{HEAD}{stops}SYSTEM Be brief."
    done = check(tmp_path, "### End", modelfile_=text)
    (finding,) = found(done)
    assert (finding.severity, finding.row, done.counts["STP007"]) == ("error", None, 1)
    assert finding.message.endswith('add the line PARAMETER stop "### End"')
    assert finding.fix.safety == "safe"
    plan = project_fixes.plan(done, done.rules)
    (written,) = project_fixes.write(plan.edits, tmp_path)
    assert written.backup is not None
    assert written.backup.read_text() == text
    after = (tmp_path / "Modelfile").read_text()
    assert set(after.splitlines()) - set(text.splitlines()) == {'PARAMETER stop "### End"'}
    again = check(tmp_path, "### End", modelfile_=after)
    assert not found(again)
    assert project_fixes.plan(again, again.rules).edits == ()


def test_a_library_has_stops_of_its_own(tmp_path: Path) -> None:
    (finding,) = found(check(tmp_path, "### End", modelfile_="FROM llama3\n"))
    assert finding.fix.safety == "unsafe"
    done = check(tmp_path, "<|im_end|>", modelfile_="FROM llama3\n")
    assert "library" in done.skipped["STP007"]


def test_an_end_token_needs_no_stop_sequence(tmp_path: Path) -> None:
    assert found(check(tmp_path, "</s>", modelfile_=HEAD))
    write_gguf(tmp_path / "m.gguf", {
        "tokenizer.ggml.model": "llama", "tokenizer.ggml.tokens": ["<unk>", "<s>", "</s>"],
        "tokenizer.ggml.token_type": [CONTROL] * 3, "tokenizer.ggml.eos_token_id": 2,
    })  # fmt: skip
    assert not found(check(tmp_path, "</s>", modelfile_=HEAD))
    assert found(check(tmp_path, "### End", modelfile_=HEAD))


def test_generation_config_and_settings(tmp_path: Path) -> None:
    (finding,) = found(check(tmp_path, "### End", generation_config_json='{"stop_strings": ["x"]}'))
    assert '"stop_strings": ["x", "### End"]' in finding.message
    assert not found(check(tmp_path, "### End", generation_config_json='{"stop_strings": "### End"}'))
    (finding,) = found(check(tmp_path, "### End", '[stop]\nsequences = ["User:"]\n'))
    assert 'sequences = ["User:", "### End"]' in finding.message
    assert not found(check(tmp_path, "### End", '[stop]\nsequences = ["User:", "### End"]\n'))
    # Ollama reads no generation_config.json
    assert not found(
        check(tmp_path, "### End", modelfile_=f"{HEAD}PARAMETER stop ### End\n", generation_config_json="{}")
    )


def test_data_without_a_marker(tmp_path: Path) -> None:
    template = 'TEMPLATE """<|user|>{{ .Prompt }}<|end|>\n<|bot|>{{ .Response }}<|end|>\n"""\n'
    (finding,) = found(check(tmp_path, "", modelfile_=HEAD + template))
    assert 'PARAMETER stop "<|end|>"' in finding.message
    assert not found(check(tmp_path, "", modelfile_=f"{HEAD}{template}PARAMETER stop x\n"))
    assert "no end marker" in check(tmp_path, "", modelfile_=HEAD).skipped["STP007"]


def test_why_it_does_not_run(tmp_path: Path) -> None:
    assert "nothing says where inference stops" in check(tmp_path, "### End").skipped["STP007"]
    assert "no instruction" in check(tmp_path, "### End", modelfile_="NONSENSE\n").skipped["STP007"]
