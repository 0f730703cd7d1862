"""[sampling] and [review] of ftui.toml: what they give, their faults, and the way back."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.project.load import load_project
from ftui.project.load_review import POST_PROCESS, STRATA, is_model_name
from ftui.project.plain import from_plain, to_plain
from ftui.project.settings import Project, Review, ReviewModel, Sampling
from ftui.project.write import render_project, write_project
from ftui.review import prompt
from ftui.review.sampling import post_process

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"


def write(folder: Path, text: str) -> Path:
    config = folder / "ftui.toml"
    config.write_text(text, encoding="utf-8")
    return config


def test_the_page_of_the_settings_is_read_whole(tmp_path: Path) -> None:
    """Every key of these tables stands on the page, and the page's values are right."""
    text = PAGE.read_text(encoding="utf-8")
    written = re.findall(r"^```toml\n(.*?)^```", text, re.M | re.S)[0]
    for name in ("data/train-1.jsonl", "bench/a.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    write(tmp_path, written)
    project = load_project(tmp_path)
    assert project.sampling == Sampling(
        prompts=60,
        per_prompt=2,
        strata=("random", "edge", "held-out"),
        context=4096,
        temperature=0.0,
        top_p=0.95,
        top_k=40,
        min_p=0.05,
        repeat_penalty=1.1,
        seed=7,
        threads=4,
        gpu_layers=-1,
        template="chat",
        grammar=tmp_path / "answer.gbnf",
    )
    assert project.review == Review(
        models=(
            ReviewModel(
                "base",
                gguf=tmp_path / "base.gguf",
                base=True,
                system="Answer in one sentence.",
                shots=tmp_path / "data" / "shots.jsonl",
            ),
            ReviewModel("tuned", gguf=tmp_path / "base.gguf", adapter=tmp_path / "lora.gguf"),
            ReviewModel("served", server="http://localhost:8080/v1", served_as="qwen3:4b"),
        ),
        rubric=("correct", "brief", "safe"),
        edge_cases=tmp_path / "data" / "edge.jsonl",
        post_process=("trim", "strip"),
        success={"acceptance": 0.9, "win_rate": 0.6},
        price_hour=1.2,
    )
    assert from_plain(Project, to_plain(project)) == project
    again = tmp_path / "again"
    again.mkdir()
    tables = {name: tomllib.loads(written)[name] for name in ("sampling", "review")}
    write_project(again / "ftui.toml", render_project(tables))
    copied = load_project(again)
    assert copied.sampling.strata == project.sampling.strata
    assert [model.name for model in copied.review.models] == ["base", "tuned", "served"]


def test_nothing_said(tmp_path: Path) -> None:
    write(tmp_path, "[review]\n[sampling]\n")
    project = load_project(tmp_path)
    assert (project.sampling, project.review) == (Sampling(), Review())
    write(tmp_path, "[review]\npost_process = []\n")
    assert load_project(tmp_path).review.post_process == ()


def test_words_are_those_of_the_rooms_above() -> None:
    assert STRATA == prompt.STRATA
    assert POST_PROCESS == post_process.STEPS


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (
            "[sampling]\ntemprature = 1",
            2,
            "unknown key 'temprature' in [sampling], did you mean 'temperature'",
        ),
        ("[sampling]\ntop_p = 1.5", 2, "sampling.top_p must be a number from 0 to 1, not 1.5"),
        ("[sampling]\ntemperature = nan", 2, "sampling.temperature must be a number"),
        ("[sampling]\ntop_k = 1.0", 2, "sampling.top_k must be a whole number"),
        ("[sampling]\nseed = true", 2, "sampling.seed must be a whole number from 0 to 4294967295"),
        ("[sampling]\ngpu_layers = -2", 2, "sampling.gpu_layers must be a whole number from -1"),
        ("[sampling]\nprompts = 0", 2, "sampling.prompts must be a whole number from 1"),
        ("[sampling]\nstrata = ['edges']", 2, "unknown 'edges' in strata, did you mean 'edge'"),
        ("[sampling]\ntemplate = ''", 2, "sampling.template is empty"),
        ("[sampling]\ngrammar = ''", 2, "grammar names no file"),
        ("[review]\nrubrik = []", 2, "unknown key 'rubrik' in [review], did you mean 'rubric'"),
        ("[review]\nrubric = ['a', 'a']", 2, "review.rubric cannot be scored"),
        ("[review]\npost_process = ['stripp']", 2, "did you mean 'strip'"),
        ("[review.success]\nacceptance = 'high'", 2, "review.success.acceptance must be a number"),
        ("[review.success]\n'Win rate' = 1", 2, "is no metric"),
        ("[review]\nmodels = 'x'", 2, "review.models must be tables"),
        ("[[review.models]]\ngguf = 'a.gguf'", 1, "has no name"),
        ("[[review.models]]\nname = 'a/b'\ngguf = 'a.gguf'", 2, "'a/b' cannot be a model's name"),
        ("[[review.models]]\nname = 'a'", 2, "a needs gguf or server"),
        ("[[review.models]]\nname = 'a'\ngguf = 'a'\nserver = 'b'", 2, "a needs gguf or server"),
        ("[[review.models]]\nname = 'a'\nserver = 'b'\nadapter = 'c'", 4, "a server brings its own adapter"),
        ("[[review.models]]\nname = 'a'\ngguf = 'b'\nserved_as = 'c'", 4, "served_as goes with server"),
        (
            "[[review.models]]\nname = 'a'\ngguf = 'b'\nbase = 1",
            4,
            "review.models.0.base must be true or false",
        ),
        (
            "[[review.models]]\nname = 'a'\ngguf = 'b'\n[[review.models]]\nname = 'a'\ngguf = 'c'",
            5,
            "two models are called 'a'",
        ),
        (
            "[[review.models]]\nname='a'\ngguf='b'\nbase=true\n[[review.models]]\nname='c'\ngguf='d'\nbase=true",
            8,
            "c is marked as a second base",
        ),
    ],
)
def test_faults_name_their_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    write(tmp_path, text)
    with pytest.raises(FtuiError) as caught:
        load_project(tmp_path)
    assert caught.value.message.startswith(f"{tmp_path / 'ftui.toml'} line {line}: ")
    assert said in caught.value.message


@pytest.mark.parametrize("name", ["", " a", "a ", "a/b", "a\\b", ".a", "a\nb", "\x1b[1m", "x" * 61])
def test_no_names(name: str) -> None:
    assert not is_model_name(name)


@pytest.mark.parametrize("name", ["a", "epoch-3", "base + prompt", "qwen3:4b", "Größe"])
def test_names(name: str) -> None:
    assert is_model_name(name)
