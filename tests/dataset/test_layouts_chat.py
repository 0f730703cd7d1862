"""Conversations: what must stay quiet, and each fault of order, role and tool call."""

from __future__ import annotations

from typing import Any

import pytest

from ftui.dataset.example import Example
from ftui.dataset.layouts import find_layout

MESSAGES = find_layout([], forced="messages")
SHAREGPT = find_layout([], forced="sharegpt")


def user(text: Any = "q") -> dict[str, Any]:
    return {"role": "user", "content": text}


def assistant(text: Any = "a") -> dict[str, Any]:
    return {"role": "assistant", "content": text}


def call(*ids: str, name: str = "look", arguments: Any = "{}", content: Any = None) -> dict[str, Any]:
    calls = [
        {"id": i, "type": "function", "function": {"name": name, "arguments": arguments}} for i in ids
    ]  # fmt: skip
    return {"role": "assistant", "content": content, "tool_calls": calls}


def reply(ident: str, text: Any = "42") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": ident, "content": text}


def share(*turns: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {"conversations": [{"from": who, "value": text} for who, text in turns], **more}


def problems(example: Example) -> list[tuple[str, str]]:
    return [(p.code, p.field) for p in example.problems]


TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {}}}]
CALL = '{"name": "look", "arguments": {}}'
QUIET: list[list[dict[str, Any]]] = [
    [user(), assistant()],
    [{"role": "system", "content": "s"}, user(), assistant(), user(), assistant()],
    [{"role": "developer", "content": "s"}, user(), assistant()],
    [{"role": "system", "content": "s"}, {"role": "developer", "content": "d"}, user(), assistant()],
    [user(), call("1"), reply("1"), assistant()],
    [user(), call("1", "2", content="let me see"), reply("2"), reply("1"), assistant(), user(), assistant()],
    [user(), call("1"), reply("1"), call("2"), reply("2"), assistant()],
    [user(), call("1")],
    [user(), {"role": "assistant", "content": None, "function_call": {"name": "look", "arguments": "{}"}},
     {"role": "function", "name": "look", "content": "42"}, assistant()],
    [user([{"type": "text", "text": "q"}, {"type": "image_url", "image_url": {"url": "x"}}]), assistant()],
    [user([{"type": "text", "value": "q"}]), assistant([{"type": "text", "value": "a"}])],
    [user(), {"role": "assistant", "content": None, "refusal": "no"}],
    [user(), {**assistant(), "weight": 0, "name": "x"}, user(), {**assistant(), "loss_weight": 1.0}],
    [user(), {**assistant(), "tool_calls": None}],
    [user(), {**assistant(), "tool_calls": []}],
    [user(), call("1", arguments={"a": 1}), reply("1", {"t": 1}), assistant()],
]  # fmt: skip


@pytest.mark.parametrize("turns", QUIET)
def test_legal_messages_are_quiet(turns: list[dict[str, Any]]) -> None:
    assert problems(MESSAGES.example({"messages": turns, "tools": TOOLS})) == []


@pytest.mark.parametrize(
    "value",
    [
        share(("human", "q"), ("gpt", "a")),
        share(("human", "q"), ("gpt", "a"), system="be kind"),
        share(("system", "s"), ("human", "q"), ("gpt", "a")),
        share(("human", "q"), ("function_call", CALL), ("observation", "{}"), ("gpt", "a"), tools=""),
        share(("human", "q"), ("function_call", CALL), ("function_call", CALL), ("observation", "{}"),
              ("observation", "{}"), ("gpt", "a")),
        {"conversations": [user(), assistant()]},
    ],
)  # fmt: skip
def test_legal_sharegpt_is_quiet(value: dict[str, Any]) -> None:
    assert problems(SHAREGPT.example(value)) == []


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([user(), {"role": "system", "content": "s"}, assistant()], [("FMT006", "messages[1].role")]),
        ([user(), user(), assistant()], [("FMT006", "messages[1].role")]),
        ([user(), assistant(), assistant()], [("FMT006", "messages[2].role")]),
        ([assistant(), user(), assistant()], [("FMT006", "messages[0].role")]),
        ([user(), assistant(), user()], [("FMT006", "messages[2].role")]),
        ([user()], [("FMT006", "messages[0].role")]),
        ([user(), reply("1"), assistant()], [("FMT006", "messages[1].role")]),
        ([user(), call("1"), reply("1")], [("FMT006", "messages[2].role")]),
        ([{"role": "human", "content": "q"}, assistant()], [("FMT007", "messages[0].role")]),
        ([user(), {"role": "Assistant", "content": "a"}], [("FMT007", "messages[1].role")]),
        ([user(), {"role": "assistant"}], [("FMT003", "messages[1].content")]),
        ([user(), {"content": "a"}], [("FMT003", "messages[1].role")]),
        ([user(), "a"], [("FMT003", "messages[1]")]),
        ([user(), assistant(7)], [("FMT003", "messages[1].content")]),
        ([user(), assistant(None)], [("FMT005", "messages[1].content")]),
        ([user(None), assistant()], [("FMT004", "messages[0].content")]),
        ([user([{"type": "text"}]), assistant()], [("FMT003", "messages[0].content[0].text")]),
        ([], [("FMT003", "messages")]),
        ("text", [("FMT003", "messages")]),
    ],
)
def test_faults_of_order_and_turns(turns: Any, expected: list[tuple[str, str]]) -> None:
    assert problems(MESSAGES.example({"messages": turns})) == expected


