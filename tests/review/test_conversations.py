"""Rows as conversations that wait for their last answer."""

from __future__ import annotations

from typing import Any

import pytest

from ftui.dataset.layouts import find_layout
from ftui.model.ollama_template import Message
from ftui.review.planning.conversations import Conversation, conversation


def read(value: Any, marker: str = "") -> Conversation | None:
    return conversation(find_layout([value]).example(value), value, marker)


def user(text: str) -> Message:
    return Message("user", text)


def test_alpaca_is_one_question_and_the_end_marker_is_no_part_of_the_answer() -> None:
    row = {"instruction": "Sum up.", "input": "A text.", "output": "Short.\n### End"}
    assert read(row, "### End") == Conversation((user("Sum up.\nA text."),), "Short.")


def test_a_conversation_is_kept_up_to_its_last_answer() -> None:
    turns = [
        ("system", "Be kind."),
        ("user", "Hi"),
        ("assistant", "Hello"),
        ("user", "Bye"),
        ("assistant", "Ciao"),
    ]
    row = {"messages": [{"role": role, "content": text} for role, text in turns]}
    found = read(row)
    assert found == Conversation(tuple(Message(*turn) for turn in turns[:-1]), "Ciao")


def test_a_conversation_that_ends_with_the_user_has_no_reference() -> None:
    row = {"messages": [{"role": "user", "content": "Hi"}]}
    assert read(row) == Conversation((user("Hi"),), None)


def test_a_label_is_the_answer_that_training_shows() -> None:
    assert read({"text": "I want my money", "label": "refund"}) == Conversation(
        (user("I want my money"),), "refund", "refund"
    )


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": "Why?", "chosen": "Because.", "rejected": "No."},
        {
            "prompt": "Why?",
            "chosen": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "Because."}],
            "rejected": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "No."}],
        },
        {"chosen": "\n\nHuman: Why?\n\nAssistant: Because.", "rejected": "\n\nHuman: Why?\n\nAssistant: No."},
    ],
)
def test_the_chosen_answer_of_a_preference_row_is_the_reference(row: dict[str, Any]) -> None:
    assert read(row) == Conversation((user("Why?"),), "Because.")


def test_a_bad_answer_is_no_reference() -> None:
    assert read({"prompt": "Why?", "completion": "No.", "label": False}) == Conversation(
        (user("Why?"),), None
    )


def test_a_text_row_with_tags_is_given_up_to_its_last_answer_as_it_stands() -> None:
    text = "### Instruction:\nName a colour.\n\n### Response: Blue\n### End"
    found = read({"text": text}, "### End")
    given = "### Instruction:\nName a colour.\n\n### Response:"
    assert found == Conversation((Message("assistant", given),), "Blue")


def test_a_text_row_without_tags_asks_nothing() -> None:
    assert read({"text": "Once upon a time."}) == Conversation((), "Once upon a time.")


@pytest.mark.parametrize(
    "row",
    [
        {"instruction": "  ", "output": "x"},
        {"messages": []},
        {"messages": [{"role": "assistant", "content": "Hello"}]},
        {"messages": [{"role": "user", "content": "Weather?"}, {"role": "tool", "content": "sun"}]},
        {"instruction": "What is this?", "output": "A cat", "image": "cat.png"},
    ],
)
def test_rows_that_ask_nothing_or_need_more_than_text_are_no_prompts(row: dict[str, Any]) -> None:
    assert read(row) is None
