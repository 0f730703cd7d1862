"""Layouts on rows made for them: texts with their paths, what is found, what is edited."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftui.dataset import field_path
from ftui.dataset.layouts import LAYOUT_NAMES, find_layout
from ftui.project.errors import FtuiError

MESSAGES = {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]}
SHAREGPT = {"conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "ho"}]}
SHAPES: list[tuple[str, Any]] = [
    ("alpaca", {"instruction": "a", "input": "", "output": "b"}),
    ("alpaca", {"instruction": "a", "input": "i", "response": "b", "example_input": ""}),
    ("alpaca", {"instruction": "a", "context": "c", "response": "b", "category": "open_qa"}),
    ("prompt-completion", {"prompt": "a", "completion": " b"}),
    ("question-answer", {"question": "a", "answer": "b"}),
    ("messages", MESSAGES),
    ("sharegpt", SHAREGPT),
    ("sharegpt", {"conversation": MESSAGES["messages"]}),
    ("preference", {"prompt": "a", "chosen": "b", "rejected": "c"}),
    ("kto", {**MESSAGES, "label": True}),
    ("kto", {"prompt": "a", "completion": "b", "label": False}),
    ("classification", {"text": "a", "label": "b"}),
    ("classification", {"text": "a", "category": "b"}),
    ("classification", ["a", "b"]),
    ("text", {"text": "a"}),
    ("columns", {"task_id": "1", "prompt": "a", "canonical_solution": "b"}),
    ("columns", {"anything": "x"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), SHAPES)
def test_layout_is_found_and_reads_its_own_row(name: str, value: Any) -> None:
    layout = find_layout([value] * 3)
    example = layout.example(value)
    assert (layout.name, example.layout, example.problems) == (name, name, ())


@pytest.mark.parametrize("value", [{}, [], {"anything": 1}, {"ids": [1, 2]}])
def test_a_row_without_any_text_is_named(value: Any) -> None:
    (problem,) = find_layout([value] * 3).example(value).problems
    assert (problem.code, problem.message) == ("FMT003", "there is no text in the row")


@pytest.mark.parametrize(("name", "value"), SHAPES)
def test_every_text_stands_at_its_path(name: str, value: Any) -> None:
    for text in find_layout([value]).example(value).texts:
        assert field_path.get(value, text.field) == text.text


@pytest.mark.parametrize("name", LAYOUT_NAMES)
def test_template_is_a_row_of_its_layout(name: str) -> None:
    layout = pickle.loads(pickle.dumps(find_layout([], forced=name)))  # noqa: S301 - our own bytes
    codes = {problem.code for problem in layout.example(layout.template()).problems}
    assert layout.name == name
    assert not codes


def test_detection_survives_odd_rows() -> None:
    rows = [{"instruction": "a", "output": "b"}] * 8 + [MESSAGES, {}, [1], {"x": 1}]
    assert find_layout(rows).name == "alpaca"
    assert find_layout([]).name == "columns"
    assert find_layout([MESSAGES, SHAREGPT, {"a": 1}, {"b": 2}, {"c": 3}]).name == "columns"


def test_answer_key_is_the_one_of_most_rows() -> None:
    rows = [{"instruction": "a", "response": "b"}] * 5 + [{"instruction": "a", "output": "b"}]
    layout = find_layout(rows)
    odd = layout.example(rows[-1])
    assert (odd.answer, odd.texts[1].field) == ("b", "output")
    assert [(p.code, p.field) for p in odd.problems] == [("FMT002", "output")]


def test_a_row_of_another_layout_is_read_and_named() -> None:
    layout = find_layout([MESSAGES])
    example = layout.example({"instruction": "a", "input": "", "output": "b"})
    assert (example.prompt, example.answer, example.layout) == ("a", "b", "messages")
    assert [p.code for p in example.problems] == ["FMT002"]
    assert "alpaca" in example.problems[0].message


@pytest.mark.parametrize(
    ("value", "code", "field"),
    [
        ({"instruction": "a", "input": ""}, "FMT003", "output"),
        ({"input": "", "output": "b"}, "FMT003", "instruction"),
        ({"instruction": "a", "output": 3}, "FMT003", "output"),
        ({"instruction": "a", "input": ["x"], "output": "b"}, "FMT003", "input"),
        ({"instruction": "a", "output": None}, "FMT005", "output"),
        ({"instruction": None, "output": "b"}, "FMT004", "instruction"),
        ({"something": "else"}, "FMT003", "instruction"),
        ({"id": 1, "text": "alone"}, "FMT003", "instruction"),
        (["a", "b", "c"], "FMT003", "instruction"),
    ],
)
def test_alpaca_faults(value: Any, code: str, field: str) -> None:
    problems = find_layout([], forced="alpaca").example(value).problems
    assert [(p.code, p.field) for p in problems] == [(code, field)]


def test_alpaca_system_and_history() -> None:
    value = {
        "system": "be kind", "instruction": "c", "input": "d", "output": "e", "history": [["a", "b"]],
    }  # fmt: skip
    example = find_layout([value]).example(value)
    assert [t.field for t in example.texts] == [
        "system", "history[0][0]", "history[0][1]", "instruction", "input", "output",
    ]  # fmt: skip
    assert (example.system, example.prompt, example.answer) == ("be kind", "a\nc\nd", "b\ne")


def test_prompt_and_completion_may_be_message_lists() -> None:
    value = {
        "prompt": [{"role": "user", "content": "a"}],
        "completion": [{"role": "assistant", "content": "b"}],
    }
    example = find_layout([value]).example(value)
    assert (example.prompt, example.answer, example.problems) == ("a", "b", ())
    assert example.texts[1].field == "completion[0].content"


def test_classification_labels() -> None:
    rows = find_layout([["t", "l"]])
    assert (rows.label_field, rows.example(["t", "l"]).label) == ("[1]", "l")
    assert [p.code for p in rows.example(["t"]).problems] == ["FMT003"]
    keyed = find_layout([{"text": "t", "category": "l"}])
    assert keyed.label_field == "category"
    assert keyed.example({"text": "t", "category": 3}).label == "3"
    assert [p.code for p in keyed.example({"text": "t", "category": None}).problems] == ["FMT005"]
    assert keyed.example({"text": "t", "category": ["a", "b"]}).label == "a, b"


def test_hh_rlhf_transcripts() -> None:
    chosen = "\n\nHuman: one\n\nAssistant: two\n\nHuman: three\n\nAssistant: four"
    value = {"chosen": chosen, "rejected": chosen.replace("four", "five")}
    example = find_layout([value]).example(value)
    assert (example.prompt, example.answer, example.problems) == ("one\nthree", "four", ())
    assert [(t.field, t.role) for t in example.texts] == [("chosen", "chosen"), ("rejected", "rejected")]


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (
            {
                "prompt": "a",
                "chosen": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
                "rejected": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "c"}],
            },
            [
                "prompt",
                "chosen[0].content",
                "chosen[1].content",
                "rejected[0].content",
                "rejected[1].content",
            ],
        ),
        (
            {
                "conversations": [{"from": "human", "value": "a"}],
                "chosen": {"from": "gpt", "value": "b"},
                "rejected": {"from": "gpt", "value": "c"},
            },
            ["conversations[0].value", "chosen.value", "rejected.value"],
        ),
        (
            {
                "input": {"messages": [{"role": "user", "content": "a"}], "tools": []},
                "preferred_output": [{"role": "assistant", "content": "b"}],
                "non_preferred_output": [{"role": "assistant", "content": "c"}],
            },
            ["input.messages[0].content", "preferred_output[0].content", "non_preferred_output[0].content"],
        ),
    ],
)
def test_preference_as_turns(value: Any, fields: list[str]) -> None:
    example = find_layout([value]).example(value)
    assert [t.field for t in example.texts] == fields
    assert (example.prompt, example.answer, example.problems) == ("a", "b", ())
    assert [t.text for t in example.texts if t.role == "rejected"] == ["c"]


def test_preference_without_an_answer() -> None:
    layout = find_layout([], forced="preference")
    assert [(p.code, p.field) for p in layout.example({"prompt": "a", "chosen": "b"}).problems] == [
        ("FMT003", "rejected")
    ]
    asked = {"chosen": [{"role": "user", "content": "a"}], "rejected": "c"}
    assert [p.code for p in layout.example(asked).problems] == ["FMT006"]


def test_kto_verdict() -> None:
    layout = find_layout([{**MESSAGES, "label": True}])
    assert [(p.code, p.field) for p in layout.example(MESSAGES).problems] == [("FMT003", "label")]
    assert [p.code for p in layout.example({**MESSAGES, "label": "yes"}).problems] == ["FMT003"]


def test_columns_mapping_and_odd_names() -> None:
    layout = find_layout([], columns={"prompt": "ask", "answer": "the.reply"})
    value = {"ask": "a", "the.reply": "b", "note": "n", "deep": {"x.y": ["z"]}}
    example = layout.example(value)
    assert (layout.name, example.prompt, example.answer, example.problems) == ("columns", "a", "b", ())
    assert [(t.field, t.role) for t in example.texts][1:] == [
        ('["the.reply"]', "assistant"), ("note", "other"), ('deep["x.y"][0]', "other"),
    ]  # fmt: skip
    for text in example.texts:
        assert field_path.get(value, text.field) == text.text
    assert [p.field for p in layout.example({"ask": "a"}).problems] == ["the.reply"]
    assert layout.template() == {"ask": "", "the.reply": ""}


def test_unknown_names_are_refused_with_the_nearest() -> None:
    with pytest.raises(FtuiError, match="did you mean 'alpaca'"):
        find_layout([], forced="alpacca")
    with pytest.raises(FtuiError, match="did you mean 'answer'"):
        find_layout([], columns={"anwser": "x"})


def test_turn_edits_keep_the_words_of_the_layout() -> None:
    messages = find_layout([MESSAGES])
    grown = messages.add_turn(MESSAGES, 0, "system", "be kind")
    assert grown["messages"][0] == {"role": "system", "content": "be kind"}  # type: ignore[call-overload]
    assert messages.remove_turn(grown, 0) == MESSAGES
    sharegpt = find_layout([SHAREGPT])
    grown = sharegpt.add_turn(SHAREGPT, 2, "user", "more")
    assert grown["conversations"][2] == {"from": "human", "value": "more"}  # type: ignore[call-overload]
    assert sharegpt.set_role(grown, 2, "assistant")["conversations"][2]["from"] == "gpt"  # type: ignore[call-overload]
    mixed = {"conversations": [{"role": "user", "content": "hi"}]}
    assert sharegpt.add_turn(mixed, 1, "assistant", "x")["conversations"][1] == {  # type: ignore[call-overload]
        "role": "assistant",
        "content": "x",
    }


def test_turn_edits_that_cannot_be() -> None:
    layout = find_layout([MESSAGES])
    with pytest.raises(FtuiError, match="no turn 3"):
        layout.remove_turn(MESSAGES, 2)
    with pytest.raises(FtuiError, match="cannot have the role"):
        layout.set_role(MESSAGES, 0, "label")
    with pytest.raises(FtuiError, match="no turns"):
        find_layout([], forced="alpaca").add_turn({"instruction": ""}, 0, "user", "")
    with pytest.raises(FtuiError, match="no list of turns"):
        layout.add_turn({"messages": "x"}, 0, "user", "")


NAMES = """
messages role content from value conversations tools tool_calls function name id arguments tool_call_id
instruction input output prompt completion chosen rejected label text type system history question answer a.b
"""
KEYS = st.sampled_from([*NAMES.split(), ""])
WORDS = st.sampled_from(
    ["user", "assistant", "system", "tool", "human", "gpt", "text", "{}", "[]", "x", "", "\ud800"]
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.floats(), WORDS)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5)
)
ROWS = st.dictionaries(KEYS, VALUES, max_size=6) | st.lists(VALUES, max_size=4)


@given(value=ROWS, name=st.sampled_from(LAYOUT_NAMES))
@settings(max_examples=200, deadline=None)
def test_no_row_raises_and_every_text_is_where_it_says(value: Any, name: str) -> None:
    for layout in (find_layout([value]), find_layout([], forced=name), find_layout([value], forced=name)):
        example = layout.example(value)
        assert example.layout == layout.name
        for text in example.texts:
            assert field_path.get(value, text.field) == text.text
        fields = [text.field for text in example.texts]
        assert len(fields) == len(set(fields))


@given(value=ROWS)
@settings(max_examples=100, deadline=None)
def test_rows_are_read_and_not_changed(value: Any) -> None:
    before = json.dumps(value)
    find_layout([value]).example(value)
    assert json.dumps(value) == before
