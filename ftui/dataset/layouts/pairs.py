"""Rows with a prompt and an answer in fields of their own: alpaca, prompt-completion, question-answer."""

from __future__ import annotations

from typing import Any

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
from ftui.dataset.layouts.shapes import ALPACA_ANSWER_KEYS, COMPLETION_KEYS, QUESTION_ANSWER_KEYS
from ftui.dataset.layouts.turns import OPENAI, read_list

OTHER_ANSWER_KEYS = tuple(dict.fromkeys((*ALPACA_ANSWER_KEYS, *COMPLETION_KEYS, *QUESTION_ANSWER_KEYS)))


class PairLayout(Turnless):
    """A prompt field, an answer field, and optional fields before or between them."""

    label_field: str | None = None

    def __init__(
        self,
        name: str,
        prompt_key: str,
        answer_key: str,
        extra_prompt_key: str,
        extra_first: bool = False,
        foreign: Foreign = lacking,
    ) -> None:
        self.name = name
        self.prompt_key = prompt_key
        self.answer_key = answer_key
        self.extra_key = extra_prompt_key
        self.extra_first = extra_first
        self._foreign = foreign

    def example(self, value: Value) -> Example:
        """The row in canonical form; never raises."""
        if value.__class__ is not dict:
            return self._foreign(self.name, value, self.prompt_key)
        prompt: Any = value.get(self.prompt_key)
        answer: Any = value.get(self.answer_key)
        extra = value.get(self.extra_key)
        plain = (
            prompt.__class__ is str and answer.__class__ is str and (extra is None or extra.__class__ is str)
        )
        if not plain or "system" in value or "history" in value:
            return self._careful(value)
        texts = [make_text(self.prompt_key, "user", prompt), make_text(self.answer_key, "assistant", answer)]
        if extra is not None:
            texts.insert(0 if self.extra_first else 1, make_text(self.extra_key, "user", extra))
            if extra:
                prompt = f"{extra}\n{prompt}" if self.extra_first else f"{prompt}\n{extra}"
        return make_example(self.name, texts, prompt, answer)

    def _careful(self, value: dict[str, Any]) -> Example:
        """A row that is not plain: nulls, wrong types, message lists, a system prompt, a history of turns."""
        if self.prompt_key not in value and self.answer_key not in value:
            return self._foreign(self.name, value, self.prompt_key)
        problems: list[LayoutProblem] = []
        texts: list[Text] = []
        self._read(value, "system", "system", texts, problems, required=False)
        _read_history(value.get("history"), texts, problems)
        order = (self.extra_key, self.prompt_key) if self.extra_first else (self.prompt_key, self.extra_key)
        for key in order:
            self._read(value, key, "user", texts, problems, required=key == self.prompt_key)
        self._read(value, self.answer_key, "assistant", texts, problems, required=True)
        return make_example(
            self.name,
            texts,
            "\n".join(t.text for t in texts if t.role == "user" and t.text),
            "\n".join(t.text for t in texts if t.role == "assistant"),
            "\n".join(t.text for t in texts if t.role == "system"),
            problems=problems,
        )

    def _read(
        self,
        value: dict[str, Any],
        key: str,
        role: Role,
        texts: list[Text],
        problems: list[LayoutProblem],
        required: bool,
    ) -> None:
        held = value.get(key)
        if isinstance(held, str):
            texts.append(make_text(key, role, held))
        elif held is None:
            if not required:
                return
            what = "answer" if role == "assistant" else "prompt"
            if key in value:
                code = "FMT005" if role == "assistant" else "FMT004"
                problems.append(LayoutProblem(code, key, f"the {what} is null"))
            else:
                problems.append(self._read_renamed(value, key, what, texts))
        elif isinstance(held, list) and held and isinstance(held[0], dict):
            read_list(held, key, OPENAI, texts, problems)
        elif key in ("answers", "answer") and isinstance(held, (dict, list)):
            _read_answer_list(held, key, texts, problems)
        else:
            problems.append(wrong_type(key, held))

    def _read_renamed(self, value: dict[str, Any], key: str, what: str, texts: list[Text]) -> LayoutProblem:
        """FMT002 when the answer stands under a name that other files use, FMT003 when it is nowhere."""
        if key == self.answer_key:
            for other in OTHER_ANSWER_KEYS:
                held = value.get(other)
                if isinstance(held, str):
                    texts.append(make_text(other, "assistant", held))
                    message = f"the {what} is under {other!r}, the other rows have it under {key!r}"
                    return LayoutProblem("FMT002", other, message)
        return missing(key, what)

    def template(self) -> Value:
        """The value of an empty new row."""
        keys = [self.prompt_key, self.answer_key]
        if self.name == "alpaca":
            keys.insert(1, self.extra_key)
        return dict.fromkeys(keys, "")


def _read_history(history: object, texts: list[Text], problems: list[LayoutProblem]) -> None:
    """LLaMA-Factory's earlier turns: a list of [prompt, answer] pairs."""
    if history is None:
        return
    if not isinstance(history, list):
        problems.append(wrong_type("history", history, "a list of [prompt, answer] pairs"))
        return
    for i, pair in enumerate(history):
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(side, str) for side in pair)):
            problems.append(wrong_type(f"history[{i}]", pair, "a [prompt, answer] pair of texts"))
            continue
        texts.append(make_text(f"history[{i}][0]", "user", pair[0]))
        texts.append(make_text(f"history[{i}][1]", "assistant", pair[1]))


def _read_answer_list(held: object, key: str, texts: list[Text], problems: list[LayoutProblem]) -> None:
    """SQuAD's answers: a list of texts, or an object with a list of them under `text`."""
    path, items = key, held
    if isinstance(held, dict):
        path, items = f"{key}.text", held.get("text")
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        problems.append(wrong_type(path, items, "a text or a list of texts"))
        return
    texts.extend(make_text(f"{path}[{i}]", "assistant", item) for i, item in enumerate(items))
    if not items:
        problems.append(LayoutProblem("FMT005", path, "the list of answers is empty"))


def pair_layout(
    name: str, answer_key: str | None = None, extra_key: str | None = None, foreign: Foreign = lacking
) -> PairLayout:
    """The alpaca, prompt-completion or question-answer layout, with the answer under this key."""
    if name == "alpaca":
        return PairLayout(name, "instruction", answer_key or "output", extra_key or "input", foreign=foreign)
    if name == "question-answer":
        return PairLayout(
            name, "question", answer_key or "answer", "context", extra_first=True, foreign=foreign
        )
    return PairLayout(
        "prompt-completion",
        "prompt",
        answer_key or "completion",
        "context",
        extra_first=True,
        foreign=foreign,
    )
