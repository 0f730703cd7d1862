"""Judged answers: chosen and rejected pairs, and KTO's good and bad ones."""

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
from ftui.dataset.layouts.chat import ChatLayout
from ftui.dataset.layouts.order import check_order
from ftui.dataset.layouts.pairs import pair_layout
from ftui.dataset.layouts.shapes import (
    CHOSEN_KEYS,
    COMPLETION_KEYS,
    CONVERSATION_KEYS,
    KTO_LABEL_KEYS,
    REJECTED_KEYS,
    first_key,
)
from ftui.dataset.layouts.turns import OPENAI, SHAREGPT, Kind, Vocabulary, read_list

HUMAN, ASSISTANT = "\n\nHuman:", "\n\nAssistant:"
PROMPT_KEYS = ("prompt", "question", "instruction", "messages", *CONVERSATION_KEYS, "input")


def _words(turns: list[Any]) -> Vocabulary:
    first = next((turn for turn in turns if isinstance(turn, dict)), {})
    return SHAREGPT if "from" in first else OPENAI


class PreferenceLayout(Turnless):
    """A chosen and a rejected answer: texts (with or without a prompt, hh-rlhf's included) or turns."""

    name = "preference"
    label_field: str | None = None

    def __init__(
        self, chosen_key: str = "chosen", rejected_key: str = "rejected", foreign: Foreign = lacking
    ) -> None:
        self.chosen_key = chosen_key
        self.rejected_key = rejected_key
        self._foreign = foreign

    def example(self, value: Value) -> Example:
        """The row in canonical form; never raises."""
        if not isinstance(value, dict) or not (self.chosen_key in value or self.rejected_key in value):
            return self._foreign(self.name, value, self.chosen_key)
        texts: list[Text] = []
        problems: list[LayoutProblem] = []
        if isinstance(value.get("system"), str):
            texts.append(make_text("system", "system", value["system"]))
        for key in PROMPT_KEYS:
            self._read_prompt(value.get(key), key, texts, problems)
        has_prompt = any(text.role == "user" for text in texts)
        before = len(texts)
        self._read_side(value, self.chosen_key, "chosen", texts, problems)
        prompt, answer = _prompt_and_answer(texts, before, has_prompt)
        self._read_side(value, self.rejected_key, "rejected", texts, problems)
        system = "\n".join(text.text for text in texts[:before] if text.role == "system")
        return make_example(self.name, texts, prompt, answer, system, problems=problems)

    def _read_prompt(self, held: object, key: str, texts: list[Text], problems: list[LayoutProblem]) -> None:
        if isinstance(held, str):
            texts.append(make_text(key, "user", held))
        elif isinstance(held, list):
            _check_inside(read_list(held, key, _words(held), texts, problems), key, problems)
        elif isinstance(held, dict) and isinstance(held.get("messages"), list):
            path = f"{key}.messages"
            _check_inside(read_list(held["messages"], path, OPENAI, texts, problems), path, problems)

    def _read_side(
        self, value: dict[str, Any], key: str, role: Role, texts: list[Text], problems: list[LayoutProblem]
    ) -> None:
        """The chosen or the rejected answer; of a list of turns the last assistant turn is the answer."""
        held = value.get(key)
        if isinstance(held, str):
            texts.append(make_text(key, role, held))
        elif isinstance(held, dict):
            _read_single(held, key, role, texts, problems)
        elif isinstance(held, list) and held:
            before = len(texts)
            kinds = read_list(held, key, _words(held), texts, problems)
            _check_inside(kinds, key, problems)
            if kinds[-1] in ("user", "tool"):
                message = f"the {role} conversation ends without an answer"
                problems.append(LayoutProblem("FMT006", f"{key}[{len(held) - 1}]", message, "error"))
            for i in range(len(texts) - 1, before - 1, -1):
                if texts[i].role == "assistant":
                    texts[i] = texts[i]._replace(role=role)
                    break
        elif held is None or held == []:
            if key in value:
                problems.append(
                    LayoutProblem(
                        "FMT005", key, f"the {role} answer is {'null' if held is None else 'empty'}"
                    )
                )
            else:
                problems.append(missing(key, f"{role} answer"))
        else:
            problems.append(wrong_type(key, held, "a text or a list of turns"))

    def template(self) -> Value:
        """The value of an empty new row."""
        return {"prompt": "", self.chosen_key: "", self.rejected_key: ""}


