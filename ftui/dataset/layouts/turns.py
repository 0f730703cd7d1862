"""Lists of turns: whose words they use for the roles, and how one turn and a list of them are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from ftui.dataset.example import LayoutProblem, Role, Text
from ftui.dataset.layouts.base import kind_of, make_text, missing, wrong_type

Kind = Literal["system", "user", "assistant", "call", "tool", "unknown"]
"""What a turn does in the order of a conversation; "call": the assistant calls tools."""


class Vocabulary(NamedTuple):
    """The keys and role words of one kind of turn list."""

    name: str
    role_key: str
    text_key: str
    kinds: Mapping[str, Kind]
    """Role word to what it does."""
    words: Mapping[Role, str]
    """The word to write for a role."""


OPENAI = Vocabulary(
    "messages",
    "role",
    "content",
    {
        "system": "system",
        "developer": "system",
        "user": "user",
        "assistant": "assistant",
        "tool": "tool",
        "function": "tool",
    },
    {"system": "system", "user": "user", "assistant": "assistant", "tool": "tool"},
)
SHAREGPT = Vocabulary(
    "sharegpt",
    "from",
    "value",
    {
        "system": "system",
        "human": "user",
        "user": "user",
        "gpt": "assistant",
        "assistant": "assistant",
        "model": "assistant",
        "chatgpt": "assistant",
        "bing": "assistant",
        "bard": "assistant",
        "function_call": "call",
        "function-call": "call",
        "tool_call": "call",
        "observation": "tool",
        "tool": "tool",
        "tool_response": "tool",
        "function_response": "tool",
        "function-response": "tool",
    },
    {"system": "system", "user": "human", "assistant": "gpt", "tool": "observation"},
)
TEXT_ROLES: dict[Kind, Role] = {
    "system": "system",
    "user": "user",
    "assistant": "assistant",
    "call": "other",
    "tool": "tool",
    "unknown": "other",
}
MEANT = {
    "human": "user",
    "prompter": "user",
    "customer": "user",
    "person": "user",
    "input": "user",
    "question": "user",
    "gpt": "assistant",
    "bot": "assistant",
    "ai": "assistant",
    "model": "assistant",
    "agent": "assistant",
    "chatbot": "assistant",
    "output": "assistant",
    "answer": "assistant",
    "response": "assistant",
    "sys": "system",
    "observation": "tool",
    "tool_response": "tool",
    "function_response": "tool",
}
"""Words of other formats, and what they mean: the suggestion of FMT007."""


def read_list(
    turns: Sequence[object],
    path: str,
    words: Vocabulary,
    texts: list[Text],
    problems: list[LayoutProblem],
) -> list[Kind]:
    """Read every turn of a list that stands at `path`; gives what each does, for the check of their order."""
    return [read_turn(turn, f"{path}[{i}]", words, texts, problems) for i, turn in enumerate(turns)]


def read_turn(
    turn: object, path: str, words: Vocabulary, texts: list[Text], problems: list[LayoutProblem]
) -> Kind:
    """Read one turn: its texts go to `texts`, what is wrong with it to `problems`."""
    if not isinstance(turn, dict):
        problems.append(wrong_type(path, turn, f"an object with {words.role_key} and {words.text_key}"))
        return "unknown"
    kind = _read_role(turn, path, words, problems)
    calls = kind == "assistant" and bool(turn.get("tool_calls") or turn.get("function_call"))
    key = words.text_key
    if key not in turn:
        other = "value" if key == "content" else "content"
        key = other if other in turn else "text" if "text" in turn else key
    before = len(texts)
    readable = read_content(turn.get(key), f"{path}.{key}", TEXT_ROLES[kind], texts, problems)
    if isinstance(turn.get("refusal"), str):
        texts.append(make_text(f"{path}.refusal", "assistant", turn["refusal"]))
    elif not readable and len(texts) == before and not calls:
        _note_nothing(turn, kind, f"{path}.{key}", key, problems)
    if calls:
        _read_arguments(turn, path, texts)
        return "call"
    return kind


def _read_role(turn: dict[str, Any], path: str, words: Vocabulary, problems: list[LayoutProblem]) -> Kind:
    key = words.role_key
    if key not in turn:
        other = "from" if key == "role" else "role"
        key = other if other in turn else key
    role = turn.get(key)
    if isinstance(role, str):
        kind = words.kinds.get(role) or (SHAREGPT.kinds.get(role) if key == "from" else None)
        if kind is not None:
            return kind
        problems.append(LayoutProblem("FMT007", f"{path}.{key}", _unknown_role(role, words)))
        return "unknown"
    if key in turn:
        problems.append(wrong_type(f"{path}.{key}", role))
    else:
        problems.append(missing(f"{path}.{key}", "role for this turn"))
    return "unknown"


def meant_role(role: str, words: Vocabulary) -> str | None:
    """The word of this vocabulary that an unknown role stands for; None where that is not clear."""
    plain = role.strip().lower()
    if plain in words.kinds:
        return plain
    meant = MEANT.get(plain)
    return next((words.words[who] for who in words.words if who == meant), None)


def _unknown_role(role: str, words: Vocabulary) -> str:
    meant = meant_role(role, words)
    known = ", ".join(words.words.values())
    said = f"unknown role {role[:40]!r}"
    return f"{said}: {meant!r} is meant" if meant else f"{said}: this layout knows {known}"


def read_content(
    content: object, path: str, role: Role, texts: list[Text], problems: list[LayoutProblem]
) -> bool:
    """Read a text or a list of content parts; False when there is nothing, not even of the wrong type."""
    if isinstance(content, str):
        texts.append(make_text(path, role, content))
        return True
    if content is None:
        return False
    if isinstance(content, list):
        for i, part in enumerate(content):
            _read_part(part, f"{path}[{i}]", role, texts, problems)
        return bool(content)
    if isinstance(content, dict) and role in ("tool", "other"):
        return True  # a tool's reply as an object: templates print it, there is no text to edit
    problems.append(wrong_type(path, content))
    return True


def _read_part(part: object, path: str, role: Role, texts: list[Text], problems: list[LayoutProblem]) -> None:
    if isinstance(part, str):
        texts.append(make_text(path, role, part))
        problems.append(wrong_type(path, part, "an object with a type"))
        return
    if not isinstance(part, dict):
        problems.append(wrong_type(path, part, "a content part"))
        return
    for key in ("text", "value"):
        held = part.get(key)
        if isinstance(held, str):
            texts.append(make_text(f"{path}.{key}", role, held))
            return
    kind = part.get("type")
    if kind == "text":
        problems.append(missing(f"{path}.text", "text in this content part"))
    elif not isinstance(kind, str):
        problems.append(missing(f"{path}.type", "type for this content part"))


def _note_nothing(
    turn: dict[str, Any], kind: Kind, path: str, key: str, problems: list[LayoutProblem]
) -> None:
    """A turn without a text: absent is FMT003, null is an empty prompt or answer."""
    held = turn.get(key)
    if key not in turn:
        problems.append(missing(path, "text for this turn"))
    elif kind == "assistant":
        what = "null, and the turn calls no tool" if held is None else "an empty list"
        problems.append(LayoutProblem("FMT005", path, f"the answer is {what}"))
    elif kind == "user":
        problems.append(LayoutProblem("FMT004", path, f"the prompt is {kind_of(held)} without a text"))
    elif held is None:
        problems.append(LayoutProblem("FMT003", path, f"{key} is null, expected a text"))


def _read_arguments(turn: dict[str, Any], path: str, texts: list[Text]) -> None:
    """The arguments of tool calls as texts, so that they can be searched and edited."""
    calls = turn.get("tool_calls")
    for j, call in enumerate(calls if isinstance(calls, list) else ()):
        if not isinstance(call, dict):
            continue
        function = call.get("function")
        inner, where = (function, ".function") if isinstance(function, dict) else (call, "")
        if isinstance(inner.get("arguments"), str):
            texts.append(make_text(f"{path}.tool_calls[{j}]{where}.arguments", "other", inner["arguments"]))
    legacy = turn.get("function_call")
    if isinstance(legacy, dict) and isinstance(legacy.get("arguments"), str):
        texts.append(make_text(f"{path}.function_call.arguments", "other", legacy["arguments"]))
