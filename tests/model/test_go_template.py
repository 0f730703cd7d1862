"""The Go template interpreter against what Go does, and Ollama's own expected renderings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.model import ollama_template
from ftui.model.go_functions import Struct, to_json
from ftui.model.go_template import execute, parsed
from ftui.model.ollama_template import Message
from ftui.project.errors import FtuiError

CONVERSATION = [
    Message("system", "You are a helpful assistant."),
    Message("user", "Hello, how are you?"),
    Message("assistant", "I'm doing great. How can I help you today?"),
    Message("user", "I'd like to show off how chat templating works!"),
]
CASES = {
    "user": slice(1, 2),
    "user-assistant-user": slice(1, None),
    "system-user-assistant-user": slice(None),
}


def run(source: str, **data: object) -> str:
    return execute(parsed(source), data)


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("a  {{- 1 -}}  b", "a1b"),
        ("a {{/* note */ -}} b", "a b"),
        ("a {{- /* note */}} b", "a b"),
        ("{{3 | printf \"%03d\"}}", "003"),
        ('{{ printf "%s\\n%q %5.2f %v%%" "x" "y" 1.5 true }}', 'x\n"y"  1.50 true%'),
        ("{{ if .no }}x{{ else if .yes }}y{{ else }}z{{ end }}", "y"),
        ("{{ with .name }}{{ . }}{{ $.name }}{{ else }}none{{ end }}", "AdaAda"),
        ("{{ range $i, $x := .list }}{{ $i }}{{ $x }} {{ end }}", "0a 1b 2c "),
        ("{{ range .list }}{{ if eq . \"b\" }}{{ continue }}{{ end }}{{ . }}{{ end }}", "ac"),
        ("{{ range .list }}{{ if eq . \"b\" }}{{ break }}{{ end }}{{ . }}{{ end }}", "a"),
        ("{{ range .none }}x{{ else }}empty{{ end }}", "empty"),
        ("{{ range 3 }}{{ . }}{{ end }}", "012"),
        ("{{ range $k, $v := .map }}{{ $k }}={{ $v }};{{ end }}", "a=1;b=2;"),
        ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
        ("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}", "1"),
        ("{{ and .yes .none }}|{{ or .none \"d\" }}|{{ not .yes }}", "<no value>|d|false"),
        ("{{ eq .name \"Bob\" \"Ada\" }} {{ ne 1 2 }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt 1 2 }} {{ ge 2 2 }}",
         "true true true true false true"),
        ("{{ len .list }} {{ index .list 1 }} {{ index .map \"b\" }} {{ len (slice .list 1) }}", "3 b 2 2"),
        ("{{ slice .name 1 2 }}", "d"),
        ("{{ (index .people 0).Name }}", "Eve"),
        ("{{ .missing }} {{ .list }} {{ .map }}", "<no value> [a b c] map[a:1 b:2]"),
        ("{{ json .map }} {{ json .name }}", '{"a":1,"b":2} "Ada"'),
        ("{{ `raw \\n` }}{{ \"\\u00e9\\t\" }}", "raw \\né\t"),
        ("{{- range .list }}\n{{ . }}\n{{- end }}", "\na\nb\nc"),
        ("{{ currentDate }}", "2025-01-02"),
        ("}} {", "}} {"),
    ],
)  # fmt: skip
def test_as_go_has_it(source: str, output: str) -> None:
    data = {
        "name": "Ada", "yes": True, "no": False, "none": None, "list": ["a", "b", "c"], "map": {"b": 2, "a": 1},
        "people": [Struct(Name="Eve")],
    }  # fmt: skip
    assert execute(parsed(source), data, "2025-01-02") == output


def test_json_escapes_as_go_does() -> None:
    assert (
        to_json({"b": "<é & \u2028>", "a": [1, None]})
        == '{"a":[1,null],"b":"\\u003cé \\u0026 \\u2028\\u003e"}'
    )


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("a\n{{ if .x }}", "if"),
        ("{{ end }}", "unexpected"),
        ("{{ .x", "breaks"),
        ("{{/* never closed", "comment"),
        ("{{ nosuch .x }}", "not defined"),
        ("{{ $x }}", "undefined variable"),
        ("{{ .name.first }}", "can't evaluate"),
        ("{{ range .m }}{{ .Nope }}{{ end }}", "can't evaluate field Nope"),
        ("{{ index .l 7 }}", "out of range"),
        ("{{ eq .name 1 }}", "incompatible"),
        ('{{ template "x" }}', "not supported"),
        ("{{ break }}", "outside range"),
        ('{{ "\\x0g" }}', "escape"),
        ("{{ " + "(" * 500 + "1" + ")" * 500 + " }}", "too many"),
        ("{{ if 1 }}" * 500 + "{{ end }}" * 500, "too many"),
    ],
)
def test_what_go_refuses_is_said_and_never_a_traceback(source: str, what: str) -> None:
    with pytest.raises(FtuiError, match=what):
        run(source, name="Ada", m=[Struct(Role="user")], l=[])


@pytest.mark.parametrize(
    "source",
    [
        "{{ range 99999999999 }}{{ end }}",
        "{{ range 99999999 }}{{ range 9999999 }}{{ end }}{{ end }}",
        '{{ $s := "x" }}{{ range 99 }}{{ $s = printf "%s%s" $s $s }}{{ end }}',
        '{{ range 99999999 }}{{ "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" }}{{ end }}',
    ],
)
def test_endless_templates_are_stopped(source: str) -> None:
    with pytest.raises(FtuiError, match="too long"):
        run(source)


def test_every_expected_rendering_of_ollama_byte_for_byte(shared_data: Path) -> None:
    folder = shared_data / "templates" / "ollama"
    seen = 0
    for expected in sorted((folder / "testdata").glob("*.gotmpl/*")):
        template = (folder / expected.parent.name).read_bytes().decode()
        messages = CONVERSATION[CASES[expected.name]]
        assert ollama_template.render(template, messages).encode() == expected.read_bytes(), expected
        seen += 1
    assert seen == 60


LEGACY = (
    "{{ if .System }}<|system|>{{ .System }}\n{{ end }}{{ if .Prompt }}<|user|>{{ .Prompt }}\n{{ end }}"
    "<|bot|>{{ .Response }}{{ if .Response }}</s>{{ end }}\n"
)


def test_templates_of_one_turn_are_run_once_a_turn() -> None:
    assert ollama_template.render(LEGACY, CONVERSATION) == (
        "<|system|>You are a helpful assistant.\n<|user|>Hello, how are you?\n<|bot|>I'm doing great. How can I help "
        "you today?</s>\n<|user|>I'd like to show off how chat templating works!\n<|bot|>"
    )


def test_a_template_without_response_ends_with_it() -> None:
    messages = [Message("user", "a"), Message("assistant", "b"), Message("user", "c")]
    assert ollama_template.render("[{{ .Prompt }}]", messages) == "[a]b[c]"


def test_neighbours_of_one_role_are_joined_but_for_tools() -> None:
    messages = [
        Message(*m) for m in (("user", "a"), ("user", "b"), ("tool", "1"), ("tool", "2"), ("system", "s"))
    ]
    system, together = ollama_template.collate(messages)
    assert system == "s"
    assert together == [Message("user", "a\n\nb"), *messages[2:]]


def test_real_modelfiles_render(shared_data: Path) -> None:
    from ftui.model.modelfile import read_modelfile

    for path in (shared_data / "templates" / "modelfiles").iterdir():
        template = read_modelfile(path).template
        assert template is not None
        prompt = ollama_template.render(template, CONVERSATION)
        assert prompt.endswith("chat templating works!<|im_end|>\n<|im_start|>assistant\n")
        assert prompt.startswith("<|im_start|>system\nYou are a helpful assistant.<|im_end|>")


@given(st.integers(0, len(LEGACY)), st.integers(0, 12), st.text(alphabet='{}- .$()|"`:=aif end0', max_size=9))
def test_a_broken_template_is_refused_and_never_a_traceback(at: int, gone: int, put: str) -> None:
    try:
        shown = ollama_template.render(LEGACY[:at] + put + LEGACY[at + gone :], CONVERSATION)
    except FtuiError as error:
        shown = error.message
    assert isinstance(shown, str)


def test_a_character_constant_of_two_is_a_fault() -> None:
    with pytest.raises(FtuiError, match="'ab' is not one character"):
        parsed("a\n{{ 'ab' }}")


def test_functions_make_no_more_than_fits() -> None:
    widened = '{{$x := "aaaaaaaa"}}{{range 20}}{{$x = print $x $x}}{{end}}{{range 2000}}{{$y := print $x "b"}}{{end}}'
    with pytest.raises(FtuiError, match="too long"):
        execute(parsed(widened), {})


def test_lines_are_counted_across_texts_and_actions() -> None:
    source = "a\n{{- /* two\nlines */ -}}\n{{ if\ntrue }}\n{{ end }}\n\n{{ .Missing.Field }}"
    with pytest.raises(FtuiError, match="line 8"):
        execute(parsed(source), {})
