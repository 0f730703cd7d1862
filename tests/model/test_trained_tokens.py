"""Which characters and tokens of a rendered row are trained on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.model import tokenizer, trained_tokens
from ftui.model.trained_tokens import Rendered, Template, Turn
from ftui.project.errors import FtuiError
from ftui.project.settings import Model, Project, Training
from tests.model.tiny_gguf import TEMPLATE, bpe_model, write_gguf

CHAT = Template("chat", TEMPLATE)


def parts(rendered: Rendered) -> list[str]:
    return [rendered.text[span.start : span.end] for span in rendered.spans if span.trained]


def test_spans_cover_the_whole_text() -> None:
    turns = [Turn("system", "Be brief."), Turn("user", "a"), Turn("assistant", "ass"), Turn("user", "b")]
    rendered = trained_tokens.render([*turns, Turn("assistant", "a\n### End")], CHAT)
    assert parts(rendered) == ["ass<|im_end|>", "a\n### End<|im_end|>"]
    assert "".join(rendered.text[span.start : span.end] for span in rendered.spans) == rendered.text
    assert rendered.text[rendered.last_answer :].startswith("a\n### End")


def test_a_template_that_strips_messages() -> None:
    stripping = TEMPLATE.replace("message['content']", "message['content'] | trim")
    rendered = trained_tokens.render(
        [Turn("user", "q"), Turn("assistant", " yes \n")], Template("chat", stripping)
    )
    assert parts(rendered) == ["yes<|im_end|>"]


def test_text_behind_the_answer_that_is_its_end() -> None:
    source = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}### End"
    rendered = trained_tokens.render([Turn("user", "q"), Turn("assistant", "yes")], Template("chat", source))
    assert parts(rendered) == ["yes\n### End"]


def test_the_template_of_training() -> None:
    template = Template("training", "{system}\n### Q\n{prompt}\n### A\n{answer}</s>\n")
    turns = [
        Turn("system", "s"),
        Turn("user", "q"),
        Turn("assistant", "1"),
        Turn("user", "r"),
        Turn("assistant", "2"),
    ]
    rendered = trained_tokens.render(turns, template)
    assert rendered.text == "s\n### Q\nq\n1\nr\n### A\n2</s>\n"
    assert parts(rendered) == ["2</s>"]


def test_without_a_template_the_texts_stand_one_after_the_other() -> None:
    rendered = trained_tokens.render(
        [Turn("user", "q"), Turn("chosen", "a"), Turn("rejected", "b")], Template("none")
    )
    assert (rendered.text, parts(rendered)) == ("q\na", ["a"])
    assert trained_tokens.render([Turn("user", "q")], Template("none")).last_answer == 1


def test_a_template_that_refuses() -> None:
    with pytest.raises(FtuiError):
        trained_tokens.render([Turn("user", "q")], Template("chat", "{{ raise_exception('no') }}"))


def test_which_template_is_found(tmp_path: Path) -> None:
    gguf = write_gguf(tmp_path / "m.gguf", bpe_model())
    found = trained_tokens.find(Project(tmp_path, model=Model(gguf=gguf)))
    assert (found.kind, found.source) == ("chat", TEMPLATE)
    assert ("eos_token", "<|im_end|>") in found.tokens
    said = Project(tmp_path, model=Model(gguf=gguf), training=Training(template="{prompt}{answer}"))
    assert trained_tokens.find(said).kind == "training"
    (tmp_path / "t.jinja").write_text("{{ messages }}")
    own = Project(tmp_path, model=Model(gguf=gguf, chat_template=tmp_path / "t.jinja"))
    assert trained_tokens.find(own).source == "{{ messages }}"
    assert trained_tokens.find(Project(tmp_path)).kind == "none"


def test_tokens_are_trained_with_their_spans(tmp_path: Path) -> None:
    gguf = write_gguf(tmp_path / "m.gguf", bpe_model())
    recipe = tokenizer.find(Model(gguf=gguf))
    rendered = trained_tokens.render([Turn("user", "the"), Turn("assistant", "and the")], CHAT)
    tokens = trained_tokens.tokens(rendered, recipe)
    assert [token.text for token in tokens if token.trained] == ["and", "Ġthe", "<|im_end|>"]
    assert tokens[0].text == "<|im_start|>"
    assert trained_tokens.tokens(rendered, tokenizer.ESTIMATE) == []
