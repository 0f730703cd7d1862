"""Which layout one value looks like, by its keys alone."""

from __future__ import annotations

from typing import Any

LAYOUT_NAMES: tuple[str, ...] = (
    "alpaca",
    "prompt-completion",
    "question-answer",
    "messages",
    "sharegpt",
    "preference",
    "kto",
    "classification",
    "columns",
    "text",
)

CONVERSATION_KEYS = ("conversations", "conversation")
CHOSEN_KEYS = ("chosen", "preferred_output", "chosen_response")
REJECTED_KEYS = ("rejected", "non_preferred_output", "rejected_response")
KTO_LABEL_KEYS = ("label", "kto_tag")
ALPACA_ANSWER_KEYS = ("output", "response")
COMPLETION_KEYS = ("completion", "response", "output")
QUESTION_ANSWER_KEYS = ("answer", "response", "answers")
CLASSIFIED_TEXT_KEYS = ("text", "sentence", "utterance", "query", "review", "tweet", "comment")
LABEL_KEYS = ("label", "category", "intent", "class", "labels", "sentiment")


def first_key(value: dict[str, Any], keys: tuple[str, ...]) -> str | None:
    """The first of these keys that the object has."""
    return next((key for key in keys if key in value), None)


def shape_of(value: object) -> str | None:
    """The name of the layout that a value looks like; None where it looks like none."""
    if isinstance(value, list):
        pair = len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], str)
        return "classification" if pair else None
    if not isinstance(value, dict):
        return None
    if first_key(value, CHOSEN_KEYS) and first_key(value, REJECTED_KEYS):
        return "preference"
    return _conversation_shape(value) or _pair_shape(value)


def _conversation_shape(value: dict[str, Any]) -> str | None:
    verdict = any(isinstance(value.get(key), bool) for key in KTO_LABEL_KEYS)
    if "messages" in value:
        return "kto" if verdict else "messages"
    if first_key(value, CONVERSATION_KEYS):
        return "sharegpt"
    if verdict and "prompt" in value and first_key(value, COMPLETION_KEYS):
        return "kto"
    return None


def _pair_shape(value: dict[str, Any]) -> str | None:
    if "instruction" in value and first_key(value, ALPACA_ANSWER_KEYS):
        return "alpaca"
    if "prompt" in value and first_key(value, COMPLETION_KEYS):
        return "prompt-completion"
    if "question" in value and first_key(value, QUESTION_ANSWER_KEYS):
        return "question-answer"
    if _is_labelled(value):
        return "classification"
    if isinstance(value.get("text"), str) and len(value) <= 4 and "role" not in value:
        return "text"
    return None


def _is_labelled(value: dict[str, Any]) -> bool:
    text, label = first_key(value, CLASSIFIED_TEXT_KEYS), first_key(value, LABEL_KEYS)
    if text is None or label is None or not isinstance(value[text], str):
        return False
    held = value[label]
    one = held[0] if isinstance(held, list) and held else held
    return isinstance(one, (str, int, float))
