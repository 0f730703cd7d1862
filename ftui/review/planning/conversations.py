"""A row as a conversation that waits for its last answer, that answer, and its class where the task is labelled."""

from __future__ import annotations

from typing import Any, NamedTuple

from ftui.dataset.example import SPOKEN_AS, Example, Text
from ftui.dataset.layouts.preference import ASSISTANT, HUMAN
from ftui.dataset.layouts.shapes import KTO_LABEL_KEYS
from ftui.model.ollama_template import Message
from ftui.review.planning.transcripts import before_answer
from ftui.rules.exchanges import bare, has_media, has_tools

_ONE_TURN = ("alpaca", "prompt-completion", "question-answer", "classification", "columns")
"""Layouts whose user texts stand in several fields, and are one question."""


class Conversation(NamedTuple):
    """What a model is shown, and what it should say."""

    messages: tuple[Message, ...]
    """In the text layout one assistant turn, which goes to a model as it stands; empty where no answer is tagged."""
    reference: str | None
    """The last answer without its end marker; None where the row has none, or a bad one."""
    label: str | None = None
    """The label of a classification row."""


def conversation(example: Example | None, value: Any, marker: str = "") -> Conversation | None:
    """A row up to its last assistant turn.

    None where it asks nothing, and for rows with tools or pictures, which no plain prompt can show.
    """
    if example is None or has_tools(example) or has_media(value):
        return None
    if example.layout == "text":
        found = _text_row(example.answer, marker)
        return None if found is None else _sendable(found)
    texts = _good_side(example.texts)
    messages = _messages(texts, one_turn=example.layout in _ONE_TURN)
    answer = messages.pop().content if messages and messages[-1].role == "assistant" else None
    while (
        messages and messages[-1].role == "assistant"
    ):  # several answers in a row: the first follows the question
        answer = messages.pop().content
    if not messages or messages[-1].role != "user" or not messages[-1].content.strip():
        return None
    reference = bare(answer, 0, marker)[1] if answer is not None and not _bad(example, value) else None
    label = example.label if example.label is not None and example.label.strip() else None
    if label is not None and example.layout == "classification":
        reference = label  # of a list of labels all of them
    return _sendable(Conversation(tuple(messages), reference or None, label))


def sendable(text: str) -> str:
    """A text with replacement characters for lone surrogates, which no engine takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _sendable(found: Conversation) -> Conversation:
    messages = tuple(Message(message.role, sendable(message.content)) for message in found.messages)
    reference, label = (None if each is None else sendable(each) for each in found[1:])
    return Conversation(messages, reference, label)


def _text_row(text: str, marker: str) -> Conversation | None:
    """Up to its last answer where tags tell one; else all of it is to be learnt."""
    if not text.strip():
        return None
    parts = before_answer(text)
    if parts is None:
        return Conversation((), bare(text, 0, marker)[1])
    given, answer = parts
    return Conversation((Message("assistant", given),), bare(answer, 0, marker)[1] or None)


def _good_side(texts: tuple[Text, ...]) -> list[Text]:
    """The texts up to the chosen answer; without the prompt where the chosen side repeats it."""
    end = next((i for i, text in enumerate(texts) if text.role == "chosen"), None)
    if end is None:
        return [text for text in texts if text.role != "rejected"]
    head = _head(texts[end].field)
    side = [text for text in texts[: end + 1] if _head(text.field) == head]
    before = [text for text in texts[:end] if _head(text.field) != head]
    asked = {text.text.strip() for text in side if text.role == "user"}
    if asked and all(text.text.strip() in asked for text in before if text.role == "user"):
        before = [
            text for text in before if text.role == "system" and not any(t.role == "system" for t in side)
        ]
    return [*before, *side]


def _head(field: str) -> str:
    return field.split("[", 1)[0].split(".", 1)[0]


def _messages(texts: list[Text], *, one_turn: bool) -> list[Message]:
    found: list[Message] = []
    for text in texts:
        role = SPOKEN_AS.get(text.role)
        if role is None:
            continue
        if role == "assistant" and text.text.lstrip("\n").startswith("Human:") and ASSISTANT in text.text:
            found += _transcript(text.text)
        elif one_turn and role == "user" and found and found[-1].role == "user":
            joined = "\n".join(part for part in (found[-1].content, text.text) if part)
            found[-1] = Message(role, joined)
        else:
            found.append(Message(role, text.text))
    return found


def _transcript(text: str) -> list[Message]:
    """hh-rlhf's one text of Human: and Assistant: turns."""
    found: list[Message] = []
    for part in f"\n\n{text.lstrip()}".split(HUMAN)[1:]:
        asked, *answers = part.split(ASSISTANT)
        found.append(Message("user", asked.strip()))
        found += [Message("assistant", answer.strip()) for answer in answers]
    return found


def _bad(example: Example, value: Any) -> bool:
    """Whether a KTO row says that its answer is a bad one."""
    if example.layout != "kto" or not isinstance(value, dict):
        return False
    return any(value.get(key) in (False, 0, "false", "False") for key in KTO_LABEL_KEYS if key in value)
