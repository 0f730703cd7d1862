"""Jinja's immutable sandbox with limits on time and size: its own stops neither nested loops nor doubling texts.

Imported where a template is rendered: Jinja takes 40 ms to load.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

_TICK = "__tick"
_JOIN = "__join"
_COPIES = 32
"""So many of the largest allowed texts may be made in all: a template may keep each of them."""


class LimitError(Exception):
    """A template runs too long or grows too large."""


class Generation(Extension):
    """`{% generation %}` marks what is trained on; the text inside stands as it is."""

    tags = {"generation"}

    def parse(self, parser: Parser) -> nodes.Node:
        """The body, in a scope of its own as transformers has it."""
        lineno = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_inside"), [], [], body).set_lineno(lineno)

    def _inside(self, caller: Callable[[], str]) -> str:
        return caller()


class ChatEnvironment(ImmutableSandboxedEnvironment):
    """The environment of transformers' chat templates; `start` before each rendering."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self) -> None:
        self._until = float("inf")
        self._most = 0
        self._made = 0.0
        super().__init__(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
        del self.globals["lipsum"]
        self.globals[_TICK] = self._tick
        self.globals[_JOIN] = self._join
        for name, function in list(self.filters.items()):
            self.filters[name] = self._guarded(function)

    def start(self, seconds: float, characters: int) -> None:
        """From now on so much time and so large texts."""
        self._until = time.monotonic() + seconds
        self._most = characters
        self._made = 0.0

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all((nodes.For, nodes.Macro, nodes.CallBlock)):
            loop.body.insert(0, _tick_node(loop.lineno))  # type: ignore[attr-defined]
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Call(_name(_TICK), [loop.iter], [], None, None, lineno=loop.lineno)
        for joined in [*tree.find_all(nodes.Concat)]:
            joined.nodes = [nodes.Call(_name(_JOIN), joined.nodes, [], None, None, lineno=joined.lineno)]
        tree.set_environment(self)
        return tree

    def _tick(self, items: Any = "") -> Any:
        """Each turn of a loop and each call of a macro."""
        if time.monotonic() > self._until:
            raise LimitError("it runs too long")
        return items

    def _join(self, *parts: Any) -> str:
        texts = [str(part) for part in parts]
        self._fits(sum(map(len, texts)))
        return "".join(texts)

    def _fits(self, characters: float) -> None:
        """A text of so many characters may be made; all of them together may not fill the memory either."""
        self._made += characters
        if characters > self._most or self._made > _COPIES * self._most:
            raise LimitError("a text in it grows too long")

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic whose result may be huge."""
        sizes = [len(each) if isinstance(each, str | list | tuple) else None for each in (left, right)]
        if operator == "+" and None not in sizes:
            self._fits(sum(size for size in sizes if size))
        elif operator == "*" and sizes != [None, None]:
            factor = next((each for each in (left, right) if isinstance(each, int)), 0)
            self._fits(factor * next(size or 0 for size in sizes if size is not None))
        elif operator == "**" and (abs(left) > 1e6 or abs(right) > 64):
            raise LimitError("a number in it grows too large")
        elif operator == "%" and isinstance(left, str):
            given = right if isinstance(right, tuple) else (right,)
            stars = sum(abs(each) for each in given if isinstance(each, int)) if "*" in left else 0
            self._fits(stars + sum(int(part) for part in _numbers(left)))
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Calls of methods of texts: those that widen, repeat or replace are held to the limit before they run."""
        self._tick()
        method = getattr(obj, "__wrapped__", obj)  # the sandbox wraps str.format
        self._weigh(getattr(method, "__self__", None), getattr(method, "__name__", ""), args, kwargs)
        return super().call(context, obj, *args, **kwargs)

    def _weigh(self, owner: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """An upper bound of what a call on a text gives."""
        if not isinstance(owner, str):
            return
        given = [*args, *kwargs.values()]
        numbers = [abs(each) for each in given if isinstance(each, int)]
        texts = [each for each in given if isinstance(each, str)]
        if name == "replace" and len(texts) > 1:
            self._fits(len(owner) + owner.count(texts[0]) * len(texts[1]))
        elif name in ("ljust", "rjust", "center", "zfill", "expandtabs"):
            self._fits(max(numbers, default=0) * (owner.count("\t") + 1))
        elif name in ("format", "format_map"):
            self._fits(sum(int(part) for part in _numbers(owner)) + sum(numbers))
        elif name == "join" and args and isinstance(args[0], list | tuple):
            self._fits(len(owner) * len(args[0]) + sum(len(str(each)) for each in args[0]))

    def _joined(self, items: Any, between: tuple[Any, ...]) -> list[Any]:
        """The items of a join, whose texts together fit."""
        found = [*items]
        self._fits(
            len(found) * len(str(between[0])) + sum(len(each) for each in found if isinstance(each, str))
        )
        return found

    def _guarded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A filter that looks at the clock, and at the size of what it is given and gives."""

        @functools.wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            self._tick()
            if function.__name__ == "do_join" and len(args) > 1:
                args = (args[0], self._joined(args[1], args[2:3] or (kwargs.get("d", ""),)), *args[2:])
            given = [each for each in (*args, *kwargs.values()) if isinstance(each, str | int)]
            texts = [each for each in given if isinstance(each, str)]
            if function.__name__ == "do_replace" and len(texts) > 2:
                self._fits(len(texts[0]) + texts[0].count(texts[1]) * len(texts[2]))
            self._fits(
                max((abs(each) for each in given if isinstance(each, int)), default=0) * _widening(function)
            )
            result = function(*args, **kwargs)
            if isinstance(result, str):
                self._fits(len(result))
            return result

        return guarded


def _widening(function: Callable[..., Any]) -> int:
    """Filters that take a width or a number of copies."""
    return int(
        function.__name__ in ("do_center", "do_indent", "do_batch", "do_slice", "do_format", "do_wordwrap")
    )


def _numbers(text: str) -> list[str]:
    """The runs of digits in a format string: widths and precisions."""
    found, run = [], ""
    for sign in text:
        if sign in "0123456789":
            run += sign
        elif run:
            found.append(run[:12])
            run = ""
    return [*found, run[:12]] if run else found


def _name(name: str) -> nodes.Name:
    return nodes.Name(name, "load")


def _tick_node(lineno: int) -> nodes.ExprStmt:
    return nodes.ExprStmt(nodes.Call(_name(_TICK), [], [], None, None, lineno=lineno), lineno=lineno)
