"""Which models a review samples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.project.settings import Model, Project, Review, ReviewModel
from ftui.review.sampling.model_spec import inference_of, read_spec, resolve, server_address


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("a.gguf", "b.gguf", "lora.gguf", "a+b.gguf", "shots.jsonl"):
        (tmp_path / name).write_bytes(b"GGUF")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_files_adapters_and_servers(folder: Path) -> None:
    models = resolve(
        Project(folder),
        [
            "base=a.gguf",
            "tuned=a.gguf+lora.gguf",
            "served=http://localhost:8080/v1/#qwen3:4b",
            "odd=a+b.gguf",
        ],
        ["base=Answer = briefly."],
        ["base=shots.jsonl"],
    )
    assert models == [
        ReviewModel(
            "base",
            gguf=folder / "a.gguf",
            base=True,
            system="Answer = briefly.",
            shots=folder / "shots.jsonl",
        ),
        ReviewModel("tuned", gguf=folder / "a.gguf", adapter=folder / "lora.gguf"),
        ReviewModel("served", server="http://localhost:8080/v1", served_as="qwen3:4b"),
        ReviewModel("odd", gguf=folder / "a+b.gguf"),
    ]


def test_names_that_nobody_gave(folder: Path) -> None:
    assert read_spec("a.gguf").name == "a"
    assert read_spec("a.gguf+lora.gguf").name == "lora"
    assert read_spec("http://[::1]:8080").name == "[::1]:8080"
    assert read_spec(str(folder / "b.gguf")).gguf == folder / "b.gguf"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("x=none.gguf", "no such file"),
        ("x=a.gguf+none.gguf", "none.gguf: no such file"),
        ("x=", "names no model"),
        ("a\tb=a.gguf", "cannot be a model's name"),
        ("x=http://", "no address"),
        ("x=http://me:secret@host/v1", "must not hold a password"),
        ("x=http://host:99999/v1", "no address"),
        ("x=http://host/v1?key=1", "only scheme"),
        ("x" * 61 + "=a.gguf", "cannot be a model's name"),
    ],
)
def test_faults(folder: Path, given: str, message: str) -> None:
    with pytest.raises(FtuiError, match=message) as caught:
        resolve(Project(folder), [given])
    assert "secret" not in caught.value.message


def test_addresses() -> None:
    assert server_address("https://host") == "https://host/v1"
    assert server_address("http://host:0080/openai/v1/") == "http://host:80/openai/v1"
    with pytest.raises(FtuiError, match="no address"):
        server_address("ftp://host/v1")


def test_names_are_there_once_and_known(folder: Path) -> None:
    with pytest.raises(FtuiError, match="two models are called 'x'"):
        resolve(Project(folder), ["x=a.gguf", "x=b.gguf"])
    with pytest.raises(FtuiError, match="did you mean 'tuned'"):
        resolve(Project(folder), ["tuned=a.gguf"], ["tuend=Be brief."])
    with pytest.raises(FtuiError, match="has no name in front"):
        resolve(Project(folder), ["tuned=a.gguf"], ["Be brief."])


def test_one_base(folder: Path) -> None:
    review = Review(
        models=(
            ReviewModel("base", Path("a")),
            ReviewModel("x", Path("b"), base=True),
            ReviewModel("y", Path("c")),
        )
    )
    project = replace(Project(folder), review=review)
    assert [model.base for model in resolve(project, [])] == [False, True, False]
    assert [model.base for model in resolve(Project(folder), ["t=a.gguf", "Base=b.gguf"])] == [False, True]
    assert [model.base for model in resolve(Project(folder), ["t=a.gguf"])] == [False]


def test_the_project_s_own(folder: Path) -> None:
    with pytest.raises(FtuiError, match="no model is named"):
        resolve(Project(folder), [])
    gguf = Project(folder, model=Model(gguf=folder / "a.gguf"))
    assert resolve(gguf, []) == [ReviewModel("tuned", gguf=folder / "a.gguf")]
    modelfile = folder / "Modelfile"
    modelfile.write_text("FROM ./a.gguf\nADAPTER lora.gguf\n")
    assert resolve(Project(folder, model=Model(modelfile=modelfile)), []) == [
        ReviewModel("base", gguf=folder / "a.gguf", base=True),
        ReviewModel("tuned", gguf=folder / "a.gguf", adapter=folder / "lora.gguf"),
    ]
    modelfile.write_text("FROM llama3\n")
    with pytest.raises(FtuiError, match="names no GGUF file"):
        resolve(Project(folder, model=Model(modelfile=modelfile)), [])


def test_the_model_s_own_header_counts(folder: Path) -> None:
    project = Project(folder, model=Model(gguf=folder / "b.gguf"))
    assert (
        inference_of(project, ReviewModel("x", gguf=folder / "a.gguf")).project.model.gguf
        == folder / "a.gguf"
    )
    assert (
        inference_of(project, ReviewModel("x", server="http://h/v1")).project.model.gguf == folder / "b.gguf"
    )


def test_the_base_under_another_prompt_keeps_to_the_base_s_template(tmp_path: Path) -> None:
    """Else "is prompting enough?" would be answered with another template as well."""
    for name in ("a.gguf", "b.gguf", "lora.gguf"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "link.gguf").symlink_to(tmp_path / "a.gguf")
    files = {"base": "a.gguf", "prompted": "link.gguf", "lora": "a.gguf+lora.gguf", "merged": "b.gguf"}
    given = [f"{name}={tmp_path}/{file}".replace("+", f"+{tmp_path}/") for name, file in files.items()]
    made = resolve(Project(tmp_path), given, ["prompted=Short."])
    assert [each.same_as_base for each in made] == [False, True, False, False]
