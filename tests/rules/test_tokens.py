"""Family TOK: special tokens in texts, two tokens for one purpose, tokens that are wasted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Model, Project
from ftui.rules import engine
from ftui.rules.check import Check
from tests.model.tiny_gguf import CONTROL, bpe_model, write_gguf
from tests.rules.checked_files import ask, assert_explained, found, mended_text, rows_of

GOOD = [ask(f"Name river number {n}.", f"It is river {n}, which is long.") for n in range(12)]


def check(folder: Path, rows: list[Any], select: str = "TOK", **settings: Any) -> Check:
    path = folder / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    project = replace(Project(folder), **settings)
    done = engine.check(Dataset.open([path], project), project, select=[select], jobs=1, debug=True)
    assert_explained(done)
    return done


def chat(*turns: str) -> dict[str, Any]:
    roles = ("user", "assistant") * len(turns)
    return {"messages": [{"role": role, "content": text} for role, text in zip(roles, turns, strict=False)]}


@pytest.mark.parametrize(
    ("row", "field", "token", "fixed"),
    [
        (ask("Name three rivers.</s>", "Po."), "instruction", "</s>", "Name three rivers."),
        (ask("<s>Name a river.", "Po."), "instruction", "<s>", "Name a river."),
        (ask("<s> Name a river.</s>", "Po."), "instruction", "<s>", None),
        (ask("Name three rivers.", "Rhine,<|endoftext|> Po."), "output", "<|endoftext|>", "Rhine, Po."),
        (ask("Hello.", "Hi.<|im_end|>\nAnd more of it."), "output", "<|im_end|>", "Hi.\nAnd more of it."),
        (ask("Name it.<|eot_id|> Now.", "Po."), "instruction", "<|eot_id|>", "Name it. Now."),
        (ask("A word <unk> here?", "Po."), "instruction", "<unk>", "A word  here?"),
        (ask("Say it [/INST] now", "Po."), "instruction", "[/INST]", None),
        (
            ask("Weiter<｜end▁of▁sentence｜> bitte", "Po."),
            "instruction",
            "<｜end▁of▁sentence｜>",
            "Weiter bitte",
        ),
    ],
)
def test_special_tokens_in_text(tmp_path: Path, row: Any, field: str, token: str, fixed: str | None) -> None:
    done = check(tmp_path, [*GOOD, row])
    assert rows_of(done, "TOK001") == [12]
    first = next(each for each in done.inspect(0, 12) if each.code == "TOK001")
    text = row[field]
    assert (first.field, text[first.start : first.end], first.severity) == (field, token, "warning")
    if fixed is not None:
        assert first.fix is not None
        assert (first.fix.safety, mended_text(text, first.fix.edits)) == ("unsafe", fixed)


@pytest.mark.parametrize(
    "row",
    [
        ask("What does the token </s> mean?", "It ends a sequence: </s> stands last."),
        ask("How does ChatML mark turns?", "A turn ends with <|im_end|> and a line break."),
        ask("Show me a loop.", "```python\nprint('<|endoftext|>')\n```"),
        ask("What stands there?", "It says `<|im_end|>` there."),
        ask("What stands there?", 'It says "</s>" there.'),
        ask("Was ist durchgestrichen?", "Der Preis: <s>20 Euro</s> 15 Euro."),
        ask("Repair this.", "<p>Old <s>price</p>"),
        ask("Name a river.", "The Po.</s>"),
        ask("Name a river.", "The Po.<|im_end|>\n<|endoftext|>\n"),
        ask("Name a river <|IM_END|> now", "The < S > and [inst] and <|im end|>."),
        ask("<|im_start|>user\nName a river.", "Po."),
        ask("[INST] Name a river. [/INST]", "Po."),
        {"text": "<s>[INST] Name a river. [/INST] Po.</s><s>[INST] Another. [/INST]"},
        {"chosen": "\n\nHuman: a</s> b\n\nAssistant: c", "rejected": "\n\nHuman: a</s> b\n\nAssistant: d"},
    ],
)
def test_what_is_no_special_token_in_text(tmp_path: Path, row: Any) -> None:
    assert check(tmp_path, [row]).hits == [{}]


def test_what_the_data_does_by_habit_is_its_template(tmp_path: Path) -> None:
    rows = [ask(f"Name river {n}.</s>", "Po.") for n in range(12)]
    assert check(tmp_path, rows).hits == [{}]
    assert rows_of(check(tmp_path, [*rows[:8], *GOOD]), "TOK001") == [*range(8)]


def test_the_marker_and_stop_sequences_of_an_answer_are_judged_elsewhere(tmp_path: Path) -> None:
    rows = [ask(f"Name river {n}.", f"River {n}.<|im_end|>") for n in range(12)]
    rows.append(ask("Name a river.", "The<|im_end|> Po.<|im_end|>"))
    done = check(tmp_path, rows, "TOK,STP")
    assert "TOK001" not in done.hits[0]
    assert rows_of(done, "STP005") == [12] or rows_of(done, "STP003") == [12]


def test_control_tokens_of_the_own_model(tmp_path: Path) -> None:
    values = bpe_model()
    extra = ["<|custom_turn|>", "<filename>", "<tool_call>"]
    values["tokenizer.ggml.tokens"] += extra
    values["tokenizer.ggml.token_type"] += [CONTROL] * 3
    model = Model(gguf=write_gguf(tmp_path / "m.gguf", values))
    rows = [
        *GOOD,
        ask("Go <|custom_turn|> on", "Yes."),
        ask("git add <filename> does what?", "It adds."),
        ask("Call it", "<tool_call>f</tool_call>"),
        ask("Wait<|im_end|> here", "Yes."),
    ]
    done = check(tmp_path, rows, model=model)
    assert rows_of(done, "TOK001") == [12, 13, 15]
    assert [found(done, row, "TOK001").severity for row in (12, 13, 15)] == ["error", "info", "error"]
    assert rows_of(check(tmp_path, rows), "TOK001") == [15]


def thought(n: int, tag: str = "think") -> dict[str, Any]:
    return ask(f"What is {n} and {n}?", f"<{tag}>Add them.</{tag}>\nIt is {2 * n}.")


def test_rows_with_another_token_for_the_same_purpose(tmp_path: Path) -> None:
    rows = [thought(n) for n in range(12)] + [thought(50, "thinking")]
    done = check(tmp_path, rows)
    assert rows_of(done, "TOK002") == [12]
    finding = found(done, 12, "TOK002")
    assert finding.fix is not None
    assert mended_text(rows[12]["output"], finding.fix.edits) == "<think>Add them.</think>\nIt is 100."
    assert done.whole == []


@pytest.mark.parametrize(
    ("usual", "odd"),
    [
        (lambda n: {"text": f"Story {n} ends.<|endoftext|>"}, {"text": "Another story ends.</s>"}),
        (lambda n: ask(f"<s>Name {n}.", "Po."), ask("<|begin_of_text|>Name it.", "Po.")),
        (lambda n: ask(f"Look at {n}.\n<image>", "A."), ask("[IMG]\nLook at it.", "B.")),
        (lambda n: ask(f"Call {n}.", "<tool_call>{}</tool_call>"), ask("Call.", "<functioncall>{}")),
    ],
)
def test_purposes(tmp_path: Path, usual: Any, odd: Any) -> None:
    done = check(tmp_path, [*(usual(n) for n in range(12)), odd], "TOK002")
    assert rows_of(done, "TOK002") == [12]
    assert check(tmp_path, [usual(n) for n in range(12)], "TOK002").counts == {}
    assert check(tmp_path, [*(usual(n) for n in range(5)), odd], "TOK002").counts == {}


def test_without_a_majority_the_data_as_a_whole_is_in_question(tmp_path: Path) -> None:
    rows = [thought(n) for n in range(8)] + [thought(n, "thinking") for n in range(8, 16)]
    done = check(tmp_path, rows)
    assert done.hits == [{}]
    (question,) = done.whole
    assert (question.code, question.evidence["purpose"]) == ("TOK002", "thoughts")
    assert "50% <think>" in question.message


TABLE = [{"name": f"pen number {n}", "price": n * 1.5, "in_stock": n % 2 == 0} for n in range(8)]


def test_a_json_table_in_a_prompt(tmp_path: Path) -> None:
    prompt = f"Which is cheapest? {json.dumps(TABLE)} Say why."
    done = check(tmp_path, [*GOOD, ask(prompt, "Number 0.")], token_price=2.0)
    finding = found(done, 12, "TOK003")
    assert finding.severity == "info"
    assert "estimate" in finding.message
    assert finding.evidence["saved_per_million_rows"] == finding.evidence["saved"] * 2.0
    assert finding.fix is not None
    mended = mended_text(prompt, finding.fix.edits)
    assert mended.startswith("Which is cheapest? \n[8]{name,price,in_stock}:\n  pen number 0,0")
    assert mended.endswith("\n Say why.")
    assert check(tmp_path, [ask(mended, "Number 0.")]).counts == {}


def test_a_fenced_table_keeps_its_fence(tmp_path: Path) -> None:
    prompt = f"Which is cheapest?\n```json\n{json.dumps({'pens': TABLE}, indent=1)}\n```\nSay why."
    finding = found(check(tmp_path, [ask(prompt, "Number 0.")]), 0, "TOK003")
    assert finding.fix is not None
    mended = mended_text(prompt, finding.fix.edits)
    assert "```toon\npens[8]{name,price,in_stock}:" in mended
    assert mended.endswith("7,10.5,false\n```\nSay why.")


@pytest.mark.parametrize(
    "row",
    [
        ask("Turn this JSON into YAML: " + json.dumps(TABLE), "- name: pen"),
        ask("Filter: " + json.dumps(TABLE), json.dumps(TABLE[:1])),
        ask("Which? " + json.dumps(TABLE[:2]), "The first."),
        ask("Which? " + json.dumps([{"a": [1]}, {"a": [2]}, {"a": [3]}] * 9), "The first."),
        ask("Which? " + json.dumps([{"a": 1, "b": 2}, {"a": 1}, {"b": 1}] * 9), "The first."),
        ask("```python\nrows = " + json.dumps(TABLE) + "\n```\nWhat is it?", "A list."),
        ask("Which? " + json.dumps(TABLE)[:-3], "The first."),
        ask('Which? [{"a": 1, "a": 2}, {"a": 1, "a": 2}, {"a": 1, "a": 2}]' * 9, "The first."),
    ],
)
def test_tables_that_are_left_alone(tmp_path: Path, row: Any) -> None:
    assert check(tmp_path, [row], "TOK003").counts == {}


def test_runs_of_blanks(tmp_path: Path) -> None:
    text = "First part.          Second part.\n\n\n\n\n  - third"
    finding = found(check(tmp_path, [ask("Say it.", text)]), 0, "TOK003")
    assert finding.fix is not None
    assert mended_text(text, finding.fix.edits) == "First part. Second part.\n\n  - third"


@pytest.mark.parametrize(
    "text",
    [
        "Name          Price\nInk           4\nPen           2",
        "```\na          b\n\n\n\n\nc\n```",
        "One.\n\n\nTwo.",
        "            indented as a poem\nand more",
        "x = {1,          2}",
        "a | b          c\nd | e",
    ],
)
def test_blanks_with_a_purpose(tmp_path: Path, text: str) -> None:
    assert check(tmp_path, [ask("Say it.", text)]).counts == {}


def test_indented_json_answers(tmp_path: Path) -> None:
    answer = json.dumps({"pens": TABLE, "note": "two  blanks\n", "n": 1.50}, indent=4).replace(
        "1.5,", "1.50,"
    )
    finding = found(check(tmp_path, [ask("Give me the pens.", answer + "\n")]), 0, "TOK003")
    assert finding.fix is not None
    mended = mended_text(answer + "\n", finding.fix.edits)
    assert json.loads(mended) == json.loads(answer)
    assert '"two  blanks\\n"' in mended
    assert "1.50" in mended
    for quiet in (ask("Give me readable JSON.", answer), ask("Give me the pens.", f"Here:\n{answer}")):
        assert check(tmp_path, [quiet]).counts == {}


def test_one_long_system_prompt_in_every_row(tmp_path: Path) -> None:
    system = "You are careful. " * 60
    rows = [
        {"messages": [{"role": "system", "content": system}, *chat("q?", f"a{n}")["messages"]]}
        for n in range(12)
    ]
    (remark,) = check(tmp_path, rows).whole
    assert (remark.code, remark.severity, remark.evidence["rows"]) == ("TOK003", "info", 12)
    assert check(tmp_path, rows[:9]).whole == []
    assert check(tmp_path, [*rows, *(chat("q?", f"b{n}") for n in range(13))]).whole == []


def test_an_exact_tokenizer_is_named(tmp_path: Path) -> None:
    model = Model(gguf=write_gguf(tmp_path / "m.gguf", bpe_model()))
    finding = found(check(tmp_path, [ask("Which? " + json.dumps(TABLE), "A.")], model=model), 0, "TOK003")
    assert finding.evidence["tokenizer"] == "tiny (GGUF, smollm)"


def test_real_chats_are_quiet(shared_data: Path) -> None:
    for name in ("chat/oasst_en_100_message.jsonl", "preference/hh_rlhf_60.jsonl", "banking77/test.csv"):
        project = Project(shared_data)
        done = engine.check(
            Dataset.open([shared_data / name], project), project, select=["TOK"], jobs=1, debug=True
        )
        assert sum(done.counts.values()) <= 1, name


PARTS = [
    "word ", "</s>", "<s>", "<|im_end|>", "<think>", "<thinking>", "<image>", "[IMG]", "\n", "\n \n",
    "  \n   \n \n", " " * 9, "```", "`", '"', "token", "<tool_call>", "<functioncall>", json.dumps(TABLE), "{\n",
    "[\n\n\n\n1]", "\r\n",
]  # fmt: skip
PIECES = st.lists(st.sampled_from(PARTS), max_size=6).map("".join)


@given(texts=st.lists(st.tuples(PIECES, PIECES), min_size=12, max_size=14))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_vectorised_half_misses_nothing(tmp_path: Path, texts: list[tuple[str, str]]) -> None:
    check(tmp_path, [ask(prompt, answer) for prompt, answer in texts])


@given(text=PIECES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_fixes_are_made_once(tmp_path: Path, text: str) -> None:
    """What a fix of TOK003 wrote has nothing more of that kind to fix."""
    row = ask("Say it.", text)
    for finding in check(tmp_path, [row], "TOK003").inspect(0, 0):
        if finding.evidence["kind"] == "blanks" and finding.fix is not None:
            mended = ask("Say it.", mended_text(text, finding.fix.edits))
            again = check(tmp_path, [mended], "TOK003").inspect(0, 0)
            assert not [each for each in again if each.evidence["kind"] == "blanks"]
