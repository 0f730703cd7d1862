"""Jinja chat templates: as transformers renders them, and what a hostile one cannot do."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import jinja2.ext
import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ftui.model import chat_template
from ftui.model.chat_template import RefusedError, render
from ftui.model.ollama_template import Message
from ftui.model.ollama_template import render as render_go
from ftui.project.errors import FtuiError

CONVERSATION = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": " Hello, how are you? "},
    {"role": "assistant", "content": "I'm doing great."},
    {"role": "user", "content": "I'd like <b>é"},
]
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}


def templates(folder: Path) -> Iterator[str]:
    for path in sorted((folder / "chujiezheng" / "chat_templates").glob("*.jinja")):
        yield path.read_text()
    for line in (folder / "ollama" / "testdata" / "templates.jsonl").read_text().splitlines():
        yield from json.loads(line).values()
    yield from (each["template"] for each in json.loads((folder / "ollama" / "index.json").read_text()))


def reference(source: str, **variables: Any) -> str | None:
    """transformers' own environment, without limits; None where the template refuses."""

    def refuse(message: str) -> None:
        raise jinja2.TemplateError(message)

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols]
    )
    environment.filters["tojson"] = lambda value, **how: json.dumps(value, ensure_ascii=False, **how)
    environment.globals["raise_exception"] = refuse
    environment.globals["strftime_now"] = datetime.datetime(2025, 1, 1).strftime
    try:
        return environment.from_string(source).render(**variables)
    except jinja2.TemplateError:
        return None


def test_every_template_renders_as_in_transformers(shared_data: Path) -> None:
    seen = refused = 0
    for source in templates(shared_data / "templates"):
        for start, prompt in ((0, True), (1, True), (1, False), (0, False)):
            messages = CONVERSATION[start:]
            variables = {
                "messages": messages,
                "tools": None,
                "documents": None,
                "add_generation_prompt": prompt,
            }
            expected = reference(source, **variables, **TOKENS)
            seen += 1
            if expected is None:
                refused += 1
                with pytest.raises(FtuiError):
                    render(source, messages, tokens=TOKENS, add_generation_prompt=prompt)
            else:
                assert render(source, messages, tokens=TOKENS, add_generation_prompt=prompt) == expected
    assert seen > 300
    assert refused < seen / 3


def test_jinja_and_go_write_the_same_chatml(shared_data: Path) -> None:
    folder = shared_data / "templates"
    go = (folder / "ollama" / "chatml.gotmpl").read_text()
    jinja = (
        "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{% endfor %}"
    )
    jinja += "{{ '<|im_start|>assistant\n' }}"
    assert render(jinja, CONVERSATION) == render_go(go, [Message(**m) for m in CONVERSATION])


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("{{ {'b': '<é>', 'a': 1} | tojson }}", '{"b": "<é>", "a": 1}'),
        ("{% for x in [1, 2, 3] %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "13"),
        ("{% for x in [1, 2, 3] if x > 1 %}{{ loop.index }}{{ loop.last }}{% endfor %}", "1False2True"),
        ("{% generation %}a{% endgeneration %}", "a"),
        ("{{ strftime_now('%Y-%m-%d') }}", "2025-01-01"),
        ("a\n  {% if true %}\nb\n  {% endif %}\nc\n", "a\nb\nc"),
        ("{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(1) ~ 'é' }}", "[1]é"),
    ],
)
def test_the_language(source: str, output: str) -> None:
    assert render(source, []) == output


def test_a_refusal_is_told_apart() -> None:
    with pytest.raises(RefusedError, match="roles must alternate"):
        render("{{ raise_exception('roles must alternate') }}", [])


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}", "{{ messages.append(1) }}", "{% if %}", "{{ a.b.c }}", "{{ 1 / 0 }}",
        "{{ '%d' % 'x' }}", "{% include 'x' %}", "{{ 'a' * 10 ** 9 }}", "{{ '%*d' % (10 ** 9, 1) }}",
        "{{ [[1]]|tojson(indent=10 ** 8) }}", "{{ [1, 2]|tojson(separators=('a' * 99, ':')) }}",
        "{{ 'a'.ljust(10 ** 9) }}",
        "{{ '%999999999d' % 1 }}", "{{ '{:>999999999}'.format(1) }}", "{{ 'a'|center(999999999) }}",
        "{{ 9 ** 9 ** 9 }}", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% set n = namespace(s='a') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
        "{% set n = namespace(s='a') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
        "{% set n = namespace(l=[]) %}{% for i in range(9999) %}{% set n.l = n.l + ['a' * 7999999] %}{% endfor %}",
        "{{ range(99999)|list|join('a' * 9999) }}", "{{ (['a' * 9999999] * 9999)|join }}",
        "{{ ('a' * 9999).replace('a', 'b' * 9999) }}",
    ],
)  # fmt: skip
def test_hostile_templates_are_refused(source: str) -> None:
    with pytest.raises(FtuiError):
        render(source, [{"role": "user", "content": "x"}])


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% for i in range(99999) if range(99999)|list|sum %}{% endfor %}",
    ],
)
def test_endless_templates_are_stopped(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_template, "MOST_SECONDS", 0.2)
    with pytest.raises(FtuiError, match="too long"):
        render(source, [])
