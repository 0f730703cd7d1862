"""Conversations: OpenAI messages and ShareGPT."""

from __future__ import annotations

from typing import Any

from ftui.dataset.example import Example, LayoutProblem, Role, Text
from ftui.dataset.layouts.base import Foreign, Value, lacking, make_example, make_text, nothing, wrong_type
from ftui.dataset.layouts.order import check_order
from ftui.dataset.layouts.shapes import CONVERSATION_KEYS, first_key
from ftui.dataset.layouts.tool_calls import CallCheck, declared_functions
from ftui.dataset.layouts.turns import SHAREGPT, Kind, Vocabulary, read_list
from ftui.project.errors import FtuiError

QUICK_TURNS = 256
"""Paths of the first turns are made once: f-strings were a fifth of the time."""
NEXT: dict[str, str] = {"user": "assistant", "assistant": "user"}
CALL_KEYS = ("tool_calls", "function_call", "refusal")


class ChatLayout:
    """Rows that are a list of turns under one key."""

    has_turns = True
    label_field: str | None = None

    def __init__(self, words: Vocabulary, list_key: str, foreign: Foreign = lacking) -> None:
        self.name = words.name
        self.words = words
        self.list_key = list_key
        self._foreign = foreign
        self._paths = tuple(f"{list_key}[{i}].{words.text_key}" for i in range(QUICK_TURNS))
        self._quick = {w: k for w, k in words.kinds.items() if k in ("system", "user", "assistant")}

    def example(self, value: Value) -> Example:
        """The row in canonical form; never raises."""
        if value.__class__ is dict:
            turns = value.get(self.list_key)
            if turns.__class__ is list and turns:
                return self._plain(value, turns) or self._careful(value, turns)
        return self._without_turns(value)

    def _plain(self, value: dict[str, Any], turns: list[Any]) -> Example | None:
        """A regular conversation: texts only, user and assistant in turn. None: read it with care."""
        words = self.words
        role_key, text_key, kinds, paths = words.role_key, words.text_key, self._quick, self._paths
        texts: list[Text] = []
        said: dict[str, list[str]] = {"system": [], "user": [], "assistant": []}
        expected = "user"
        if len(turns) > QUICK_TURNS:
            return None
        try:
            for path, turn in zip(paths, turns, strict=False):
                kind = kinds[turn[role_key]]
                text = turn[text_key]
                if kind != expected and (kind != "system" or texts):
                    return None
                if text.__class__ is not str or (len(turn) > 2 and any(turn.get(key) for key in CALL_KEYS)):
                    return None
                texts.append(make_text(path, kind, text))
                said[kind].append(text)
                expected = NEXT.get(kind, "user")
        except (KeyError, TypeError, IndexError):
            return None
        if expected != "user" or len(texts) < 2 or (words is SHAREGPT and "system" in value):
            return None
        system, user, assistant = said.values()
        return make_example(
            self.name,
            texts,
            user[0] if len(user) == 1 else "\n".join(user),
            assistant[0] if len(assistant) == 1 else "\n".join(assistant),
            system[0] if system else "",
        )

    def _careful(self, value: dict[str, Any], turns: list[Any]) -> Example:
        """Any conversation: content parts, tool calls, unknown roles, wrong types, a system field."""
        texts: list[Text] = []
        problems: list[LayoutProblem] = []
        beside = value.get("system")
        if isinstance(beside, str) and self.words.name == "sharegpt":
            texts.append(make_text("system", "system", beside))
        kinds = read_list(turns, self.list_key, self.words, texts, problems)
        check_order(kinds, self.list_key, self._role_key(turns), problems)
        self._check_calls(value, turns, kinds, problems)
        return make_example(
            self.name,
            texts,
            "\n".join(t.text for t in texts if t.role == "user"),
            "\n".join(t.text for t in texts if t.role == "assistant"),
            "\n".join(t.text for t in texts if t.role == "system"),
            problems=problems,
            has_tool_call="call" in kinds,
        )

    def _check_calls(
        self, value: dict[str, Any], turns: list[Any], kinds: list[Kind], problems: list[LayoutProblem]
    ) -> None:
        if "call" not in kinds:
            return
        declared = declared_functions(value, problems)
        CallCheck(self.list_key, declared, problems).run(turns, kinds, self.words.text_key)

    def _without_turns(self, value: Value) -> Example:
        """A row whose list of turns is absent, empty or something else."""
        if isinstance(value, dict) and self.list_key in value:
            turns = value[self.list_key]
            if turns == []:
                return nothing(
                    self.name, LayoutProblem("FMT003", self.list_key, "the conversation has no turns")
                )
            return nothing(self.name, wrong_type(self.list_key, turns, "a list of turns"))
        if isinstance(value, dict) and self.name == "sharegpt":
            other = first_key(value, CONVERSATION_KEYS)
            if other is not None:
                read = ChatLayout(self.words, other, self._foreign).example(value)
                message = f"the turns are under {other!r}, the other rows have them under {self.list_key!r}"
                return read._replace(problems=(LayoutProblem("FMT002", other, message), *read.problems))
        return self._foreign(self.name, value, self.list_key)

    def template(self) -> Value:
        """The value of an empty new row: a user turn and an assistant turn."""
        role, text = self.words.role_key, self.words.text_key
        turns = [{role: self.words.words[who], text: ""} for who in ("user", "assistant")]
        return {self.list_key: turns}

    def _turns(self, value: Value, index: int, last: int) -> list[Any]:
        turns = value.get(self.list_key) if isinstance(value, dict) else None
        if not isinstance(turns, list):
            raise FtuiError(
                f"the row has no list of turns under {self.list_key}", "edit the row's JSON instead"
            )
        if not 0 <= index < len(turns) + last:
            raise FtuiError(f"there is no turn {index + 1}: the row has {len(turns)}")
        return turns

    def _with(self, value: Value, turns: list[Any]) -> Value:
        return {**value, self.list_key: turns} if isinstance(value, dict) else value

    def _role_key(self, turns: list[Any]) -> str:
        """The role's key as this row spells it: ShareGPT rows with role and content exist."""
        first = next((turn for turn in turns if isinstance(turn, dict)), {})
        other = "from" if self.words.role_key == "role" else "role"
        return other if other in first and self.words.role_key not in first else self.words.role_key

    def _word(self, role: Role, role_key: str) -> str:
        words = self.words.words
        if role not in words:
            raise FtuiError(f"a turn cannot have the role {role}", f"choose one of {', '.join(words)}")
        return role if role_key == "role" else SHAREGPT.words[role]

    def add_turn(self, value: Value, index: int, role: Role, text: str) -> Value:
        """The value with a new turn before turn `index`. Raises FtuiError for no such place or role."""
        turns = self._turns(value, index, 1)
        role_key = self._role_key(turns)
        text_key = "content" if role_key == "role" else "value"
        new = {role_key: self._word(role, role_key), text_key: text}
        return self._with(value, [*turns[:index], new, *turns[index:]])

    def remove_turn(self, value: Value, index: int) -> Value:
        """The value without turn `index`. Raises FtuiError when it is not there."""
        turns = self._turns(value, index, 0)
        return self._with(value, [*turns[:index], *turns[index + 1 :]])

    def set_role(self, value: Value, index: int, role: Role) -> Value:
        """The value with another role for turn `index`. Raises FtuiError when it is not there."""
        turns = self._turns(value, index, 0)
        turn = turns[index]
        if not isinstance(turn, dict):
            raise FtuiError(f"turn {index + 1} is no object", "edit the row's JSON instead")
        role_key = self._role_key([turn])
        changed = {**turn, role_key: self._word(role, role_key)}
        return self._with(value, [*turns[:index], changed, *turns[index + 1 :]])