def _read_single(
    held: dict[str, Any], key: str, role: Role, texts: list[Text], problems: list[LayoutProblem]
) -> None:
    """One turn as the answer, the way LLaMA-Factory writes it."""
    text_key = "value" if "value" in held else "content"
    text = held.get(text_key)
    if isinstance(text, str):
        texts.append(make_text(f"{key}.{text_key}", role, text))
    elif text is None:
        problems.append(LayoutProblem("FMT005", key, f"the {role} answer is null"))
    else:
        problems.append(wrong_type(f"{key}.{text_key}", text))


def _check_inside(kinds: list[Kind], path: str, problems: list[LayoutProblem]) -> None:
    """The order of turns, bar the end: a prompt ends with the user, an answer may be one turn alone."""
    found: list[LayoutProblem] = []
    check_order(kinds, path, "role", found)
    last = f"{path}[{len(kinds) - 1}]"
    problems.extend(
        p for p in found if p.severity is None and not (p.field.startswith(last) and len(kinds) == 1)
    )


def _prompt_and_answer(texts: list[Text], before: int, has_prompt: bool) -> tuple[str, str]:
    """The prompt (given, or the user turns of the chosen side) and the chosen answer."""
    prompt = "\n".join(text.text for text in texts[:before] if text.role == "user" and text.text)
    side = texts[before:]
    answer = "\n".join(text.text for text in side if text.role == "chosen")
    if has_prompt:
        return prompt, answer
    if len(side) == 1 and ASSISTANT in answer:
        return split_transcript(answer)
    return "\n".join(text.text for text in side if text.role == "user"), answer


def split_transcript(text: str) -> tuple[str, str]:
    """hh-rlhf's one text of Human: and Assistant: turns, as its human turns and its last answer."""
    head, _, answer = text.rpartition(ASSISTANT)
    turns = [part.partition(ASSISTANT)[0].strip() for part in head.split(HUMAN)[1:]]
    return "\n".join(turns), answer.lstrip(" ")


class KtoLayout(Turnless):
    """An answer with a verdict: turns or a prompt and a completion, and `label` true or false."""

    name = "kto"
    label_field: str | None = None

    def __init__(
        self,
        body: str = "messages",
        label_key: str = "label",
        answer_key: str = "completion",
        foreign: Foreign = lacking,
    ) -> None:
        self.label_key = label_key
        if body == "messages":
            self.chat: ChatLayout | None = ChatLayout(OPENAI, "messages", foreign)
        elif body in CONVERSATION_KEYS:
            self.chat = ChatLayout(SHAREGPT, body, foreign)
        else:
            self.chat = None
        self.has_turns = self.chat is not None
        self.body = self.chat or pair_layout("prompt-completion", answer_key, foreign=foreign)

    def example(self, value: Value) -> Example:
        """The row in canonical form; never raises."""
        example = self.body.example(value)._replace(layout=self.name)
        verdict = value.get(self.label_key) if isinstance(value, dict) else None
        if isinstance(verdict, bool) or not isinstance(value, dict) or _drifted(example):
            return example
        key = self.label_key
        problem = wrong_type(key, verdict, "true or false") if key in value else missing(key, "verdict")
        return example._replace(problems=(*example.problems, problem))

    def template(self) -> Value:
        """The value of an empty new row."""
        return {**self.body.template(), self.label_key: True}  # type: ignore[dict-item]

    def add_turn(self, value: Value, index: int, role: Role, text: str) -> Value:
        """As in the messages layout. Raises FtuiError where rows have no turns."""
        return self.body.add_turn(value, index, role, text)

    def remove_turn(self, value: Value, index: int) -> Value:
        """As in the messages layout. Raises FtuiError where rows have no turns."""
        return self.body.remove_turn(value, index)

    def set_role(self, value: Value, index: int, role: Role) -> Value:
        """As in the messages layout. Raises FtuiError where rows have no turns."""
        return self.body.set_role(value, index, role)


def _drifted(example: Example) -> bool:
    return any(problem.code == "FMT002" for problem in example.problems)


def preference_for(value: dict[str, Any], foreign: Foreign = lacking) -> PreferenceLayout:
    """The preference layout with the keys that this row has."""
    return PreferenceLayout(
        first_key(value, CHOSEN_KEYS) or "chosen", first_key(value, REJECTED_KEYS) or "rejected", foreign
    )


def kto_for(value: dict[str, Any], foreign: Foreign = lacking) -> KtoLayout:
    """The KTO layout with the keys that this row has."""
    label_key = first_key(value, KTO_LABEL_KEYS) or "label"
    body = first_key(value, ("messages", *CONVERSATION_KEYS)) or "prompt"
    if not value:
        body = "messages"
    return KtoLayout(body, label_key, first_key(value, COMPLETION_KEYS) or "completion", foreign)