CALLS = "messages[1].tool_calls[0]"


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([user(), call("1", arguments="{'a': 1}"), reply("1"), assistant()], f"{CALLS}.function.arguments"),
        ([user(), call("1", arguments="[1]"), reply("1"), assistant()], f"{CALLS}.function.arguments"),
        ([user(), call("1", arguments=""), reply("1"), assistant()], f"{CALLS}.function.arguments"),
        ([user(), call("1", arguments=4), reply("1"), assistant()], f"{CALLS}.function.arguments"),
        ([user(), call("1", name=""), reply("1"), assistant()], f"{CALLS}.function"),
        ([user(), call("1", name="other"), reply("1"), assistant()], f"{CALLS}.function.name"),
        ([user(), call("1"), reply("9"), assistant()], "messages[2].tool_call_id"),
        ([user(), call("1", "2"), reply("1"), assistant()], "messages[1].tool_calls[1]"),
        ([user(), call("1"), user(), assistant()], CALLS),
        ([user(), call("1", "1"), reply("1"), reply("1"), assistant()], "messages[1].tool_calls[1].id"),
        ([user(), {**assistant(), "tool_calls": {"a": 1}}], "messages[1].tool_calls"),
        ([user(), {**assistant(), "tool_calls": ["look"]}], CALLS),
    ],
)
def test_faults_of_tool_calls(turns: list[dict[str, Any]], expected: str) -> None:
    assert problems(MESSAGES.example({"messages": turns, "tools": TOOLS})) == [("FMT008", expected)]


@pytest.mark.parametrize(
    "text", ["not json", "[1]", '{"arguments": {}}', '{"name": "other", "arguments": {}}']
)
def test_faults_of_calls_as_text(text: str) -> None:
    value = share(
        ("human", "q"),
        ("function_call", text),
        ("observation", "{}"),
        ("gpt", "a"),
        tools='[{"name": "look"}]',
    )
    assert problems(SHAREGPT.example(value)) == [("FMT008", "conversations[1].value")]


def test_broken_tools_are_named_once() -> None:
    value = {"messages": [user(), call("1"), reply("1"), assistant()], "tools": "[{"}
    assert problems(MESSAGES.example(value)) == [("FMT008", "tools")]


def test_canonical_parts_of_a_tool_conversation() -> None:
    turns = [
        {"role": "system", "content": "s"},
        user(),
        call("1", arguments='{"a": 1}'),
        reply("1"),
        assistant(),
    ]
    example = MESSAGES.example({"messages": turns})
    assert [(t.field, t.role) for t in example.texts] == [
        ("messages[0].content", "system"),
        ("messages[1].content", "user"),
        ("messages[2].tool_calls[0].function.arguments", "other"),
        ("messages[3].content", "tool"),
        ("messages[4].content", "assistant"),
    ]
    assert (example.system, example.prompt, example.answer, example.has_tool_call) == ("s", "q", "a", True)


def test_quick_and_careful_reading_agree() -> None:
    turns = [{"role": "system", "content": "s"}, user("1"), assistant("2"), user("3"), assistant("4")]
    careful = [*turns[:1], user([{"type": "text", "text": "1"}]), *turns[2:]]
    quick, slow = (MESSAGES.example({"messages": t}) for t in (turns, careful))
    assert (quick.prompt, quick.answer, quick.system) == (slow.prompt, slow.answer, slow.system)
    assert slow.texts[1].field == "messages[1].content[0].text"


def test_a_conversation_of_a_thousand_turns() -> None:
    example = MESSAGES.example({"messages": [user(), assistant()] * 500})
    assert (len(example.texts), example.problems) == (1000, ())


def test_greeting_first_is_only_a_note() -> None:
    example = SHAREGPT.example(share(("gpt", "hello"), ("human", "q"), ("gpt", "a")))
    assert [(p.code, p.severity) for p in example.problems] == [("FMT006", "info")]


def test_unknown_role_says_what_is_meant() -> None:
    example = MESSAGES.example({"messages": [{"role": "human", "content": "q"}, assistant()]})
    assert "'user' is meant" in example.problems[0].message
    assert example.texts[0].role == "other"
