"""FMT008: tool calls that cannot be run or whose replies do not fit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ftui.dataset.example import LayoutProblem
from ftui.dataset.layouts.base import kind_of
from ftui.dataset.layouts.turns import Kind

Problems = list[LayoutProblem]


def declared_functions(value: dict[str, Any], problems: Problems) -> frozenset[str] | None:
    """The names in the row's `tools` (a list, or a list as a JSON text); None where nothing is declared."""
    key = "tools" if value.get("tools") is not None else "functions"
    tools = value.get(key)
    if isinstance(tools, str):
        if not tools.strip():
            return None
        try:
            tools = json.loads(tools)
        except (ValueError, RecursionError) as error:
            problems.append(LayoutProblem("FMT008", key, f"{key} is not valid JSON: {error}"))
            return None
    if not isinstance(tools, list):
        return None
    names: set[str] = set()
    for tool in tools:
        inner = (
            tool.get("function")
            if isinstance(tool, dict) and isinstance(tool.get("function"), dict)
            else tool
        )
        if isinstance(inner, dict) and isinstance(inner.get("name"), str):
            names.add(inner["name"])
        elif isinstance(tool, dict) and isinstance(tool.get("type"), str):
            names.add(tool["type"])
    return frozenset(names) if names or not tools else None


class CallCheck:
    """Follows the calls and replies of one conversation."""

    def __init__(self, path: str, declared: frozenset[str] | None, problems: Problems) -> None:
        self.path = path
        self.declared = declared
        self.problems = problems
        self.open: list[tuple[str, str | None]] = []
        """Calls that wait for a reply: (field, id)."""
        self.known: set[str] = set()
        self.replying = False
        """Whether a call came after the last user or assistant turn; if not, FMT006 reports the reply."""

    def run(self, turns: Sequence[object], kinds: Sequence[Kind], text_key: str) -> None:
        """Check every turn."""
        for i, (turn, kind) in enumerate(zip(turns, kinds, strict=True)):
            if not isinstance(turn, dict):
                self.open.clear()
                continue
            where = f"{self.path}[{i}]"
            if kind in ("user", "assistant", "call"):
                self._report_unanswered(kind == "call" and self._spread_out(turn))
            if kind != "tool":
                self.replying = kind == "call"
            if kind == "call":
                self._read_calls(turn, where, text_key)
            elif kind == "tool":
                self._read_reply(turn, where)

    @staticmethod
    def _spread_out(turn: dict[str, Any]) -> bool:
        """A call in a turn of its own (ShareGPT): parallel calls stand in turns that follow each other."""
        return "tool_calls" not in turn and "function_call" not in turn

    def _report_unanswered(self, parallel: bool) -> None:
        if parallel:
            return
        for field, name in self.open:
            said = f" {name!r}" if name else ""
            self._add(field, f"the call{said} is never answered, though the conversation goes on")
        self.open.clear()

    def _read_calls(self, turn: dict[str, Any], where: str, text_key: str) -> None:
        if turn.get("tool_calls"):
            calls = turn["tool_calls"]
            if not isinstance(calls, list):
                self._add(f"{where}.tool_calls", f"tool_calls is {kind_of(calls)}, expected a list")
                return
            for j, call in enumerate(calls):
                self._read_call(call, f"{where}.tool_calls[{j}]")
        elif turn.get("function_call"):
            self._read_call(turn["function_call"], f"{where}.function_call")
        else:
            key = text_key if text_key in turn else "content"
            self._read_text_call(turn.get(key), f"{where}.{key}")

    def _read_call(self, call: object, field: str) -> None:
        if not isinstance(call, dict):
            self._add(field, f"the call is {kind_of(call)}, expected an object")
            return
        function = call.get("function")
        inner, path = (function, f"{field}.function") if isinstance(function, dict) else (call, field)
        self._check_function(inner, field, path)
        ident = call.get("id") if isinstance(call.get("id"), str) else None
        if ident is not None and any(ident == other for _, other in self.open):
            self._add(f"{field}.id", f"two calls of this turn share the id {ident[:40]!r}")
        if ident is not None:
            self.known.add(ident)
        self.open.append((field, ident))

    def _check_function(self, inner: dict[str, Any], field: str, path: str) -> None:
        name = inner.get("name")
        if not isinstance(name, str) or not name.strip():
            self._add(path if path != field else field, "the call names no function")
        elif self.declared is not None and name not in self.declared:
            self._add(f"{path}.name", f"the function {name[:60]!r} is not declared in the row's tools")
        arguments = inner.get("arguments")
        if isinstance(arguments, str):
            message = _bad_arguments(arguments)
            if message:
                self._add(f"{path}.arguments", message)
        elif arguments is not None and not isinstance(arguments, dict):
            self._add(f"{path}.arguments", f"arguments are {kind_of(arguments)}, expected an object")

    def _read_text_call(self, text: object, field: str) -> None:
        """ShareGPT's function_call turn: the call, or a list of calls, as JSON text."""
        try:
            held = json.loads(text) if isinstance(text, str) else text
        except (ValueError, RecursionError) as error:
            self._add(field, f"the call is not valid JSON: {error}")
            self.open.append((field, None))
            return
        calls = held if isinstance(held, list) else [held]
        for call in calls:
            if isinstance(call, dict):
                function = call.get("function")
                self._check_text_call(function if isinstance(function, dict) else call, field)
            else:
                self._add(field, f"the call is {kind_of(call)}, expected an object with name and arguments")
        self.open.append((field, None))

    def _check_text_call(self, call: dict[str, Any], field: str) -> None:
        before = len(self.problems)
        self._check_function(call, field, field)
        for i in range(before, len(self.problems)):  # there are no paths inside a text
            self.problems[i] = self.problems[i]._replace(field=field)

    def _read_reply(self, turn: dict[str, Any], where: str) -> None:
        ident = turn.get("tool_call_id")
        if not self.open:
            if self.replying and isinstance(ident, str) and self.known and ident not in self.known:
                self._add(f"{where}.tool_call_id", f"no call has the id {ident[:40]!r}")
            return
        if isinstance(ident, str) and any(other is not None for _, other in self.open):
            match = next((k for k, (_, other) in enumerate(self.open) if other == ident), None)
            if match is None:
                self._add(f"{where}.tool_call_id", f"no open call has the id {ident[:40]!r}")
            self.open.pop(match or 0)
        else:
            self.open.pop(0)

    def _add(self, field: str, message: str) -> None:
        self.problems.append(LayoutProblem("FMT008", field, message))


def _bad_arguments(arguments: str) -> str | None:
    """What is wrong with arguments given as JSON text; None when they are an object."""
    if not arguments.strip():
        return "the arguments are empty, expected a JSON object ({} for none)"
    try:
        held = json.loads(arguments)
    except (ValueError, RecursionError) as error:
        return f"the arguments are not valid JSON: {error}"
    return None if isinstance(held, dict) else f"the arguments are {kind_of(held)}, expected a JSON object"
