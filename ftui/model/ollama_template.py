"""Prompts as Ollama makes them from a Modelfile's template: template.go of ollama, collate and Execute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ftui.model.go_functions import Struct
from ftui.model.go_template import execute, parsed
from ftui.model.go_template_parser import Action, Branch, Node, Operand, Path, Pipe


class Message(NamedTuple):
    """One message of a conversation."""

    role: str
    content: str


_RESPONSE = Action(Pipe(((Path("", ("Response",)),),)))
"""Appended where a template mentions neither .Messages nor .Response."""


def fields(nodes: Sequence[Node]) -> set[str]:
    """The names of all fields that a template mentions, in lower case."""
    return {name.lower() for node in nodes for name in _node_fields(node)}


def _node_fields(node: Node) -> Iterator[str]:
    if isinstance(node, Action):
        yield from _pipe_fields(node.pipe)
    elif isinstance(node, Branch):
        yield from _pipe_fields(node.pipe)
        for inner in (*node.body, *node.other):
            yield from _node_fields(inner)


def _pipe_fields(pipe: Pipe) -> Iterator[str]:
    for operand in (each for command in pipe.commands for each in command):
        if isinstance(operand, Path):
            yield from operand.names
            if operand.of is not None:
                yield from _pipe_fields(operand.of)
        elif isinstance(operand, Pipe):
            yield from _pipe_fields(operand)


def render(
    template: str,
    messages: Sequence[Message],
    *,
    tools: Sequence[object] = (),
    today: str = "2025-01-01",
) -> str:
    """The prompt that Ollama sends to the model for a conversation, ready for the next answer.

    `today` is what currentDate gives. Raises FtuiError for a template that Go would refuse.
    """
    nodes = parsed(template)
    known = fields(nodes)
    if not {"messages", "response"} & known:
        nodes = (*nodes, _RESPONSE)
    system, together = collate(messages)
    if "messages" in known:
        data: dict[str, object] = {
            "System": system, "Messages": [_struct(m) for m in together], "Tools": list(tools), "Response": "",
            "Think": False, "ThinkLevel": "", "IsThinkSet": False,
        }  # fmt: skip
        return execute(nodes, data, today)
    return _legacy(nodes, together, today)


def collate(messages: Sequence[Message]) -> tuple[str, list[Message]]:
    """All system texts as one, and the messages with neighbours of one role joined (tool results stay apart)."""
    together: list[Message] = []
    for message in messages:
        if together and together[-1].role == message.role != "tool":
            together[-1] = Message(message.role, f"{together[-1].content}\n\n{message.content}")
        else:
            together.append(message)
    return "\n\n".join(m.content for m in messages if m.role == "system"), together


def _struct(message: Message) -> Struct:
    return Struct(
        Role=message.role, Content=message.content, Thinking="", Images=[], ToolCalls=[], ToolName="", ToolCallID=""
    )  # fmt: skip


def _legacy(nodes: Sequence[Node], messages: Sequence[Message], today: str) -> str:
    """Templates of one turn, run once a turn; the last time only up to where the response goes."""
    found: list[str] = []
    system = prompt = response = ""

    def turn(what: Sequence[Node]) -> None:
        nonlocal system, prompt, response
        found.append(execute(what, {"System": system, "Prompt": prompt, "Response": response}, today))
        system = prompt = response = ""

    for message in messages:
        if message.role == "system":
            if prompt or response:
                turn(nodes)
            system = message.content
        elif message.role == "user":
            if response:
                turn(nodes)
            prompt = message.content
        elif message.role == "assistant":
            response = message.content
    turn(_Cut().nodes(nodes))
    return "".join(found)


class _Cut:
    """A template up to its first .Response, which stays; everything behind it goes, in all blocks."""

    def __init__(self) -> None:
        self.found = False

    def nodes(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        kept: list[Node] = []
        for node in nodes:
            if self.found:
                break
            if isinstance(node, Branch):
                body = self.nodes(node.body)
                kept.append(Branch(node.kind, node.pipe, body, () if self.found else self.nodes(node.other)))
            elif not isinstance(node, Action) or self._keeps(node.pipe):
                kept.append(node)
        return tuple(kept)

    def _keeps(self, pipe: Pipe) -> bool:
        """Whether an action stays; one that hands the response on to another command does not."""
        for number, command in enumerate(pipe.commands):
            if any(self._is_response(operand) for operand in command):
                self.found = True
                return number == len(pipe.commands) - 1
        return True

    def _is_response(self, operand: Operand) -> bool:
        if isinstance(operand, Pipe):
            return any(self._is_response(each) for command in operand.commands for each in command)
        return (
            isinstance(operand, Path)
            and operand.of is None
            and not operand.root
            and operand.names[:1] == ("Response",)
        )
