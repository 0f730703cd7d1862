"""What the model's files say together, whatever is missing or broken."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ftui.model.generation_config import read_generation_config
from ftui.model.inference import Inference, Limit, Said
from ftui.model.tokenizer_config import read_tokenizer_config
from ftui.project.errors import FtuiError
from ftui.project.settings import Model, Project, Stop, Training


def project(folder: Path, **model: object) -> Project:
    return Project(folder, model=replace(Model(), **model))  # type: ignore[arg-type]


def test_nothing_named() -> None:
    nothing = Inference.of(Project(Path("/nowhere")))
    assert (nothing.stops, nothing.limit, nothing.prompt_template, nothing.training_template) == (
        (),
        None,
        None,
        None,
    )
    assert (nothing.end_tokens, nothing.faults, nothing.tokens) == (frozenset(), {}, {})


def test_stops_and_limit_with_their_sources(tmp_path: Path) -> None:
    (tmp_path / "Modelfile").write_text(
        'FROM ./x.gguf\nPARAMETER stop "a"\nPARAMETER stop "b"\nPARAMETER num_predict 7\n'
    )
    (tmp_path / "generation_config.json").write_text('{"stop_strings": ["c"], "max_new_tokens": 9}')
    files = {"modelfile": tmp_path / "Modelfile", "generation_config": tmp_path / "generation_config.json"}
    told = Inference.of(replace(project(tmp_path, **files), stop=Stop(sequences=("d",))))
    assert told.stops == (
        Said("a", "Modelfile"), Said("b", "Modelfile"), Said("c", "generation_config.json"), Said("d", "ftui.toml"),
    )  # fmt: skip
    assert told.limit == Limit(7, "PARAMETER num_predict of Modelfile")
    assert Inference.of(project(tmp_path, **files, max_tokens=3)).limit == Limit(3, "ftui.toml")
    assert not told.from_library
    files.pop("modelfile")
    assert Inference.of(project(tmp_path, **files)).limit == Limit(9, "generation_config.json")
    assert Inference.of(project(tmp_path, max_tokens=3)).limit == Limit(3, "ftui.toml")


@pytest.mark.parametrize(
    ("base", "library"),
    [
        ("llama3.2", True),
        ("hf.co/a/b:Q4", True),
        ("./m.gguf", False),
        ("/a/m", False),
        ("m.gguf", False),
        ("here", False),
    ],
)
def test_models_of_a_library(tmp_path: Path, base: str, library: bool) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "Modelfile").write_text(f"FROM {base}\n")
    assert Inference.of(project(tmp_path, modelfile=tmp_path / "Modelfile")).from_library is library


def test_a_tokenizer_brings_what_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({
        "bos_token": {"content": "<s>"}, "eos_token": "</s>", "chat_template": [
            {"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}],
        "added_tokens_decoder": {"1": {"content": "</s>", "special": True}, "7": {"content": "<|x|>", "special": True}},
    }))  # fmt: skip
    (tmp_path / "generation_config.json").write_text('{"eos_token_id": [1, 7]}')
    told = Inference.of(project(tmp_path, tokenizer=tmp_path))
    assert told.tokens == {"bos_token": "<s>", "eos_token": "</s>"}
    assert told.transformers_ends == (
        Said("</s>", "generation_config.json"),
        Said("<|x|>", "generation_config.json"),
    )
    assert told.training_template is not None
    assert (told.training_template.text, told.training_template.source) == ("D", "tokenizer_config.json")
    (tmp_path / "chat_template.jinja").write_text("J")
    again = Inference.of(project(tmp_path, tokenizer=tmp_path / "tokenizer.json"))
    assert again.training_template is not None
    assert (again.training_template.text, again.training_template.source) == ("J", "chat_template.jinja")


def test_which_template_training_uses(tmp_path: Path) -> None:
    (tmp_path / "own.jinja").write_text("own")
    (tmp_path / "tokenizer_config.json").write_text('{"chat_template": "tok"}')
    named = project(tmp_path, tokenizer=tmp_path, chat_template=tmp_path / "own.jinja")
    formed = replace(project(tmp_path, tokenizer=tmp_path), training=Training(template="{prompt}{answer}"))
    kinds = [
        Inference.of(each).training_template
        for each in (named, formed, project(tmp_path, tokenizer=tmp_path))
    ]
    assert [each and each.text for each in kinds] == ["own", "{prompt}{answer}", "tok"]


def test_broken_files_are_named_and_hide_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "Modelfile").write_text("FROM ./m.gguf\nPARAMETER stop x\n")
    (tmp_path / "bad.json").write_text("[1")
    (tmp_path / "m.gguf").write_bytes(b"GGUF but no more")
    told = Inference.of(project(
        tmp_path, modelfile=tmp_path / "Modelfile", generation_config=tmp_path / "bad.json",
        tokenizer_config=tmp_path / "bad.json", chat_template=tmp_path / "missing.jinja",
    ))  # fmt: skip
    assert set(told.faults) == {"gguf", "generation_config", "tokenizer_config", "chat_template"}
    assert told.stops == (Said("x", "Modelfile"),)


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00", '{"a": 1e999}x'])
def test_json_that_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.json"
    path.write_text(text)
    for read in (read_generation_config, read_tokenizer_config):
        with pytest.raises(FtuiError, match=r"c\.json"):
            read(path)


def test_values_of_the_wrong_kind_count_as_none(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(
        '{"eos_token_id": "2", "max_new_tokens": true, "max_length": -1, "stop_strings": [3, ""]}'
    )
    read = read_generation_config(path)
    assert (read.eos_ids, read.limit, read.stop_strings) == ((), None, ())
    path.write_text('{"eos_token": 3, "chat_template": [1], "added_tokens_decoder": [{"content": 3}]}')
    config = read_tokenizer_config(path)
    assert (config.eos, config.chat_template, dict(config.added)) == (None, None, {})
