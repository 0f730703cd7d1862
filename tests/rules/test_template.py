"""TPL001 to TPL003 on projects made for them: what is found, what is let pass, and why a rule does not run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset.dataset import Dataset
from ftui.project.load import read_project
from ftui.rules import engine
from ftui.rules.check import Check
from ftui.rules.findings import Located
from tests.model.tiny_gguf import CONTROL, write_gguf

CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
GO = (
    "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n"
)
SYSTEM = {"role": "system", "content": "Be kind."}


def chat(*texts: str, system: bool = False) -> dict[str, Any]:
    turns = [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(texts)]
    return {"messages": [SYSTEM, *turns] if system else turns}


ROWS = [
    *(chat(f"What is word {n}?", f"It is thing {n}, and no other thing.") for n in range(12)),
    *(chat("Hello", f"Hi {n}", "And now?", f"Now it is {n} o'clock.", system=True) for n in range(12)),
]
ALPACA = [
    {"instruction": f"Name {n}.", "input": "", "output": f"The name is {n}, always."} for n in range(12)
]


def check(
    folder: Path, rows: Sequence[Any] = ROWS, settings: str = "", modelfile: str | None = None, **files: str
) -> Check:
    """A project with these files, checked; `chat_template_jinja=` writes chat_template.jinja."""
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    model = ""
    if modelfile is not None:
        (folder / "Modelfile").write_text(modelfile)
        model = 'modelfile = "Modelfile"\n'
    for name, text in files.items():
        stem, _, kind = name.rpartition("_")
        (folder / f"{stem}.{kind}").write_text(text)
        model += f'{stem} = "{stem}.{kind}"\n'
    (folder / "ftui.toml").write_text(f'[splits]\ntrain = "train.jsonl"\n[model]\n{model}{settings}')
    project = read_project(folder / "ftui.toml")
    return engine.check(
        Dataset.open([folder / "train.jsonl"], project), project, select=["TPL"], jobs=1, debug=True
    )


def one(done: Check, code: str) -> Located:
    (found,) = [each for each in done.whole if each.code == code]
    assert done.counts[code] == 1
    return found


def modelfile(template: str, more: str = "") -> str:
    return f'FROM ./m.gguf\nTEMPLATE """{template}"""\n{more}'


def test_the_same_bytes_are_right(tmp_path: Path) -> None:
    done = check(tmp_path, modelfile=modelfile(GO), chat_template_jinja=CHATML)
    assert "TPL001" not in done.counts
    assert "TPL001" not in done.skipped


@pytest.mark.parametrize(
    ("go", "inference", "training"),
    [
        (GO.replace("<|im_end|>\n", "<|im_end|>"), '"<|im_start|>', '"\\n<|im_start|>'),
        (GO.replace("{{ .Role }}\n", "{{ .Role }} \n"), '" \\n', '"\\n'),
        (GO.removesuffix("\n"), "nothing more", '"\\n"'),
        (GO + " ", '" "', "nothing more"),
        ("<<SYS>>" + GO, '"<SYS>>', '"|im_start|>'),
    ],
)
def test_the_first_difference_is_told(tmp_path: Path, go: str, inference: str, training: str) -> None:
    found = one(check(tmp_path, modelfile=modelfile(go), chat_template_jinja=CHATML), "TPL001")
    assert f"inference has {inference}" in found.message
    assert f"training {training}" in found.message
    assert "16 of 16 rows" in found.message
    assert {each["shape"] for each in found.evidence["shapes"]} == {
        "one turn, no system prompt", "several turns, with system prompt",
    }  # fmt: skip
    told = found.evidence["difference"]
    asked, shown = (told[side].replace("…", "").split("▸") for side in ("inference", "training"))
    assert asked[0] == shown[0]
    assert (asked[1][:1], shown[1][:1]) != ("", "")
    assert asked[1][:1] != shown[1][:1]
    assert found.fix is None
    assert len(found.related) == 16


def test_a_difference_in_some_shapes_only(tmp_path: Path) -> None:
    go = GO.replace(
        "<|im_start|>{{ .Role }}", '<|im_start|>{{ if eq .Role "system" }}user{{ else }}{{ .Role }}{{ end }}'
    )
    found = one(check(tmp_path, modelfile=modelfile(go), chat_template_jinja=CHATML), "TPL001")
    assert "8 of 16 rows" in found.message
    assert [each["shape"] for each in found.evidence["shapes"]] == ["several turns, with system prompt"]


def test_a_system_prompt_that_only_inference_has(tmp_path: Path) -> None:
    done = check(tmp_path, modelfile=modelfile(GO, "SYSTEM You are Bob.\n"), chat_template_jinja=CHATML)
    found = one(done, "TPL001")
    assert "8 of 16 rows" in found.message
    assert "You are Bob." in found.evidence["difference"]["inference"]


@pytest.mark.parametrize(
    ("jinja", "go"),
    [
        ("{{ bos_token }}" + CHATML, GO),  # engines add the begin token themselves
        (CHATML.replace("+ m.content", "+ ' ' * (m.role == 'assistant') + m.content"), GO.replace(
            "\n{{ .Content }}", "\n{{ if eq .Role \"assistant\" }} {{ end }}{{ .Content }}")),
        (CHATML.replace("+ m.content", "+ '<think>' * (loop.last and m.role != 'user') + m.content"), GO),
    ],
)  # fmt: skip
def test_what_the_model_or_the_engine_writes_is_let_pass(tmp_path: Path, jinja: str, go: str) -> None:
    config = json.dumps({"bos_token": "<begin>", "chat_template": jinja})
    done = check(tmp_path, modelfile=modelfile(go), tokenizer_config_json=config)
    assert "TPL001" not in done.counts
    assert "TPL001" not in done.skipped


def test_a_format_of_training(tmp_path: Path) -> None:
    settings = '[training]\ntemplate = "### Instruction:\\n{prompt}\\n\\n### Response:\\n{answer}"\n'
    good = "### Instruction:\n{{ .Prompt }}\n\n### Response:\n"
    assert "TPL001" not in check(tmp_path, ALPACA, settings, modelfile(good)).counts
    found = one(check(tmp_path, ALPACA, settings, modelfile(good.replace("\n\n", "\n"))), "TPL001")
    assert found.evidence["training"] == "template under [training]"


def test_rows_that_are_text_already(tmp_path: Path) -> None:
    rows = [{"text": f"### Instruction:\nName {n}.\n\n### Response:\nIt is {n}."} for n in range(9)]
    good = "### Instruction:\n{{ .Prompt }}\n\n### Response:\n"
    done = check(tmp_path, rows, modelfile=modelfile(good))
    assert "TPL001" not in {**done.counts, **done.skipped}
    found = one(check(tmp_path, rows, modelfile=modelfile(good.replace("Response", "Answer"))), "TPL001")
    assert "8 of 8" in found.message
    assert 'inference has "Answer' in found.message
    assert 'training "Response' in found.message
    found = one(check(tmp_path, rows, modelfile=modelfile("Q: {{ .Prompt }}\nA:")), "TPL001")
    assert "character 0" in found.message


def test_a_row_that_a_template_refuses_is_not_judged(tmp_path: Path) -> None:
    strict = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}" + CHATML
    done = check(tmp_path, modelfile=modelfile(GO), chat_template_jinja=strict)
    assert "TPL001" not in {**done.counts, **done.skipped}
    done = check(tmp_path, ROWS[12:], modelfile=modelfile(GO), chat_template_jinja=strict)
    assert "no system" in done.skipped["TPL001"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "no Modelfile with a TEMPLATE"),
        ({"modelfile": modelfile(GO)}, "nothing says how training renders"),
        ({"chat_template_jinja": CHATML}, "only one template is known"),
        ({"modelfile": "FROM llama3\n", "chat_template_jinja": CHATML}, "in a library"),
        ({"modelfile": modelfile("{{ if }}"), "chat_template_jinja": CHATML}, "template, line 1"),
        ({"modelfile": modelfile(GO), "chat_template_jinja": "{% for %}"}, "chat template, line 1"),
        ({"modelfile": "NONSENSE x\n", "chat_template_jinja": CHATML}, "no instruction"),
        ({"modelfile": modelfile(GO), "settings": 'gguf = "missing.gguf"\n'}, "No such file"),
        ({"modelfile": modelfile(GO), "tokenizer_config_json": "{"}, "not JSON"),
    ],
)
def test_why_it_does_not_run(tmp_path: Path, options: dict[str, str], reason: str) -> None:
    done = check(tmp_path, **options)  # type: ignore[arg-type]
    assert reason in done.skipped["TPL001"]
    assert "TPL001" not in done.counts


# End tokens

ENDS = ["<s>", "</s>", "<|im_start|>", "<|im_end|>", "a"]


def gguf(folder: Path, eos: int, tokens: Sequence[str] = ENDS) -> None:
    write_gguf(folder / "m.gguf", {
        "general.architecture": "llama", "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.tokens": list(tokens),
        "tokenizer.ggml.token_type": [CONTROL] * 4 + [1], "tokenizer.ggml.eos_token_id": eos,
        "tokenizer.ggml.bos_token_id": 0,
    })  # fmt: skip


def config(eos: str) -> str:
    added = {str(n): {"content": text, "special": True} for n, text in enumerate(ENDS[:4])}
    return json.dumps({"eos_token": eos, "added_tokens_decoder": added, "chat_template": CHATML})


@pytest.mark.parametrize(
    ("eos", "ids", "severity"),
    [("<|im_end|>", None, None), ("</s>", None, "error"), ("</s>", [1, 3], None), ("<|im_end|>", 1, "error")],
)
def test_where_transformers_ends(tmp_path: Path, eos: str, ids: Any, severity: str | None) -> None:
    files = {"tokenizer_config_json": config(eos)}
    if ids is not None:
        files["generation_config_json"] = json.dumps({"eos_token_id": ids})
    done = check(tmp_path, **files)  # type: ignore[arg-type]
    assert "TPL002" not in done.skipped
    found = [each for each in done.whole if each.code == "TPL002"]
    assert [each.severity for each in found] == ([severity] if severity else [])
    if found:
        assert '"<|im_end|>"' in found[0].message
        assert '"</s>"' in found[0].message


def test_where_a_gguf_ends(tmp_path: Path) -> None:
    gguf(tmp_path, 1, ["<s>", "</s>", "<|user|>", "<|stop|>", "a"])
    jinja = CHATML.replace("<|im_end|>", "<|stop|>")
    found = one(check(tmp_path, modelfile=modelfile(GO), chat_template_jinja=jinja), "TPL002")
    assert found.evidence["end_tokens"] == ["</s>"]
    assert found.severity == "error"
    more = 'PARAMETER stop "<|stop|>"\n'
    found = one(check(tmp_path, modelfile=modelfile(GO, more), chat_template_jinja=jinja), "TPL002")
    assert found.severity == "warning"
    gguf(tmp_path, 1)  # llama.cpp knows <|im_end|> by its name
    assert "TPL002" not in check(tmp_path, modelfile=modelfile(GO), chat_template_jinja=CHATML).counts


def test_the_marker_of_the_data_comes_first(tmp_path: Path) -> None:
    rows = [chat(f"What is {n}?", f"It is {n}.</s>") for n in range(20)]
    assert "TPL002" in check(tmp_path, rows, tokenizer_config_json=config("<|im_end|>")).counts
    assert "TPL002" not in check(tmp_path, rows, tokenizer_config_json=config("</s>")).counts
    rows = [chat(f"What is {n}?", f"It is {n}.\n### End") for n in range(20)]
    done = check(tmp_path, rows, tokenizer_config_json=config("</s>"))
    assert "TPL002" in done.counts  # the template writes <|im_end|> after it
    settings = '[stop]\nsequences = ["### End"]\n'
    done = check(tmp_path, rows, settings, tokenizer_config_json=config("</s>"))
    assert "TPL002" not in {**done.counts, **done.skipped}


def test_a_begin_token_that_opens_each_turn_is_no_difference(tmp_path: Path) -> None:
    held = json.dumps({"bos_token": "<|im_start|>", "chat_template": CHATML})
    assert "TPL001" not in check(tmp_path, modelfile=modelfile(GO), tokenizer_config_json=held).counts
    found = one(check(tmp_path, modelfile=modelfile("x" + GO), tokenizer_config_json=held), "TPL001")
    assert "at character 0 inference has" in found.message


# Limits


@pytest.mark.parametrize(
    "said", ["", "PARAMETER num_predict -1\n", "PARAMETER num_predict -2\n", "PARAMETER num_predict 0\n"]
)
def test_no_limit_is_found_and_mended(tmp_path: Path, said: str) -> None:
    text = modelfile(GO, said + "PARAMETER seed 1\n")
    found = one(check(tmp_path, modelfile=text), "TPL003")
    assert "PARAMETER num_predict 256" in found.message
    assert found.fix is not None
    assert (found.fix.safety, found.fix.kind) == ("unsafe", "project")
    (edit,) = found.fix.files
    assert (edit.path, edit.before) == (str(tmp_path / "Modelfile"), text)
    if said:
        assert edit.after == text.replace(said, "PARAMETER num_predict 256\n")
    else:
        assert edit.after == text + "PARAMETER num_predict 256\n"
    again = check(tmp_path, modelfile=edit.after)
    assert "TPL003" not in {**again.counts, **again.skipped}


def test_limits_that_count(tmp_path: Path) -> None:
    assert "TPL003" not in check(tmp_path, modelfile=modelfile(GO), settings="max_tokens = 9\n").counts
    assert "TPL003" not in check(tmp_path, generation_config_json='{"max_new_tokens": 7}').counts
    found = one(check(tmp_path, generation_config_json="{}"), "TPL003")
    assert '"max_new_tokens": 256' in found.message
    assert not found.fix or not found.fix.files


def test_nothing_says_how_the_model_is_run(tmp_path: Path) -> None:
    assert "nothing says" in check(tmp_path, chat_template_jinja=CHATML).skipped["TPL003"]


def test_the_limit_proposed_fits_the_longest_answer() -> None:
    from ftui.rules.template.inference import proposed_limit

    assert [proposed_limit(n) for n in (0, 384, 385, 3000)] == [256, 256, 512, 2048]


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("APEX160230__Modelfile", {"one turn, with system prompt", "several turns, with system prompt"}),
        (
            "mnkhmtv__model__Modelfile",
            {"several turns, no system prompt", "several turns, with system prompt"},
        ),
        ("QuwsarOhi__Modelfile", {"one turn, no system prompt", "several turns, no system prompt"}),
    ],
)
def test_modelfiles_of_other_people(shared_data: Path, tmp_path: Path, name: str, shapes: set[str]) -> None:
    """No line feed after the system prompt; none between turns; a system prompt of its own where there is none."""
    text = (shared_data / "templates" / "modelfiles" / name).read_text()
    rows = [
        chat(*texts, system=system)
        for texts in (("Hello", "Hi there."), ("Hello", "Hi there.", "And?", "That is all."))
        for system in (False, True)
        for _ in range(3)
    ]
    found = one(check(tmp_path, rows, modelfile=text, chat_template_jinja=CHATML), "TPL001")
    assert {each["shape"] for each in found.evidence["shapes"]} == shapes
