"""A Go text/template run over plain values, as far as prompt templates go. Nothing is called but what stands here."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ftui.model.go_functions import FUNCTIONS, GoError, Struct, shown, true
from ftui.model.go_template_parser import (
    Action,
    Branch,
    Constant,
    Jump,
    Name,
    Node,
    Operand,
    Path,
    Pipe,
    Text,
    parse,
)
from ftui.project.errors import FtuiError

MOST_CHARACTERS = 8 << 20
"""Output above this is refused: a prompt of that size fits no model."""
MOST_STEPS = 2_000_000
"""Nodes run; the longest conversations need some thousands."""
MOST_SECONDS = 2.0
"""As long as a Jinja template may run; a function of a long text takes much longer than other steps."""
_COPIES = 32
"""So many of the largest allowed texts may functions make in all: a template may keep each of them."""


class _Break(Exception):  # noqa: N818 - no error: the template jumps
    pass


class _Continue(Exception):  # noqa: N818
    pass


@lru_cache(maxsize=32)
def parsed(source: str) -> tuple[Node, ...]:
    """The tree of a template, kept in mind. Raises FtuiError that names the line of a fault."""
    return parse(source)


def execute(nodes: Sequence[Node], data: Mapping[str, object], today: str = "") -> str:
    """The output of a template over its data; `today` is what currentDate gives (YYYY-MM-DD).

    Raises FtuiError where the template does what Go refuses, or runs past its limits.
    """
    run = _Run(data, today)
    try:
        run.nodes(nodes, data)
    except (_Break, _Continue):
        raise FtuiError("template: break or continue outside range", "drop it") from None
    except GoError as error:
        raise FtuiError(f"template, line {run.line}: {error}", "mend the template") from error
    return "".join(run.output)


@dataclass
class _Run:
    data: object
    today: str
    output: list[str] = field(default_factory=list)
    length: int = 0
    steps: int = 0
    made: int = 0
    """Characters of all texts that functions gave."""
    until: float = field(default_factory=lambda: time.monotonic() + MOST_SECONDS)
    line: int = 1
    variables: list[list[object]] = field(default_factory=list)
    """Name and value, the innermost last."""

    def __post_init__(self) -> None:
        self.variables = [["$", self.data]]

    def nodes(self, nodes: Sequence[Node], dot: object) -> None:
        """Run nodes; variables that they declare end with them."""
        mark = len(self.variables)
        try:
            for node in nodes:
                self.step()
                self.node(node, dot)
        finally:
            del self.variables[mark:]

    def step(self) -> None:
        """Count a node, an item of a loop or a call, and look at the clock."""
        self.steps += 1
        if self.steps > MOST_STEPS or time.monotonic() > self.until:
            raise GoError("it runs too long")

    def node(self, node: Node, dot: object) -> None:
        """Run one node."""
        match node:
            case Text(text):
                self.write(text)
            case Action(pipe):
                value = self.pipe(pipe, dot)
                if not pipe.variables:
                    self.write(shown(value))
            case Branch("range"):
                self.range(node, dot)
            case Branch(kind, pipe, body, other):
                mark = len(self.variables)
                value = self.pipe(pipe, dot)
                inner = value if kind == "with" and true(value) else dot
                self.nodes(body if true(value) else other, inner)
                del self.variables[mark:]
            case Jump("break"):
                raise _Break
            case Jump():
                raise _Continue

    def write(self, text: str) -> None:
        """Add to the output."""
        self.length += len(text)
        if self.length > MOST_CHARACTERS:
            raise GoError("its output is too long")
        self.output.append(text)

    def range(self, node: Branch, dot: object) -> None:
        """Each item of a list, map or number with its own variables."""
        mark = len(self.variables)
        value = self.pipe(Pipe(node.pipe.commands, line=node.pipe.line), dot)
        ran = False
        for key, item in _items(value):
            ran = True
            self.step()
            self.assign(node.pipe, [key, item] if len(node.pipe.variables) == 2 else [item])
            try:
                self.nodes(node.body, item)
            except _Continue:
                continue
            except _Break:
                break
            finally:
                del self.variables[mark:]
        if not ran:
            self.nodes(node.other, dot)

    def assign(self, pipe: Pipe, values: Sequence[object]) -> None:
        """Declare a pipeline's variables, or set those there are."""
        for name, value in zip(pipe.variables, values, strict=False):
            if pipe.declares:
                self.variables.append([name, value])
            else:
                self.variable(name)[1] = value

    def variable(self, name: str) -> list[object]:
        """The innermost variable of a name."""
        found = next((each for each in reversed(self.variables) if each[0] == name), None)
        if found is None:
            raise GoError(f"undefined variable {name}")
        return found

    # Values

    def pipe(self, pipe: Pipe, dot: object) -> object:
        """The value of a pipeline; each command is given the value before as its last argument."""
        self.line = pipe.line or self.line
        value: object = None
        for number, command in enumerate(pipe.commands):
            value = self.command(command, dot, [value] if number else [])
        self.assign(pipe, [value])
        return value

    def command(self, command: Sequence[Operand], dot: object, final: list[object]) -> object:
        """A function with its arguments, or one value."""
        first, rest = command[0], command[1:]
        if not isinstance(first, Name):
            if rest or final:
                raise GoError("a value is given arguments, and is no function")
            return self.value(first, dot)
        if first.name in ("and", "or"):
            return self.short_circuit(first.name, rest, dot, final)
        arguments = [self.value(each, dot) for each in rest] + final
        if first.name in ("currentDate", "yesterdayDate"):
            return self.today
        function = FUNCTIONS.get(first.name)
        if function is None:
            raise GoError(f"function {first.name!r} not defined")
        self.step()
        try:
            result = function(*arguments)
        except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
            raise GoError(f"{first.name}: {error}") from error
        if isinstance(result, str):
            self.made += len(result)
            if len(result) > MOST_CHARACTERS or self.made > _COPIES * MOST_CHARACTERS:
                raise GoError(f"{first.name}: its result is too long")
        return result

    def short_circuit(
        self, name: str, operands: Sequence[Operand], dot: object, final: list[object]
    ) -> object:
        """`and` and `or` look at no more arguments than they need."""
        value: object = None
        for operand in operands:
            value = self.value(operand, dot)
            if true(value) == (name == "or"):
                return value
        return final[0] if final else value

    def value(self, operand: Operand, dot: object) -> object:
        """The value of one operand."""
        match operand:
            case Constant(value):
                return value
            case Name():
                return self.command((operand,), dot, [])
            case Pipe():
                return self.pipe(operand, dot)
            case Path(root, names, of):
                held = self.pipe(of, dot) if of is not None else self.variable(root)[1] if root else dot
                for name in names:
                    held = _member(held, name)
                return held


def _member(held: object, name: str) -> object:
    """A field: of a map nil where there is none, of a struct an error, as Go has it."""
    if isinstance(held, Struct) and name not in held:
        raise GoError(f"can't evaluate field {name}")
    if isinstance(held, Mapping):
        return held.get(name)
    if held is None:
        raise GoError(f"nil pointer evaluating field {name}")
    raise GoError(f"can't evaluate field {name} in {type(held).__name__}")


def _items(value: object) -> Iterator[tuple[object, object]]:
    if isinstance(value, Mapping):
        yield from sorted(value.items())
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from ((number, number) for number in range(value))
    elif value is not None:
        raise GoError(f"range can't iterate over {shown(value)[:40]}")
