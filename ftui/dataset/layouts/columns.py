"""Rows without a known layout: columns as ftui.toml or their names say; and plain texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ftui.dataset import field_path
from ftui.dataset.example import Example, LayoutProblem, Role, Text
from ftui.dataset.layouts.base import (
    Foreign,
    Turnless,
    Value,
    lacking,
    make_example,
    make_text,
    missing,
    wrong_type,
)

CANONICAL: dict[str, Role] = {
    "prompt": "user", "answer": "assistant", "system": "system", "label": "label",
    "chosen": "chosen", "rejected": "rejected",
}  # fmt: skip
"""What [data.columns] may map, and the role of each."""
SYNONYMS: dict[str, Role] = {
    **CANONICAL,
    **dict.fromkeys(
        ("question", "instruction", "instructions", "query", "input", "user", "user_message", "request",
         "problem", "context", "premise", "hypothesis", "sentence", "sentence1", "sentence2", "utterance",
         "text", "task"),
        "user",
    ),
    **dict.fromkeys(
        ("completion", "output", "response", "reply", "assistant", "target", "solution", "canonical_solution",
         "generation", "assistant_message", "final_answer", "summary", "translation"),
        "assistant",
    ),
    **dict.fromkeys(("system_prompt", "system_message"), "system"),
    **dict.fromkeys(("category", "intent", "class", "sentiment"), "label"),
}  # fmt: skip
NESTING = 8
"""How deep texts are looked for: deeper ones are machine structure."""


class ColumnsLayout(Turnless):
    """Any object with texts. A mapping makes its columns required; without one, names suggest their roles."""

    name = "columns"

    def __init__(self, columns: Mapping[str, str] | None = None) -> None:
        self.columns = dict(columns or {})
        self.label_field: str | None = self.columns.get("label")
        self._roles = {column: CANONICAL[name] for name, column in self.columns.items() if name in CANONICAL}

    def example(self, value: Value) -> Example:
        """The row in canonical form; never raises."""
        problems: list[LayoutProblem] = []
        texts: list[Text] = []
        if isinstance(value, dict):
            for name, column in self.columns.items():
                _check_column(value, name, column, problems)
            for key, held in value.items():
                role = self._role(key)
                path = field_path.format((key,))
                texts.extend(make_text(where, role, text) for where, text in _strings(held, path, NESTING))
        else:
            texts.extend(make_text(path, "other", text) for path, text in _strings(value, "", NESTING))
        if not texts and not problems:
            problems.append(LayoutProblem("FMT003", "", "there is no text in the row"))
        return make_example(
            self.name,
            texts,
            _joined(texts, ("user",)),
            _joined(texts, ("assistant", "chosen")),
            _joined(texts, ("system",)),
            self._label(value, texts),
            problems,
        )

    def _role(self, key: str) -> Role:
        if self.columns:
            return self._roles.get(key, "other")
        return SYNONYMS.get(key.strip().lower(), "other")

    def _label(self, value: Value, texts: list[Text]) -> str | None:
        column = self.columns.get("label")
        if column is not None and isinstance(value, dict) and isinstance(value.get(column), (int, float)):
            return str(value[column])
        return next((text.text for text in texts if text.role == "label"), None)

    def template(self) -> Value:
        """The value of an empty new row."""
        return dict.fromkeys(self.columns.values() or ("prompt", "answer"), "")


def _check_column(value: dict[str, Any], name: str, column: str, problems: list[LayoutProblem]) -> None:
    if column not in value:
        problems.append(missing(column, name))
    elif value[column] is None and name in ("prompt", "answer", "label"):
        code = "FMT004" if name == "prompt" else "FMT005"
        problems.append(LayoutProblem(code, column, f"the {name} is null"))
    elif name != "label" and not isinstance(value[column], (str, list, dict, type(None))):
        problems.append(wrong_type(column, value[column]))


def _strings(held: object, path: str, depth: int) -> Iterator[tuple[str, str]]:
    """Every text in a value, with its path, in reading order."""
    if isinstance(held, str):
        yield path, held
    elif depth and isinstance(held, list):
        for i, one in enumerate(held):
            yield from _strings(one, f"{path}[{i}]", depth - 1)
    elif depth and isinstance(held, dict):
        for key, one in held.items():
            step = field_path.format((key,))
            inside = bool(path) and not step.startswith("[")
            yield from _strings(one, f"{path}.{step}" if inside else path + step, depth - 1)


def _joined(texts: list[Text], roles: tuple[Role, ...]) -> str:
    return "\n".join(text.text for text in texts if text.role in roles)


class TextLayout(Turnless):
    """Rows of one text to continue: all of it is learnt, so all of it is the answer."""

    name = "text"
    label_field: str | None = None

    def __init__(self, foreign: Foreign = lacking) -> None:
        self._foreign = foreign

    def example(self, value: Value) -> Example:
        """The row in canonical form; never raises."""
        if not isinstance(value, dict) or "text" not in value:
            return self._foreign(self.name, value, "text")
        text = value["text"]
        if isinstance(text, str):
            return make_example(self.name, (make_text("text", "assistant", text),), "", text)
        problem = (
            LayoutProblem("FMT005", "text", "the text is null") if text is None else wrong_type("text", text)
        )
        return make_example(self.name, (), "", "", problems=(problem,))

    def template(self) -> Value:
        """The value of an empty new row."""
        return {"text": ""}
